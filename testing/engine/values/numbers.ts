import { isObject, type Props, SIG, type Value } from "./values";

/** JSON has no such numbers: "Float property values" in the schema of property values of Pulumi's states. */
const NUMBER_SIG = "8ad145fe-0d11-4827-bfd7-1abcbf086f5c";

/** The number that JSON cannot hold, where the value stands for one. */
export function numberIn(value: Value | undefined): number | undefined {
  if (!isObject(value) || value[SIG] !== NUMBER_SIG || typeof value["value"] !== "string") return undefined;
  return Buffer.from(value["value"], "hex").readDoubleBE();
}

function held(value: number): Value {
  if (Number.isFinite(value)) return value;
  // The engine's bits of what is no number.
  if (Number.isNaN(value)) return { [SIG]: NUMBER_SIG, value: "7fffffffffffffff" };
  return { [SIG]: NUMBER_SIG, value: value > 0 ? "7ff0000000000000" : "fff0000000000000" };
}

function within(value: Value, change: (value: Value) => Value): Value {
  if (Array.isArray(value)) return value.map((item) => within(item, change));
  const changed = change(value);
  if (changed !== value || !isObject(value)) return changed;
  return each(value, change);
}

const each = (props: Props, change: (value: Value) => Value): Props =>
  Object.fromEntries(Object.entries(props).map(([key, value]) => [key, within(value, change)]));

/** As a state holds `NaN` and the infinities, and as the wire has them. */
export const toState = (props: Props): Props =>
  each(props, (value) => (typeof value === "number" ? held(value) : value));
export const toWire = (props: Props): Props => each(props, (value) => numberIn(value) ?? value);

/** As the CLI shows it. */
export function shownNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "+Inf" : "-Inf";
}
