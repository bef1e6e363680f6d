import type { Props } from "../fields/check";
import type { Table } from "../fields/field";
import { changesOf, lost, notHeld, stateOf, valueIn } from "../fields/record";
import type { StateOf } from "../fields/types";
import { PartialFailure } from "./errors";
import { type InProject, orMissing } from "./presence";
import { setOnce } from "./writes";

/**
 * GitLab drops parameters it does not know without a word; a setting that did not stick is said, and one of the body `sent`
 * that was to be cleared and is still there.
 */
export function assertStored<T extends Table>(
  fields: T,
  id: string,
  row: object,
  inputs: object,
  sent: Props = {},
): StateOf<T> {
  const outs: Props = stateOf(fields, row, inputs);
  const missing = lost(fields, row, inputs);
  const uncleared = notHeld(fields, row, sent).filter(
    (name) => (inputs as Props)[name] === undefined && valueIn(fields[name]!, row) !== undefined,
  );
  if (missing.length + uncleared.length === 0) return outs as StateOf<T>;
  for (const name of missing) delete outs[name];
  // State holds what GitLab does, so that the next `up` sees the difference.
  for (const name of uncleared) {
    outs[name] = valueIn(fields[name]!, row);
    if (fields[name]?.guessed) delete outs["__guessed"];
  }
  throw new PartialFailure(
    id,
    outs,
    `${id}: GitLab accepted the request but did not store ${[...missing, ...uncleared].join(", ")}; this GitLab version may not know it. ` +
      `Remove it from the program or upgrade GitLab.`,
  );
}

/**
 * Takes the changed settings to what is declared. After a lost answer, what GitLab holds is compared with all that was sent,
 * what was cleared too.
 */
export async function putSettings<T extends Table>(
  fields: T,
  object: InProject & { readonly id: string; readonly what: string },
  changed: readonly string[],
  inputs: object,
): Promise<StateOf<T>> {
  const { client, path, id, what } = object;
  const body = changesOf(fields, changed, inputs);
  const send = () => client.put<object>(path, body);
  const look = async () => {
    const seen = await client.get<object>(path);
    return notHeld(fields, seen, body).length === 0 ? seen : undefined;
  };
  const row = await orMissing(object, id, what, () => setOnce(send, look));
  return assertStored(fields, id, row, inputs, body);
}
