import { whyForbidden } from "../gitlab/reads/refuser";
import { oneLine } from "../text/show";
import type { Props } from "../fields/check";
import { isUnknown } from "../fields/unknowns";
import type { Context } from "./context";
import { PartialFailure } from "./errors";
import type { Lifecycle } from "./lifecycle";

export interface Subject {
  readonly context: Context;
  readonly lifecycle: Lifecycle;
  readonly props: Props;
  /** Absent where it has none yet. */
  readonly id: string | undefined;
}

/**
 * Completes an error of an operation, in place: it names the object as people know it, as ids hold only numbers, and a 403
 * says what it is that refuses. What is not an error of ours is left alone.
 */
export async function complete(subject: Subject, error: unknown): Promise<void> {
  // A stack of ours is empty; any other is a fault in this package.
  if (!(error instanceof Error) || error.stack !== "") return;
  const { context, props } = subject;
  const told = await whyForbidden(error.message, props["project"], () => context.client(props));
  const name = nameOf(subject);
  error.message = told(error.message)
    .split("\n")
    .map((line) => named(subject, name, line))
    .join("\n");
  if (error instanceof PartialFailure)
    error.reasons.splice(0, error.reasons.length, ...error.message.split("\n"));
}

interface Name {
  /** `environment production`. */
  readonly whole: string;
  /** What a sentence that names the object has in it. */
  readonly mentioned: string;
}

function nameOf({ lifecycle, props }: Subject): Name | undefined {
  const called = lifecycle.called?.find(({ argument }) => props[argument] !== undefined);
  if (called === undefined) return undefined;
  const { what, argument } = called;
  const name = props[argument];
  // A number alone is in many a sentence: it names nothing without what it counts.
  if (typeof name === "number") return { whole: `${what} ${name}`, mentioned: `${what} ${name}` };
  if (typeof name !== "string" || isUnknown(name)) return undefined;
  return { whole: `${what} ${oneLine(name)}`, mentioned: oneLine(name) };
}

function named({ id }: Subject, name: Name | undefined, line: string): string {
  if (name === undefined || mentions(line, name.mentioned)) return line;
  const { whole } = name;
  if (id === undefined) return `${whole}: ${line}`;
  return `${id} (${whole}): ${line.startsWith(`${id}: `) ? line.slice(id.length + 2) : line}`;
}

/** As a word of its own: an environment `a` is not named by every sentence with an a in it. */
function mentions(line: string, name: string): boolean {
  const inWord = /[\p{L}\p{N}_]/u;
  for (let at = line.indexOf(name); at >= 0; at = line.indexOf(name, at + 1)) {
    const around = [line[at - 1] ?? "", line[at + name.length] ?? ""];
    if (!around.some((character) => inWord.test(character))) return true;
  }
  return false;
}
