import { isObject } from "../../../fields/compound";
import { isUnknown } from "../../../fields/unknowns";
import { UsageError } from "../../io";
import { readJson } from "../load";

type Json = Readonly<Record<string, unknown>>;

/** A resource of ours that a preview would make, change or delete. */
export interface Step {
  readonly type: "GroupProtectedEnvironment" | "ProjectProtectedEnvironment" | "Environment";
  /** Inputs before; undefined where it is new. */
  readonly before: Json | undefined;
  /** Inputs after; undefined where it goes. */
  readonly after: Json | undefined;
}

const TYPES = ["GroupProtectedEnvironment", "ProjectProtectedEnvironment", "Environment"] as const;
/** Steps that change nothing, or are the second half of a replacement. */
const QUIET = new Set([
  "same",
  "read",
  "refresh",
  "create-replacement",
  "delete-replaced",
  "discard",
  "discard-replaced",
  "remove-pending-replace",
]);

/** The steps of `pulumi preview --json` that matter. A branch's own code wrote them: nothing in it is taken on trust. */
export function readPreview(path: string): Step[] {
  const json = readJson(path);
  const steps = isObject(json) ? json["steps"] : undefined;
  if (!Array.isArray(steps)) {
    throw new UsageError(`${path} is not what “pulumi preview --json” prints: it has no list “steps”.`);
  }
  return (steps as unknown[]).flatMap((step): Step[] => {
    if (!isObject(step) || typeof step["op"] !== "string" || QUIET.has(step["op"])) return [];
    const [before, after] = [stateOf(step["oldState"]), stateOf(step["newState"])];
    const type = typeOf(after?.type ?? before?.type ?? typeFromUrn(step["urn"]));
    if (type === undefined) return [];
    const gone = step["op"] === "delete";
    return [{ type, before: before?.inputs, after: gone ? undefined : after?.inputs }];
  });
}

function stateOf(state: unknown): { type: string; inputs: Json } | undefined {
  if (!isObject(state)) return undefined;
  const { type, inputs } = state;
  return { type: typeof type === "string" ? type : "", inputs: isObject(inputs) ? inputs : {} };
}

/** `urn:pulumi:stack::project::type::name`, where the type may follow those of its parents after `$`. */
function typeFromUrn(urn: unknown): string {
  return typeof urn === "string" ? (urn.split("::")[2]?.split("$").at(-1) ?? "") : "";
}

/** Both doors: `pulumi-nodejs:dynamic/gitlab:Environment` and a native provider's `…:index:Environment`. */
function typeOf(token: string): Step["type"] | undefined {
  const [name, owner] = [token.split(":").at(-1), token.slice(0, token.lastIndexOf(":"))];
  if (!/^(pulumi-nodejs:dynamic\/gitlab|gitlab-?cd(:index)?|gitlabcd(:index)?)$/i.test(owner))
    return undefined;
  return TYPES.find((type) => type === name);
}

/** A value of the program: text or a number; undefined where it is not declared, `"unknown"` where it is not known yet. */
export type Scalar = { readonly value: string | number } | "unknown" | undefined;

export function scalar(inputs: Json, name: string): Scalar {
  const value = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
  if (value === undefined || value === null) return undefined;
  const isPlain = typeof value === "string" || typeof value === "number";
  return isPlain && !isUnknown(value) ? { value } : "unknown";
}

export function said(value: Scalar): string | undefined {
  return value === undefined || value === "unknown" ? undefined : String(value.value);
}

/** A list; of one that is not known yet, an entry that is not. */
export function entries(inputs: Json, name: string): readonly unknown[] {
  const value = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as unknown[]) : [undefined];
}
