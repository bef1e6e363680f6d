import { environmentWithProject } from "../entities/environment";
import type { ShownProtection } from "../entities/protection";
import { protection } from "../entities/protection";
import type { AccessRow, AgentRow, EnvironmentRow, ProtectionRow, StopJobRow } from "../model/rows";
import { guessTier } from "../model/naming";
import { keyOf } from "../model/store";
import { containerPath } from "../model/tree";
import type { EnvironmentFields } from "../rules/environmentModel";
import { createEnvironment, updateEnvironment } from "../rules/environmentModel";
import { createProtection, findProtection, updateProtection } from "../rules/protectionModel";
import { removeEnvironment } from "../rules/removal";
import type { Rights } from "../rules/rights";
import { rightsOf } from "../rules/rights";
import { finishStopJobs } from "../rules/stop";
import { Deliveries } from "./deliveries";
import type { Place, ProjectPlace } from "./directory";
import type { Subject } from "./subjects";
import { elementsOf, entryFor } from "./subjects";

/** Back doors to environments and their protections, and what is there without a request. */
export class World extends Deliveries {
  /** Without the licence nothing is protected; `answer` is what the API of protections then says. */
  setLicensed(licensed: boolean, answer = this.store.switches.unlicensedAnswer): void {
    Object.assign(this.store.switches, { licensed, unlicensedAnswer: answer });
  }

  /** Does now what GitLab leaves to its background workers. */
  runWorkers(): void {
    this.store.runWorkers();
  }

  /** Lets time pass at once: tokens expire, review apps fall due (with `runWorkers`). */
  advance(ms: number): void {
    this.store.advance(ms);
  }

  addEnvironment(project: ProjectPlace, name: string, fields: EnvironmentFields = {}): EnvironmentRow {
    return createEnvironment(this.store, this.project(project), name, fields);
  }

  /** Many at once: `review/1`, `review/2`, … for the prefix `review/`. */
  addEnvironments(project: ProjectPlace, count: number, prefix = "review/"): void {
    const row = this.project(project);
    for (let n = 1; n <= count; n++) createEnvironment(this.store, row, `${prefix}${n}`);
  }

  environment(project: ProjectPlace, name: string): EnvironmentRow {
    const row = this.store.environments.find("name", `${this.project(project).id}/${name}`);
    if (row === undefined) throw new Error(`${project} has no environment ${name}`);
    return row;
  }

  /** As the API shows them to an administrator. */
  environments(project: ProjectPlace): ReturnType<typeof environmentWithProject>[] {
    const admin = { ...this.user(this.defaultUser), admin: true };
    return this.store.environments
      .where("project", this.project(project).id)
      .map((row) => environmentWithProject(this.store, row, admin));
  }

  /** Drift by hand: what someone clicks in GitLab's pages. */
  changeEnvironment(project: ProjectPlace, name: string, fields: EnvironmentFields): void {
    updateEnvironment(this.store, this.environment(project, name), fields);
  }

  removeEnvironment(project: ProjectPlace, name: string): void {
    removeEnvironment(this.store, this.environment(project, name));
  }

  addAgent(project: ProjectPlace, name: string): AgentRow {
    return this.store.agents.insert({
      name,
      projectId: this.project(project).id,
      authorizedProjectIds: [],
      createdByUserId: this.user(this.defaultUser).id,
      createdAt: this.store.now(),
    });
  }

  /** Gives the environment an `on_stop` job: from now on a stop plays it and waits. */
  addOnStopJob(project: ProjectPlace, environment: string): StopJobRow {
    const { id } = this.environment(project, environment);
    return this.store.stopJobs.insert({ environmentId: id, state: "manual", readsLeft: null });
  }

  finishStopJob(project: ProjectPlace, environment: string, result: "success" | "failed" = "success"): void {
    finishStopJobs(this.store, this.environment(project, environment), result);
  }

  /** Protects by the back door. The same silent drops apply as in the API. */
  protect(place: Place, name: string, levels: readonly Subject[], rules: readonly Subject[] = []): void {
    createProtection(this.store, this.place(place), name, {
      deploy_access_levels: elementsOf(this, levels),
      approval_rules: elementsOf(this, rules),
    });
  }

  /** As the API shows it; undefined where there is none. */
  protection(place: Place, name: string): ReturnType<typeof protection> | undefined {
    const row = findProtection(this.store, this.place(place), name);
    return row && protection(this.store, row);
  }

  protections(place: Place): ReturnType<typeof protection>[] {
    return this.store.protections
      .where("container", keyOf(this.place(place)))
      .map((row) => protection(this.store, row));
  }

  /** Every protection there is, of all groups and projects, with the full path of where it is: for watchers. */
  allProtections(): ({ place: string } & ShownProtection)[] {
    return this.store.protections.all().map((row) => ({
      place: containerPath(this.store, row.container),
      ...protection(this.store, row),
    }));
  }

  unprotect(place: Place, name: string): void {
    this.store.protections.remove(this.#protectionRow(place, name));
  }

  /** A count from before approval rules existed. */
  setLegacyApprovalCount(place: Place, name: string, count: number): void {
    updateProtection(this.store, this.#protectionRow(place, name), { required_approval_count: count });
  }

  /** An entry made by hand, without any check: also one that the API would drop. */
  addStrangerEntry(
    place: Place,
    name: string,
    subject: Subject,
    list: "levels" | "rules" = "levels",
  ): AccessRow {
    const row = this.#protectionRow(place, name);
    const entry = entryFor(this, subject, list);
    if (list === "rules")
      row.rules = [...row.rules, { ...entry, requiredApprovals: subject.requiredApprovals ?? 1 }];
    else row.levels = [...row.levels, entry];
    return entry;
  }

  /** Takes an entry away by hand; the last deploy access level, too. */
  removeEntry(place: Place, name: string, id: number, list: "levels" | "rules" = "levels"): void {
    const row = this.#protectionRow(place, name);
    if (list === "rules") row.rules = row.rules.filter((each) => each.id !== id);
    else row.levels = row.levels.filter((each) => each.id !== id);
  }

  #protectionRow(place: Place, name: string): ProtectionRow {
    const row = findProtection(this.store, this.place(place), name);
    if (row === undefined) throw new Error(`${JSON.stringify(place)} has no protection ${name}`);
    return row;
  }

  /**
   * What a person can do with an environment: deploy, approve, and by which entries. The endpoints ask the same rules.
   * Of an environment that does not exist yet, it is what the deployment would meet that makes it.
   */
  rights(username: string, project: ProjectPlace, environment: string): Rights {
    const row = this.project(project);
    const known = this.store.environments.find("name", `${row.id}/${environment}`);
    const target = known ?? { projectId: row.id, name: environment, tier: guessTier(environment) };
    return rightsOf(this.store, this.user(username), row, target);
  }

  /**
   * Lets jobs of the other project reach this one with their job token; with fine-grained permissions only so far:
   * `read_environments`, `admin_deployments`, …
   */
  allowJobsFrom(
    project: ProjectPlace,
    source: ProjectPlace,
    permissions: readonly string[] | "all" = "all",
  ): void {
    this.project(project).jobTokenAllowlist.set(this.project(source).id, permissions);
  }
}
