import { badAnswer, misshapen, refusedAll, type Asked } from "../answer/failures";
import { flawIn, flawInRows } from "../answer/shape";
import { answerOf } from "./endpoints";
import type { ApiPath } from "./paths";

/**
 * Refuses an answer of success that is not what its endpoint gives, or that is about something else than was asked for: whoever
 * reads it may rely on what is in the table. Something on the way that answers everything, or anything from its cache, must not
 * make a deletion of nothing, or somebody else's record ours.
 */
export function requireExpected(asked: Asked, path: ApiPath, value: unknown, body?: unknown): void {
  if (value === undefined) return;
  const said = wordsOfRefusal(value);
  if (said !== undefined && answerOf(asked.method, path)?.row?.["message"] === undefined)
    throw refusedAll(asked, said);
  const expected = answerOf(asked.method, path);
  if (expected?.row === undefined) return;
  if (expected.many && !Array.isArray(value)) throw badAnswer(asked, "is not a list");
  const flaw = expected.many ? flawInRows(value as unknown[], expected.row) : flawIn(value, expected.row);
  if (flaw !== undefined) throw misshapen(asked, flaw);
  const { is, made } = expected;
  if (is !== undefined) requireSame(asked, is, value as Row, namedBy(path));
  if (made !== undefined) requireSame(asked, made, value as Row, (body as Row | undefined)?.[made]);
}

type Row = Readonly<Record<string, unknown>>;

/** What a record of GitLab's never is: a `message` or an `error`, and nothing that says what it is. */
function wordsOfRefusal(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || "id" in value || "name" in value) return undefined;
  const { message, error } = value as Row;
  return [message, error].find((words) => typeof words === "string");
}

function requireSame(asked: Asked, field: string, row: Row, named: unknown): void {
  if (typeof named !== "string") return;
  // Projects and groups are asked for by their path, too: then their number says nothing.
  if (field === "id" && !/^\d+$/.test(named)) return;
  const seen = row[field];
  if (seen === named || (typeof seen === "number" && String(seen) === named)) return;
  throw badAnswer(asked, `is about another record (its ${field} is ${JSON.stringify(seen)})`);
}

/** What stands for the last `:` of the endpoint: the record itself, or what something is done to. */
function namedBy({ path, template }: ApiPath): string | undefined {
  const part = path.replace(/^\/?/, "/").split("/")[template.split("/").lastIndexOf(":")];
  return part === undefined ? undefined : decodeURIComponent(part);
}
