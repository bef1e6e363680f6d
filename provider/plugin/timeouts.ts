import type { Props } from "../fields/check";
import { standingFor, type Timed } from "../lifecycle/timed";

/** The declaration with a time of `customTimeouts` where it has none of its own, and the way to take it out again. */
export function withTimeout(
  kind: string,
  call: Timed,
  seconds: number,
  props: Props,
): { props: Props; without: (outs: Props) => Props } {
  const { argument, calls } = standingFor(kind) ?? {};
  if (!argument || !calls?.includes(call) || !(seconds > 0) || props[argument] !== undefined)
    return { props, without: (outs) => outs };
  return {
    props: { ...props, [argument]: Math.ceil(seconds) },
    // The next operation compares what it finds with what the program declares.
    without: ({ [argument]: _, ...outs }) => outs,
  };
}
