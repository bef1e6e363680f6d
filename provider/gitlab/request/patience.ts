import { AsyncLocalStorage } from "node:async_hooks";

/** What one operation on one object has to remember. */
interface Operation {
  /** Milliseconds lost so far: attempts without success, and pauses between them. */
  lost: number;
  /** Takes what the declaration may hold in secret out of words that are not ours. */
  readonly redact: (text: string) => string;
}

const operations = new AsyncLocalStorage<Operation>();

/**
 * Runs one operation on one object. What its requests lose to a GitLab in trouble is counted together, so that an operation
 * of many requests is bounded in time like one request is; waiting for a pipeline or a stop has limits of its own. What
 * GitLab says meanwhile is redacted before it is cleaned, cut or put into an error.
 */
export function asOneOperation<T>(
  act: () => Promise<T>,
  redact: (text: string) => string = (text) => text,
): Promise<T> {
  return operations.run({ lost: 0, redact }, act);
}

/** Counts what an attempt cost that led to nothing, or a pause; resolves to what the operation has lost in all. */
export function lose(milliseconds: number): number {
  const operation = operations.getStore();
  if (operation === undefined) return 0;
  operation.lost += milliseconds;
  return operation.lost;
}

/** Takes the values of the operation's declaration out of a text. */
export function redactDeclared(text: string): string {
  return operations.getStore()?.redact(text) ?? text;
}
