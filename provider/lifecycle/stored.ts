import type { Table } from "../fields/field";
import { lost, stateOf } from "../fields/record";
import type { StateOf } from "../fields/types";
import { PartialFailure } from "./errors";

/** GitLab drops parameters it does not know without a word; a declared setting that did not stick is said. */
export function assertStored<T extends Table>(
  fields: T,
  id: string,
  row: object,
  inputs: object,
): StateOf<T> {
  const outs = stateOf(fields, row, inputs);
  const missing = lost(fields, row, inputs);
  if (missing.length === 0) return outs;
  const kept = Object.entries(outs).filter(([name]) => !missing.includes(name));
  throw new PartialFailure(
    id,
    Object.fromEntries(kept),
    `${id}: GitLab accepted the request but did not store ${missing.join(", ")}; this GitLab version may not know it. ` +
      `Remove it from the program or upgrade GitLab.`,
  );
}
