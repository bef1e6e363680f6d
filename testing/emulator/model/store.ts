import type {
  AgentRow,
  ContainerRef,
  DeploymentRow,
  EnvironmentRow,
  GroupRow,
  JobRow,
  MemberRow,
  MergeRequestRow,
  NoteRow,
  PipelineRow,
  ProjectRow,
  ProtectionRow,
  ShareRow,
  StopJobRow,
  TokenRow,
  UserRow,
} from "./rows";
import type { Switches } from "./switches";
import { newest } from "./switches";
import { Table } from "./table";

/** The key of a container in an index. */
export function keyOf(container: ContainerRef): string {
  return `${container.kind}:${container.id}`;
}

/** Everything one GitLab remembers. */
export class Store {
  readonly switches: Switches;
  readonly users = new Table<UserRow, "username">({ username: (user) => user.username.toLowerCase() });
  readonly groups = new Table<GroupRow, "parent" | "place">({
    parent: (group) => group.parentId ?? 0,
    place: (group) => `${group.parentId ?? 0}/${group.path.toLowerCase()}`,
  });
  readonly projects = new Table<ProjectRow, "group" | "place">({
    group: (project) => project.groupId,
    place: (project) => `${project.groupId}/${project.path.toLowerCase()}`,
  });
  /** Where moved projects used to be: full path in lower case → project id. */
  readonly formerPaths = new Map<string, number>();
  readonly members = new Table<MemberRow, "source" | "user">({
    source: (member) => keyOf(member.source),
    user: (member) => member.userId,
  });
  readonly shares = new Table<ShareRow, "source" | "group">({
    source: (share) => keyOf(share.source),
    group: (share) => share.groupId,
  });
  readonly tokens = new Table<TokenRow, "value">({ value: (token) => token.value });
  readonly agents = new Table<AgentRow>({});
  readonly environments = new Table<EnvironmentRow, "project" | "name" | "slug">({
    project: (environment) => environment.projectId,
    name: (environment) => `${environment.projectId}/${environment.name}`,
    slug: (environment) => `${environment.projectId}/${environment.slug}`,
  });
  readonly stopJobs = new Table<StopJobRow, "environment">({ environment: (job) => job.environmentId });
  readonly protections = new Table<ProtectionRow, "container" | "name">({
    container: (protection) => keyOf(protection.container),
    name: (protection) => `${keyOf(protection.container)}/${protection.name}`,
  });
  readonly deployments = new Table<DeploymentRow, "project" | "environment">({
    project: (deployment) => deployment.projectId,
    environment: (deployment) => deployment.environmentId,
  });
  readonly pipelines = new Table<PipelineRow, "project">({ project: (pipeline) => pipeline.projectId });
  readonly jobs = new Table<JobRow, "pipeline">({ pipeline: (job) => job.pipelineId });
  readonly mergeRequests = new Table<MergeRequestRow, "project">({ project: (request) => request.projectId });
  readonly notes = new Table<NoteRow, "mergeRequest">({ mergeRequest: (note) => note.mergeRequestId });

  /** Projects whose runner-up counts: how many deployments, pipelines and merge requests each has had (`iid`). */
  readonly #iids = new Map<string, number>();
  /** Ids of access entries and approvals: one counter for each of GitLab's tables, whose rows are those of groups and projects. */
  readonly #entryIds = new Map<string, number>();
  readonly #work: (() => void)[] = [];
  readonly #sweeps: (() => void)[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  #ahead = 0;

  constructor(
    /** `http://127.0.0.1:PORT`, for the links in answers. */
    readonly origin: () => string,
    switches: Partial<Switches> = {},
  ) {
    this.switches = { ...newest, ...switches };
  }

  now(): Date {
    return new Date(Date.now() + this.#ahead);
  }

  /** Lets time pass at once. */
  advance(ms: number): void {
    this.#ahead += ms;
  }

  nextIid(kind: "deployment" | "pipeline" | "mergeRequest", projectId: number): number {
    return count(this.#iids, `${kind}:${projectId}`);
  }

  nextEntryId(table: "level" | "rule" | "approval"): number {
    return count(this.#entryIds, table);
  }

  /** Work that GitLab leaves to Sidekiq: it happens a moment after the answer. */
  later(work: () => void): void {
    this.#work.push(work);
    const delay = this.switches.workers;
    if (delay === "manual") return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.runWorkers();
    }, delay);
    this.#timers.add(timer);
  }

  /** Work whose time may come later: asked again each time the workers run. */
  onSweep(work: () => void): void {
    this.#sweeps.push(work);
  }

  runWorkers(): void {
    for (const work of [...this.#work.splice(0), ...this.#sweeps.splice(0)]) work();
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}

function count(counters: Map<string, number>, name: string): number {
  const next = (counters.get(name) ?? 0) + 1;
  counters.set(name, next);
  return next;
}
