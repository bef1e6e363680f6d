import type { Role } from "./field";
import type { Schema, Secrets, ValueType } from "./schema";
import { isUnknown } from "./unknowns";

/** What is sent: nothing else of a declaration can stand in GitLab's words. The project or group stands in the id in clear. */
const SENT: readonly Role[] = ["identity", "setting"];

/**
 * What may be secret in a declaration: values arrive here in clear, and which of them the program calls secret is not told. So
 * every text is taken for one, unless its schema says that it is `open` or has words of its own for what is in it.
 */
export function secretsOf(
  fields: Readonly<Record<string, Schema & { readonly role?: Role }>>,
  declared: object,
): Secrets {
  const values = declared as Readonly<Record<string, unknown>>;
  return Object.entries(fields)
    .filter(([, { role }]) => role === undefined || SENT.includes(role))
    .flatMap(([name, field]) => secretsIn(field, values[name], name));
}

function secretsIn(of: Schema, value: unknown, name: string): Secrets {
  if (value == null || isUnknown(value)) return [];
  if (of.secrets !== undefined) return of.secrets(value);
  return isChosen(of.type) ? [] : textsIn(value).map((text) => [name, text] as const);
}

/** Numbers, flags, and texts that are one of a few. */
function isChosen(type: ValueType): boolean {
  if (type.kind === "either") return type.of.every(isChosen);
  return ["integer", "flag"].includes(type.kind) || (type.kind === "text" && type.values !== undefined);
}

/** Every text in a value, at any depth. */
export function textsIn(value: unknown): string[] {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(textsIn);
  return typeof value === "string" || typeof value === "number" ? [String(value)] : [];
}
