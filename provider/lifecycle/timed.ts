/** The calls that a program may give a time with `customTimeouts`. */
export type Timed = "create" | "update" | "delete";

/** The argument that such a time stands for, and the calls it counts for. A class takes the time of the first. */
interface Standing {
  readonly argument: string;
  readonly calls: readonly [Timed, ...Timed[]];
}

const STANDS_FOR: Readonly<Record<string, Standing>> = {
  Environment: { argument: "stopTimeoutSeconds", calls: ["delete"] },
  Pipeline: { argument: "timeoutSeconds", calls: ["create", "update"] },
};

export function standingFor(kind: string): Standing | undefined {
  return STANDS_FOR[kind];
}
