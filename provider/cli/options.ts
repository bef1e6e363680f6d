import type { GitLabClient } from "../gitlab/request/client";
import { clientFor } from "../gitlab/connection/clients";
import { type Io, UsageError } from "./io";
import { createProgress, type Progress, silent } from "./progress";
import { flag, single } from "./spec";

/** Options of every command that reads a GitLab. */
export const COMMON = {
  connection: single(
    "<name>",
    "use NAME_TOKEN and NAME_BASE_URL instead of GITLAB_TOKEN and GITLAB_BASE_URL",
  ),
  quiet: flag("no progress on stderr"),
};

/** What the commands that read a whole group say about the environment. */
export const ENVIRONMENT = {
  GITLAB_TOKEN:
    "a token with the scope read_api. Rules of a group are shown to its Owners only, rules of a project to its Maintainers; what cannot be read is said, not left out silently",
  GITLAB_BASE_URL:
    "your GitLab, such as https://gitlab.example.com (default: that of the CI job, else gitlab.com)",
} as const;

export const EXITS = {
  0: "done",
  2: "wrong usage or configuration",
  3: "GitLab refused or could not be reached",
} as const;

export function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === value);
  if (found === undefined)
    throw new UsageError(`${option} must be one of ${allowed.join(", ")}, not “${value}”.`);
  return found;
}

/** GitLab finds no project by its name alone, and an empty path is another endpoint. */
export function checkScope(group: string | undefined, projects: readonly string[]): void {
  if (group === undefined && projects.length === 0) throw new UsageError("Which --group or --project?");
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

export function progressOf(io: Io, quiet: boolean): Progress {
  return quiet ? silent : createProgress(io.stderr);
}
