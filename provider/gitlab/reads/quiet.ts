import { prepare } from "../request/transport";

/**
 * Calls back after so many milliseconds, unless it is called off before. Meanwhile, what the first request needs is loaded: nobody
 * waits for that twice. Questions that came while it was, or while anything else kept this process busy, are heard first.
 */
export function quietly(ms: number, then: () => void): () => void {
  setImmediate(prepare);
  let turn: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => (turn = setImmediate(then)), ms);
  return () => {
    clearTimeout(timer);
    clearImmediate(turn);
  };
}
