import type { NestedBody, NestedOperation } from "../../provider/lifecycle/access/planner";

/**
 * A model of how GitLab saves a protected environment: Grape's parameter checks, the silent dropping of unqualified
 * subjects, then Rails' `accepts_nested_attributes_for` with `allow_destroy`, in one transaction.
 * https://api.rubyonrails.org/classes/ActiveRecord/NestedAttributes/ClassMethods.html
 */
export interface Row {
  readonly id: number;
  readonly access_level: number | null;
  readonly user_id: number | null;
  readonly group_id: number | null;
  readonly group_inheritance_type: number;
  readonly required_approvals: number;
}

export interface Rules {
  /** Whether GitLab accepts this user or group in the container. */
  readonly qualifies: (subject: { user?: number; group?: number }) => boolean;
  /** A rule's element needs `"one"`: exactly one subject key (15.x), `"any"`: at least one (18.x), `"none"` to be destroyed (19.x). */
  readonly subjectKeys: "one" | "any" | "none";
}

export class Refused extends Error {
  constructor(readonly status: number) {
    super(`${status}`);
  }
}

const SUBJECT_KEYS = ["access_level", "user_id", "group_id"] as const;
const LEVELS = [20, 30, 40, 60];

export class NestedAttributes {
  #nextId: number;

  constructor(
    public levels: readonly Row[],
    public rules: readonly Row[],
  ) {
    this.#nextId = Math.max(999, ...[...levels, ...rules].map(({ id }) => id)) + 1;
  }

  /** Saves everything or, throwing `Refused`, nothing. */
  put(body: NestedBody, world: Rules): void {
    const levels = (body.deploy_access_levels ?? []).map((element) => parameters(element, undefined));
    const rules = (body.approval_rules ?? []).map((element) => parameters(element, world.subjectKeys));
    const nextLevels = this.#assign(this.levels, levels, world);
    const nextRules = this.#assign(this.rules, rules, world);
    if (nextLevels.length === 0) throw new Refused(422);
    this.levels = nextLevels;
    this.rules = nextRules;
  }

  #assign(rows: readonly Row[], elements: readonly NestedOperation[], world: Rules): Row[] {
    let result = [...rows];
    for (const element of elements) {
      if (element._destroy !== true && !qualified(element, world)) continue;
      const { id, _destroy, ...fields } = element;
      if (id === undefined) {
        if (_destroy !== true) result.push(checked({ ...BLANK, ...fields, id: this.#nextId++ }));
        continue;
      }
      const row = rows.find((candidate) => candidate.id === id);
      if (row === undefined) throw new Refused(404);
      result = result.filter((candidate) => candidate.id !== id);
      if (_destroy !== true) result.push(checked({ ...row, ...fields }));
    }
    return result;
  }
}

const BLANK = {
  access_level: null,
  user_id: null,
  group_id: null,
  group_inheritance_type: 0,
  required_approvals: 1,
};

/** What Grape does to one element before the endpoint sees it. `keys` is undefined for deploy access levels. */
function parameters(element: NestedOperation, keys: Rules["subjectKeys"] | undefined): NestedOperation {
  const present = SUBJECT_KEYS.filter((key) => key in element);
  if (keys === "one" && present.length !== 1) throw new Refused(400);
  if (keys === "any" && present.length === 0) throw new Refused(400);
  if (keys === "none" && present.length === 0 && element._destroy !== true) throw new Refused(400);
  if (element.access_level != null && !LEVELS.includes(element.access_level)) throw new Refused(400);
  if (keys === undefined) return element;
  // The declared default is filled in, also for an update that leaves the field out.
  return { ...element, required_approvals: element.required_approvals ?? 1 };
}

function qualified(element: NestedOperation, world: Rules): boolean {
  if (element.user_id !== undefined) return world.qualifies({ user: element.user_id });
  if (element.group_id !== undefined) return world.qualifies({ group: element.group_id });
  return true;
}

function checked(row: Row): Row {
  if (SUBJECT_KEYS.filter((key) => row[key] !== null).length !== 1) throw new Refused(422);
  if (row.required_approvals < 1 || row.required_approvals > 5) throw new Refused(422);
  return row;
}
