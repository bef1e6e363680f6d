import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";

import type {
  ApprovalRule,
  EnvironmentFacts,
  Facts,
  GroupFacts,
  Members,
  Person,
  ProjectFacts,
  Readable,
  RuleSet,
  Subject,
} from "../../effective/facts";
import type { Tier } from "../../lifecycle/environment/tiers";
import { UsageError } from "../io";
import { SCHEMA_VERSION } from "./render/json";

/** More than any matrix has: a file of another kind is refused before it fills the memory. */
const MAX_BYTES = 400_000_000;

/** A JSON file of somebody else's job: read as data and checked before it is believed. */
export function readJson(path: string): unknown {
  let text: string;
  try {
    // A pipe in its place would wait for ever.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = fstatSync(file);
      if (!stat.isFile()) throw new UsageError(`${path} is not an ordinary file, so it is not read.`);
      if (stat.size > MAX_BYTES) throw new UsageError(`${path} is too large to be what is asked for.`);
      text = readFileSync(file, "utf8");
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`,
    );
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${path} is not JSON.`);
  }
}

/** Reads values out of JSON that may be anything; where one is not what it must be, the whole file is refused. */
export class Source {
  constructor(
    private readonly value: unknown,
    private readonly where: string,
  ) {}

  #refuse(what: string): never {
    throw new UsageError(`${this.where} is not ${what}: make the file anew.`);
  }

  field(name: string): Source {
    const { value } = this;
    if (typeof value !== "object" || value === null || Array.isArray(value)) this.#refuse("an object");
    const own = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
    return new Source(own, `${this.where}.${name}`);
  }

  list<T>(read: (item: Source) => T): T[] {
    if (!Array.isArray(this.value)) this.#refuse("a list");
    return (this.value as unknown[]).map((item, i) => read(new Source(item, `${this.where}[${i}]`)));
  }

  text(): string {
    return typeof this.value === "string" ? this.value : this.#refuse("text");
  }

  number(): number {
    return typeof this.value === "number" && Number.isFinite(this.value)
      ? this.value
      : this.#refuse("a number");
  }

  boolean(): boolean {
    return typeof this.value === "boolean" ? this.value : this.#refuse("true or false");
  }

  optional<T>(read: (source: Source) => T): T | undefined {
    return this.value === null || this.value === undefined ? undefined : read(this);
  }

  at<T>(list: readonly T[]): T {
    const item = list[this.number()];
    return item === undefined ? this.#refuse("a number of the list it points into") : item;
  }
}

/** What `matrix --format json` wrote, as facts again. */
export function factsFrom(path: string): Facts {
  const json = new Source(readJson(path), path);
  if (json.field("schemaVersion").number() !== SCHEMA_VERSION) {
    throw new UsageError(`${path} is a matrix of another version; make it anew with this one.`);
  }
  const lists = json.field("memberLists").list((list): Members =>
    list.list((pair) => {
      const [person, role] = pair.list((each) => each.number());
      return [person ?? 0, role ?? 0] as const;
    }),
  );
  const sets = json.field("ruleSets").list(ruleSet);
  const shared: Shared = {
    members: (source) => source.optional((each) => each.at(lists)),
    rules: (place) => {
      const refused = refusedIn(place, "rulesRefused");
      return refused === undefined
        ? { items: place.field("rules").list((each) => each.at(sets)) }
        : { refused };
    },
  };
  const environments = new Map<string, EnvironmentFacts[]>();
  json.field("environments").list((row) => {
    const project = row.field("project").text();
    environments.set(project, [...(environments.get(project) ?? []), environmentFacts(row)]);
  });
  return {
    baseUrl: json.field("baseUrl").text(),
    scope: json.field("scope").text(),
    readAt: date(json.field("generatedAt").text(), path),
    people: byId(json.field("people").list(person)),
    projects: json.field("projects").list((project) => projectFacts(project, environments, shared)),
    groups: byId(json.field("groups").list((group) => groupFacts(group, shared))),
  };
}

function byId<T extends { readonly id: number }>(list: readonly T[]): Map<number, T> {
  return new Map(list.map((each) => [each.id, each]));
}

/** What projects and groups only point to. */
interface Shared {
  readonly members: (source: Source) => Members | undefined;
  readonly rules: (place: Source) => Readable<RuleSet>;
}

function refusedIn(place: Source, key: string): string | undefined {
  return place.field(key).optional((each) => each.text());
}

function projectFacts(
  project: Source,
  environments: ReadonlyMap<string, EnvironmentFacts[]>,
  { members, rules }: Shared,
): ProjectFacts {
  const path = project.field("path").text();
  const refused = refusedIn(project, "environmentsRefused");
  return {
    id: project.field("id").number(),
    path,
    selfApproval: project.field("selfApproval").optional((each) => each.boolean()),
    open: project.field("open").boolean(),
    members: members(project.field("members")),
    environments: refused === undefined ? { items: environments.get(path) ?? [] } : { refused },
    rules: rules(project),
  };
}

function groupFacts(group: Source, { members, rules }: Shared): GroupFacts {
  const isRefused = refusedIn(group, "rulesRefused") !== undefined;
  const none = !isRefused && group.field("rules").optional(() => true) === undefined;
  return {
    id: group.field("id").number(),
    path: group.field("path").optional((each) => each.text()),
    direct: members(group.field("direct")),
    all: members(group.field("all")),
    rules: none ? undefined : rules(group),
  };
}

function date(text: string, path: string): Date {
  const when = new Date(text);
  if (Number.isNaN(when.getTime()))
    throw new UsageError(`${path}.generatedAt is no date: make the file anew.`);
  return when;
}

function environmentFacts(row: Source): EnvironmentFacts {
  return {
    name: row.field("environment").text(),
    tier: row.field("tier").text() as Tier,
    state: row.field("state").text(),
    url: row.field("externalUrl").optional((each) => each.text()),
  };
}

function person(source: Source): Person {
  return {
    id: source.field("id").number(),
    username: source.field("username").text(),
    name: source.field("name").text(),
    bot: source.field("bot").boolean(),
    state: source.field("state").text(),
  };
}

function subject(source: Source): Subject {
  const kind = source.field("kind").text();
  return {
    kind: kind === "role" || kind === "user" ? kind : "group",
    id: source.field("id").number(),
    name: source.field("name").text(),
    inherited: source.field("inherited").boolean(),
  };
}

function ruleSet(source: Source): RuleSet {
  return {
    level: source.field("level").text() === "group" ? "group" : "project",
    container: source.field("container").text(),
    name: source.field("name").text(),
    deploy: source.field("deploy").list(subject),
    approvals: source
      .field("approvals")
      .list((rule): ApprovalRule => ({ ...subject(rule), required: rule.field("required").number() })),
    legacyCount: source.field("legacyRequiredApprovalCount").number(),
  };
}
