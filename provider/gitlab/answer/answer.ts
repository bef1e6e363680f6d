import { badAnswer, type Asked } from "./failures";

/** Nesting of GitLab's own answers stays below ten. Code that walks answers relies on this bound. */
const MAX_DEPTH = 64;

/** A complete answer with a success status. */
export interface Answer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

function deeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth === 0 || Object.values(value).some((item) => deeperThan(item, depth - 1));
}

/** An own property of that name would change the prototype of whatever it is copied onto. */
function withoutPrototypes(text: string): unknown {
  return JSON.parse(text, (key, value: unknown) => (key === "__proto__" ? undefined : value));
}

/** `undefined` for an answer without a body. */
export function readAnswer(asked: Asked, answer: Answer): unknown {
  if (answer.status === 204 || answer.text === "") return undefined;
  const type = answer.headers["content-type"];
  if (type !== undefined && !/^application\/([\w.+-]*\+)?json\b/i.test(type)) {
    throw badAnswer(
      asked,
      `is not JSON but ${/^text\/html\b/i.test(type) ? "an HTML page" : "something else"}`,
    );
  }
  let value: unknown;
  try {
    value = /__proto__|\\u005f/i.test(answer.text) ? withoutPrototypes(answer.text) : JSON.parse(answer.text);
  } catch {
    throw badAnswer(asked, "is not valid JSON");
  }
  if (deeperThan(value, MAX_DEPTH)) throw badAnswer(asked, `is nested more than ${MAX_DEPTH} levels deep`);
  return value;
}
