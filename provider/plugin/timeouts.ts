import type { Props } from "../fields/check";

/** The calls that the program may give a time with `customTimeouts`. */
export type Timed = "create" | "update" | "delete";

/** The argument that such a time stands for, as in the classes of the first door. */
const STANDS_FOR: Readonly<Record<string, Partial<Record<Timed, string>>>> = {
  Environment: { delete: "stopTimeoutSeconds" },
  Pipeline: { create: "timeoutSeconds", update: "timeoutSeconds" },
};

/** The declaration with a time of `customTimeouts` where it has none of its own, and the way to take it out again. */
export function withTimeout(
  kind: string,
  call: Timed,
  seconds: number,
  props: Props,
): { props: Props; without: (outs: Props) => Props } {
  const argument = STANDS_FOR[kind]?.[call];
  if (argument === undefined || !(seconds > 0) || props[argument] !== undefined)
    return { props, without: (outs) => outs };
  return {
    props: { ...props, [argument]: Math.ceil(seconds) },
    // The next operation compares what it finds with what the program declares.
    without: ({ [argument]: _, ...outs }) => outs,
  };
}
