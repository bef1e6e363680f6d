import { createRequire } from "node:module";
import { join } from "node:path";
import { processes, type Child } from "./processes";
import type { Project } from "./project";

export interface ProgramOptions {
  readonly project: Omit<Project, "config">;
  /** What the program finds in `process.argv`; none if absent. */
  readonly args?: readonly string[];
  /** Default: the one of stacks without an account. */
  readonly organization?: string;
  readonly stack: string;
  readonly config: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly node: string | undefined;
  readonly dryRun: boolean;
  readonly parallel: number;
  readonly monitorAddress: string;
  readonly engineAddress: string;
  readonly onLine: (line: string, stream: "stdout" | "stderr") => void;
}

/** How a program ended; `bailed` when it has told the user everything itself. */
export type ProgramEnd =
  | "ok"
  | "bailed"
  /** It ran and failed. */
  | { readonly failure: string }
  /** It could not even start. */
  | { readonly error: string };

export interface RunningProgram {
  readonly ended: Promise<ProgramEnd>;
  stop(graceMs: number): Promise<void>;
}

/** The exit code of the SDK's runner for "the user has seen what is wrong". */
const ALREADY_LOGGED = 32;

/** Starts the program in the SDK's own runner, as the CLI's language host for Node.js does. */
export function runProgram(options: ProgramOptions): RunningProgram {
  const { project } = options;
  let runner: string;
  try {
    runner = createRequire(join(project.programDirectory, "_")).resolve("@pulumi/pulumi/cmd/run");
  } catch {
    const error = `It looks like the Pulumi SDK has not been installed: '@pulumi/pulumi' cannot be found from ${project.programDirectory}.`;
    return { ended: Promise.resolve({ error }), stop: () => Promise.resolve() };
  }
  const child = processes.launch(
    {
      node: options.node,
      args: [...project.nodeArgs, runner, ...runnerArguments(options)],
      cwd: project.programDirectory,
      env: {
        ...options.env,
        PULUMI_CONFIG: JSON.stringify(longKeys(options.config)),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(options.secretKeys),
        ...(project.typescript && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
      },
    },
    options.onLine,
  );
  return { ended: ending(child), stop: (graceMs) => child.stop(graceMs) };
}

function runnerArguments(options: ProgramOptions): string[] {
  const { project } = options;
  return [
    ["--monitor", options.monitorAddress],
    ["--engine", options.engineAddress],
    ["--organization", options.organization ?? "organization"],
    ["--project", project.name],
    ["--root-directory", project.root],
    ["--stack", options.stack],
    ["--pwd", project.programDirectory],
    options.dryRun ? ["--dry-run"] : [],
    ["--parallel", String(options.parallel)],
    [project.entryPoint, ...(options.args ?? [])],
  ].flat();
}

/** The runner takes the keys in their old form, `namespace:config:name`. */
const longKeys = (config: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(config).map(([key, value]) => {
      const colon = key.indexOf(":");
      return [`${key.slice(0, colon)}:config:${key.slice(colon + 1)}`, value];
    }),
  );

async function ending(child: Child): Promise<ProgramEnd> {
  try {
    const code = await child.exited;
    if (code === 0) return "ok";
    if (code === ALREADY_LOGGED) return "bailed";
    return { failure: `Program exited with non-zero exit code: ${code}` };
  } catch (error) {
    return { error: `could not run the program: ${error instanceof Error ? error.message : String(error)}` };
  }
}
