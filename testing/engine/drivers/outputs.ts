import type { EventLog } from "../show/events";
import { containsUnknown, isObject, isSecret, plain, type Props, type Value } from "../values/values";

/** Stack outputs as results have them: what cannot be known yet is missing. */
export const known = (outputs: Props): Record<string, unknown> =>
  plain(Object.fromEntries(Object.entries(outputs).filter(([, value]) => !containsUnknown(value))));

/** As the CLI's log of a preview has them. */
export const blotted = (outputs: Props, events: EventLog): Props =>
  Object.fromEntries(Object.entries(outputs).map(([key, value]) => [key, blot(value, events)]));

function blot(value: Value, events: EventLog): Value {
  if (isSecret(value)) return "[secret]";
  if (typeof value === "string") return events.blot(value);
  if (Array.isArray(value)) return value.map((item) => blot(item, events));
  return isObject(value) ? blotted(value, events) : value;
}
