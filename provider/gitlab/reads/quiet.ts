/**
 * Calls back after so many milliseconds, unless it is called off before. Questions that came while this process was busy are
 * heard first.
 */
export function quietly(ms: number, then: () => void): () => void {
  let turn: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => (turn = setImmediate(then)), ms);
  return () => {
    clearTimeout(timer);
    clearImmediate(turn);
  };
}
