import type { Failure, Field, Role } from "./fields";

/** Builders for the argument table of a resource: what a value must look like, in the words a user reads. */

type Fault = (value: unknown) => string | undefined;

function field(role: Role, fault: Fault, more: Partial<Field> = {}): Field {
  return {
    role,
    required: false,
    faults: (value, path) => {
      const reason = fault(value);
      return reason === undefined ? [] : [{ property: path, reason } satisfies Failure];
    },
    ...more,
  };
}

export function required(of: Field): Field {
  return { ...of, required: true };
}

export interface StringRule {
  max: number;
  /** A pattern and what to say when it does not match. */
  matches?: { pattern: RegExp; say: string };
  /** GitLab stores an empty text as null: declaring "" is the same as declaring nothing. */
  emptyIsNone?: boolean;
}

export function text(role: Role, rule: StringRule): Field {
  return field(
    role,
    (value) => {
      if (typeof value !== "string") return `must be a string, got ${show(value)}`;
      if (value === "") return rule.emptyIsNone ? undefined : "must not be empty";
      if ([...value].length > rule.max)
        return `is too long: ${[...value].length} characters, GitLab takes ${rule.max}`;
      if (rule.matches && !rule.matches.pattern.test(value)) return `${rule.matches.say}, got ${show(value)}`;
      return undefined;
    },
    rule.emptyIsNone ? { normalise: (value) => (value === "" ? undefined : value) } : {},
  );
}

export function oneOf(role: Role, values: readonly string[]): Field {
  return field(role, (value) =>
    values.includes(value as string) ? undefined : `must be one of ${values.join(", ")}, got ${show(value)}`,
  );
}

export function flag(role: Role): Field {
  return field(role, (value) =>
    typeof value === "boolean" ? undefined : `must be true or false, got ${show(value)}`,
  );
}

export function integer(role: Role, least: number, most = Number.MAX_SAFE_INTEGER): Field {
  return field(role, (value) => {
    if (!Number.isSafeInteger(value)) return `must be a whole number, got ${show(value)}`;
    if ((value as number) < least) return `must be at least ${least}, got ${show(value)}`;
    return (value as number) > most ? `must be at most ${most}, got ${show(value)}` : undefined;
  });
}

const ISO_DATE = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** An ISO 8601 point in time. */
export function date(role: Role): Field {
  return field(role, (value) =>
    typeof value === "string" && ISO_DATE.test(value) && !Number.isNaN(Date.parse(value))
      ? undefined
      : 'must be an ISO 8601 date, such as "2026-01-31" or "2026-01-31T12:00:00Z"',
  );
}

/** Values that mean nothing to us: whenever one of them changes, the resource is made anew. */
export const triggersField = field("identity", (value) =>
  typeof value === "object" ? undefined : "must be a list or an object of values",
);

/**
 * The project or group something lives in: a numeric id or a full path, kept as a string.
 * GitLab finds no project by a path without a slash; a top-level group has none.
 */
export function container(kind: "project" | "group"): Field {
  const fault: Fault = (value) => {
    if (typeof value === "number") {
      return Number.isSafeInteger(value) && value > 0
        ? undefined
        : `must be a positive id, got ${show(value)}`;
    }
    if (typeof value !== "string") return `must be an id or a full path, got ${show(value)}`;
    if (/^\d+$/.test(value)) return undefined;
    if (!/^[^\s/:?#%]+(\/[^\s/:?#%]+)*$/.test(value)) {
      return `must be an id or a full path such as ${kind === "project" ? "acme/shop" : "acme/release"}, got ${show(value)}`;
    }
    if (kind === "project" && !value.includes("/")) {
      return `must be an id or a full path with its group, such as acme/${value}, got ${show(value)}`;
    }
    return undefined;
  };
  return field("container", fault, { required: true, normalise: (value) => String(value) });
}

/** Take over what exists; `"overwrite"` also where a live protection is stricter than the declaration. */
export const adoptField = field("creation", (value) =>
  typeof value === "boolean" || value === "overwrite"
    ? undefined
    : `must be true, false or "overwrite", got ${show(value)}`,
);

/** Fields that every resource has. */
export const connectionField = text("steering", {
  max: 64,
  matches: {
    pattern: /^[A-Za-z][A-Za-z0-9_-]*$/,
    say: "must be the name of a connection (letters, digits, - and _, a letter first)",
  },
});

function show(value: unknown): string {
  const shown = JSON.stringify(value) ?? String(value);
  return shown.length > 80 ? `${shown.slice(0, 77)}…` : shown;
}
