import { parseArgs, type ParseArgsConfig } from "node:util";

import type { GitLabClient } from "../gitlab/request/client";
import { clientFor } from "../gitlab/connection/clients";
import { type Io, UsageError } from "./io";
import { createProgress, type Progress, silent } from "./progress";

/** Options of every command that reads a GitLab. */
export const COMMON = {
  group: { type: "string" },
  project: { type: "string", multiple: true },
  output: { type: "string" },
  connection: { type: "string" },
  quiet: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

type Values<O extends NonNullable<ParseArgsConfig["options"]>> = ReturnType<
  typeof parseArgs<{ args: string[]; options: O; strict: true; allowPositionals: false }>
>["values"];

/** Parses arguments; a mistake is the user's to read. */
export function parse<O extends NonNullable<ParseArgsConfig["options"]>>(
  args: readonly string[],
  options: O,
): Values<O> {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    // Node's sentence goes on about positionals and `--`.
    throw new UsageError((error as Error).message.replace(/\. To specify[^]*$/, "."));
  }
}

/** A value out of a fixed list. */
export function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === value);
  if (found === undefined)
    throw new UsageError(`${option} must be one of ${allowed.join(", ")}, not “${value}”.`);
  return found;
}

/** GitLab finds no project by its name alone, and an empty path is another endpoint. */
export function checkScope(group: string | undefined, projects: readonly string[]): void {
  for (const project of projects) {
    if (!/^\d+$/.test(project) && !/^[^/\s]+(\/[^/\s]+)+$/.test(project)) {
      throw new UsageError(`--project needs an id or a full path such as acme/shop, not “${project}”.`);
    }
  }
  if (group !== undefined && !/^[^/\s]+(\/[^/\s]+)*$/.test(group)) {
    throw new UsageError(`--group needs an id or a full path such as acme/release, not “${group}”.`);
  }
}

/** The settings of the command line come from the environment alone. */
export function connect(io: Io, connection: string | undefined): GitLabClient {
  return clientFor(connection, { get: () => undefined }, io.env);
}

export function progressOf(io: Io, quiet: boolean | undefined): Progress {
  return quiet ? silent : createProgress(io.stderr);
}
