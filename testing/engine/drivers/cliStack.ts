import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { loadProject, type Project } from "../protocol/project";
import { Result, stepResult } from "../show/result";
import type { ExportedStack } from "../state/state";
import { makeUrn } from "../values/urn";
import type { Diagnostic } from "../show/events";
import { builtCli } from "./builtCli";
import { readEvents, type CliEvents } from "./cliEvents";
import type {
  ConfigValue,
  OperationOptions,
  PreviewOptions,
  RefreshOptions,
  RemovalOptions,
  StackDriver,
} from "./driver";
import type { OfflineStackOptions } from "./offlineStack";

/** How a stack starts. */
export type CliStackOptions = Omit<OfflineStackOptions, "stateFile" | "onEvent"> & {
  /** The command; default the one that `findPulumi` finds. */
  readonly pulumi?: string;
  /** What the project file says besides, or instead: `plugins`, another `runtime`, a program in YAML. */
  readonly settings?: ProjectSettings;
};

/** Entries of a project file. https://www.pulumi.com/docs/iac/concepts/projects/project-file/ */
export type ProjectSettings = Readonly<Record<string, unknown>>;

interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where the `pulumi` command is: on PATH, or, in this package's own repository, where `npm run pulumi` has put it. */
export function findPulumi(): string | undefined {
  const built = builtCli()?.pulumi;
  return pulumiOnPath() ?? (built !== undefined && existsSync(built) ? built : undefined);
}

/** Also asked by `test/tools/pulumi.mjs`. */
export const pulumiOnPath = (path = process.env["PATH"] ?? ""): string | undefined =>
  path
    .split(delimiter)
    .map((folder) => join(folder, "pulumi"))
    .find(existsSync);

/**
 * The same stack on the real Pulumi CLI: its own home, a file backend and a passphrase, all in a temporary folder that `dispose`
 * removes. The program's folder is left alone: the project file is a copy that points there.
 */
export class CliStack implements StackDriver {
  readonly name: string;
  /** The folder of the project file. */
  readonly root: string;
  #operations = 0;

  private constructor(
    private readonly options: CliStackOptions,
    private readonly command: string,
    private readonly project: Project,
    private readonly folder: string,
    readonly engine: string,
  ) {
    this.name = options.name ?? "dev";
    this.root = join(folder, "project");
  }

  static async create(options: CliStackOptions): Promise<CliStack> {
    const command = options.pulumi ?? findPulumi();
    if (command === undefined) throw new Error("There is no pulumi command on PATH.");
    const folder = mkdtempSync(join(tmpdir(), "pulumi-cli-"));
    const project = loadProject(options.program, options.project);
    const version = await run(command, ["version"], folder, process.env);
    const stack = new CliStack(options, command, project, folder, version.stdout.trim() || "pulumi");
    await stack.#initialize();
    return stack;
  }

  async #initialize(): Promise<void> {
    for (const name of ["project", "state", "home"]) mkdirSync(join(this.folder, name));
    this.writeProject(this.options.settings);
    await this.#expect("stack", "init", this.name);
    const config = { ...this.project.config, ...this.options.config };
    for (const [key, value] of Object.entries(config)) await this.config.set(key, value);
    if (this.options.state !== undefined) await this.importState(this.options.state);
  }

  /** Writes the project file anew: a program in YAML is in there. */
  writeProject(settings: ProjectSettings = {}): void {
    writeFileSync(join(this.root, "Pulumi.yaml"), projectFile(this.project, settings));
  }

  #environment(): NodeJS.ProcessEnv {
    const { emulator, env, node, passphrase } = this.options;
    const path = [dirname(this.command), ...(node === undefined ? [] : [dirname(node)])];
    return {
      ...process.env,
      PATH: [...path.reverse(), process.env["PATH"]].join(delimiter),
      PULUMI_HOME: join(this.folder, "home"),
      PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: passphrase ?? process.env["PULUMI_CONFIG_PASSPHRASE"] ?? "offline",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
      // Shows the flag that writes events to a file.
      PULUMI_DEBUG_COMMANDS: "true",
      ...(emulator && { GITLAB_BASE_URL: emulator.url, GITLAB_TOKEN: emulator.token }),
      ...env,
    };
  }

  /** How to start any `pulumi` command on this stack. */
  commandLine(...args: string[]): { command: string; args: string[]; cwd: string; env: NodeJS.ProcessEnv } {
    return {
      command: this.command,
      args: ["--non-interactive", "--color=never", "--stack", this.name, ...args],
      cwd: this.root,
      env: this.#environment(),
    };
  }

  /** Runs any `pulumi` command on this stack, whatever its exit code. */
  pulumi(...args: string[]): Promise<Finished> {
    return run(this.command, ["--non-interactive", "--color=never", ...args], this.root, this.#environment());
  }

  async #expect(...args: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.pulumi(...args);
    if (exitCode !== 0) throw new Error(`pulumi ${args.join(" ")} failed (${exitCode}):\n${stdout}${stderr}`);
    return stdout;
  }

  urn(type: string, name: string): string {
    return makeUrn({ stack: this.name, project: this.project.name }, "", type, name);
  }

  readonly config: StackDriver["config"] = {
    set: async (key: string, given: ConfigValue) => {
      const { value, secret = false } = typeof given === "string" ? { value: given } : given;
      const kind = secret ? "--secret" : "--plaintext";
      await this.#expect("config", "set", kind, "--stack", this.name, "--", key, value);
    },
    rm: async (key: string) => {
      await this.#expect("config", "rm", "--stack", this.name, key);
    },
  };

  preview(options: PreviewOptions = {}): Promise<Result> {
    return this.#run("preview", options, [], true);
  }

  up(options: PreviewOptions = {}): Promise<Result> {
    return this.#run("up", options, ["--yes", "--skip-preview"], false);
  }

  refresh(options: RefreshOptions = {}): Promise<Result> {
    return this.#run("refresh", options, mode(options.previewOnly), options.previewOnly ?? false);
  }

  destroy(options: RemovalOptions = {}): Promise<Result> {
    return this.#run("destroy", options, mode(options.previewOnly), options.previewOnly ?? false);
  }

  async #run(
    command: string,
    options: PreviewOptions,
    extra: readonly string[],
    dryRun: boolean,
  ): Promise<Result> {
    const log = join(this.folder, `events-${(this.#operations += 1)}.json`);
    const requestsBefore = this.options.emulator?.requests?.length ?? 0;
    const parallel = this.options.parallel === undefined ? [] : ["--parallel", String(this.options.parallel)];
    const args = [command, "--stack", this.name, "--event-log", log, ...flags(options), ...parallel];
    const finished = await this.pulumi(...args, ...extra);
    const events = readEvents(existsSync(log) ? readFileSync(log, "utf8") : "");
    const text = finished.stdout + finished.stderr;
    this.options.onOutput?.(text);
    return new Result({
      ok: finished.exitCode === 0,
      exitCode: finished.exitCode,
      steps: events.steps.map(stepResult),
      changes: events.changes,
      diagnostics: refusal(events, finished) ?? events.diagnostics,
      outputs: await this.#outputs(events, dryRun),
      text,
      requests: this.options.emulator?.requests?.slice(requestsBefore) ?? [],
    });
  }

  async #outputs(events: CliEvents, dryRun: boolean): Promise<Record<string, unknown>> {
    if (dryRun && events.outputs !== undefined) return events.outputs;
    const { stdout, exitCode } = await this.pulumi(
      "stack",
      "output",
      "--json",
      "--show-secrets",
      "--stack",
      this.name,
    );
    return exitCode === 0 ? (JSON.parse(stdout) as Record<string, unknown>) : {};
  }

  async exportState(): Promise<ExportedStack> {
    return JSON.parse(await this.#expect("stack", "export", "--stack", this.name)) as ExportedStack;
  }

  async importState(state: ExportedStack): Promise<void> {
    const file = join(this.folder, "import.json");
    writeFileSync(file, JSON.stringify(state));
    await this.#expect("stack", "import", "--stack", this.name, "--file", file);
  }

  async dispose(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What the command says when it doesn't even start. */
const refusal = (events: CliEvents, { exitCode, stderr }: Finished): Diagnostic[] | undefined =>
  exitCode === 0 || events.steps.length > 0 || events.diagnostics.length > 0
    ? undefined
    : [{ severity: "error", message: stderr.trim().replace(/^error: /, "") }];

const mode = (previewOnly: boolean | undefined): string[] =>
  previewOnly === true ? ["--preview-only"] : ["--yes", "--skip-preview"];

function flags(options: OperationOptions & PreviewOptions): string[] {
  return [
    ...(options.targets ?? []).flatMap((urn) => ["--target", urn]),
    ...(options.replace ?? []).flatMap((urn) => ["--replace", urn]),
    ...(options.targetDependents === true ? ["--target-dependents"] : []),
    ...(options.refresh === true ? ["--refresh"] : []),
    ...(options.diff === true ? ["--diff"] : []),
  ];
}

/** JSON is YAML too. */
const projectFile = (project: Project, settings: ProjectSettings): string =>
  JSON.stringify({
    name: project.name,
    main:
      project.entryPoint === "."
        ? project.programDirectory
        : join(project.programDirectory, project.entryPoint),
    runtime: {
      name: "nodejs",
      options: {
        typescript: project.typescript,
        ...(project.nodeArgs.length > 0 && { nodeargs: project.nodeArgs.join(" ") }),
      },
    },
    ...(project.plugins && { plugins: project.plugins }),
    ...settings,
  });

function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    execFile(command, [...args], { cwd, env, maxBuffer: 256 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) resolve({ exitCode: 0, stdout, stderr });
      else if (typeof error.code === "number") resolve({ exitCode: error.code, stdout, stderr });
      else reject(new Error(`could not run ${command}: ${error.message}`));
    });
  });
}
