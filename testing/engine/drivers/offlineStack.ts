import { availableParallelism } from "node:os";
import { readState, writeState, Journal } from "../state/journal";
import { DeploymentRun } from "../plan/deployment";
import { render, type Display } from "../show/display";
import { EventLog, type EngineEvent } from "../show/events";
import { Operation } from "../plan/operation";
import { loadProject, type Project } from "../protocol/project";
import { ProviderRegistry } from "../protocol/registry";
import { Result, stepResult, type LoggedRequest } from "../show/result";
import { crypterFor, type Crypter } from "../state/secrets";
import { exportSnapshot, importSnapshot, SnapshotManager, type Snapshot } from "../state/snapshot";
import type { ExportedStack } from "../state/state";
import { Targets } from "../plan/targets";
import { makeUrn, STACK_TYPE } from "../values/urn";
import { copy, type Props } from "../values/values";
import type { ConfigValue, PreviewOptions, RefreshOptions, RemovalOptions, StackDriver } from "./driver";
import { refuseLeak } from "./leaks";
import { blotted, known } from "./outputs";
import { Settings } from "./settings";

/** A GitLab to talk to: an emulator, or anything else with an address and a token. */
export interface EmulatorLike {
  readonly url: string;
  readonly token: string;
  /** Where it keeps one, the requests it was sent so far; results hold those of their own operation. */
  readonly requests?: readonly LoggedRequest[];
}

/** How a stack starts. */
export interface OfflineStackOptions {
  /** A project's folder (with `Pulumi.yaml`), or a program's main file. */
  readonly program: string;
  /** The stack's name; default `dev`. */
  readonly name?: string;
  /** The project's name, where no `Pulumi.yaml` says it; default the folder's. */
  readonly project?: string;
  /** Configuration; keys without a colon belong to the project. */
  readonly config?: Readonly<Record<string, ConfigValue>>;
  /** Environment variables for the program and its providers, on top of this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Sets `GITLAB_BASE_URL` and `GITLAB_TOKEN`. */
  readonly emulator?: EmulatorLike;
  /** A state to start from, as `pulumi stack export` writes it. */
  readonly state?: ExportedStack;
  /** Where to keep the state; it survives a killed process. Without it the state lives in memory. */
  readonly stateFile?: string;
  /** What the state's secrets are encrypted with; default `PULUMI_CONFIG_PASSPHRASE`, else `offline`. */
  readonly passphrase?: string;
  /** How many steps may run at the same time; default four for each processor, as the CLI has it. */
  readonly parallel?: number;
  /** The node binary that runs program and providers; default the one that runs this. */
  readonly node?: string;
  /** Gets the text of each operation as it ends; that of the offline engine in colour on a terminal. */
  readonly onOutput?: (text: string) => void;
  /** Gets every step and message as it happens. */
  readonly onEvent?: (event: EngineEvent) => void;
}

/** What one operation does. */
interface Request extends PreviewOptions {
  readonly kind: Display["kind"];
  readonly dryRun: boolean;
  readonly withProgram: boolean;
  readonly refreshOnly?: boolean;
}

/**
 * A stack on the engine in this package: no CLI, no network but for what the program itself asks for. An operation rejects where the
 * token of its emulator is in its output or its state.
 */
export class OfflineStack implements StackDriver {
  readonly engine = "offline";
  readonly name: string;
  readonly #project: Project;
  readonly #settings: Settings;
  #state: Snapshot;
  #salt: string | undefined;

  private constructor(private readonly options: OfflineStackOptions) {
    this.name = options.name ?? "dev";
    this.#project = loadProject(options.program, options.project);
    this.#settings = new Settings(this.#project.name, { ...this.#project.config, ...options.config });
    this.#state = { resources: [], operations: [] };
    if (options.stateFile !== undefined) {
      this.#state = readState(options.stateFile, (salt) => this.#crypter(salt));
    }
    if (options.state !== undefined) this.#load(options.state);
  }

  static async create(options: OfflineStackOptions): Promise<OfflineStack> {
    return new OfflineStack(options);
  }

  urn(type: string, name: string): string {
    return makeUrn({ stack: this.name, project: this.#project.name }, "", type, name);
  }

  readonly config: StackDriver["config"] = {
    set: async (key, value) => this.#settings.set(key, value),
    rm: async (key) => this.#settings.delete(key),
  };

  preview(options: PreviewOptions = {}): Promise<Result> {
    return this.#run({ ...options, kind: "preview", dryRun: true, withProgram: true });
  }

  up(options: PreviewOptions = {}): Promise<Result> {
    return this.#run({ ...options, kind: "update", dryRun: false, withProgram: true });
  }

  refresh(options: RefreshOptions = {}): Promise<Result> {
    const dryRun = options.previewOnly ?? false;
    return this.#run({
      ...options,
      kind: "refresh",
      dryRun,
      withProgram: false,
      refresh: true,
      refreshOnly: true,
    });
  }

  destroy(options: RemovalOptions = {}): Promise<Result> {
    return this.#run({
      ...options,
      kind: "destroy",
      dryRun: options.previewOnly ?? false,
      withProgram: false,
    });
  }

  async #run(request: Request): Promise<Result> {
    const started = Date.now();
    const requestsBefore = this.options.emulator?.requests?.length ?? 0;
    const events = new EventLog(this.options.onEvent ?? (() => undefined), this.#settings.secrets());
    // Steps change states in place: a preview must not touch the stack's, and a failed step neither.
    const base: Snapshot = {
      resources: copy(this.#state.resources),
      operations: copy(this.#state.operations),
    };
    const journal = this.#journalFor(request, base);
    const snapshots = request.dryRun ? undefined : new SnapshotManager(base, journal);
    const registry = new ProviderRegistry({
      cwd: this.#project.programDirectory,
      engineAddress: () => "127.0.0.1:0",
      ...this.#childProcess(events),
    });
    const run = new DeploymentRun({
      operation: this.#operation(request, base, registry, events),
      snapshots,
      parallel: this.#parallel,
      refresh: request.refresh ?? false,
      refreshOnly: request.refreshOnly ?? false,
      root: this.#project.root,
      providerConfig: this.#settings.forProviders(),
      program: request.withProgram ? this.#program(request, events) : undefined,
    });
    const before = this.#stackOutputs(this.#state);
    const ok = await run.run();
    await registry.close();
    if (snapshots !== undefined) {
      this.#state = snapshots.snapshot();
      journal?.compact(this.#state);
    }
    const outputs = { before, after: this.#outputsAfter(request, events, before) };
    const text = this.#show(request, events, outputs, (Date.now() - started) / 1000);
    return new Result({
      ok,
      exitCode: ok ? 0 : 1,
      steps: events.steps.map(stepResult),
      changes: events.changes,
      diagnostics: events.diagnostics,
      outputs: known(request.dryRun ? blotted(outputs.after, events) : outputs.after),
      text,
      requests: this.options.emulator?.requests?.slice(requestsBefore) ?? [],
    });
  }

  #operation(request: Request, base: Snapshot, registry: ProviderRegistry, events: EventLog): Operation {
    return new Operation(
      { stack: this.name, project: this.#project.name },
      request.dryRun,
      base,
      new Targets(request.targets),
      new Targets(request.replace),
      request.targetDependents ?? false,
      registry,
      events,
    );
  }

  /** How providers and programs run, and where their lines go. */
  #childProcess(events: EventLog) {
    return {
      env: this.#environment(),
      node: this.options.node,
      onLine: (line: string, stream: "stdout" | "stderr") =>
        events.diagnostic(stream === "stdout" ? "info" : "info#err", line),
    };
  }

  #program({ dryRun }: Request, events: EventLog) {
    return {
      project: this.#project,
      stack: this.name,
      ...this.#settings.forProgram(),
      ...this.#childProcess(events),
      dryRun,
      parallel: this.#parallel,
    };
  }

  /** Prints what happened, and answers with it without colours; fails where a token is in it. */
  #show(request: Request, events: EventLog, outputs: Display["outputs"], seconds: number): string {
    const display: Display = {
      kind: request.kind,
      dryRun: request.dryRun,
      stack: this.name,
      steps: events.steps,
      changes: events.changes,
      diagnostics: events.diagnostics,
      outputs,
      seconds,
      diff: request.diff ?? false,
      color: false,
    };
    this.options.onOutput?.(events.blot(render({ ...display, color: wantsColor() })));
    const state = JSON.stringify(exportSnapshot(this.#state, () => this.#crypter()));
    const text = render(display);
    refuseLeak(this.options.emulator?.token, { output: text, state });
    return events.blot(text);
  }

  #journalFor(request: Request, base: Snapshot): Journal | undefined {
    const { stateFile } = this.options;
    if (request.dryRun || stateFile === undefined) return undefined;
    // The journal continues what the file says, so the file has to be the state the operation starts from.
    writeState(
      stateFile,
      exportSnapshot(base, () => this.#crypter()),
    );
    return new Journal(stateFile, base, () => this.#crypter());
  }

  /** A preview's outputs come from its steps: nothing is written. */
  #outputsAfter(request: Request, events: EventLog, before: Props): Props {
    if (!request.dryRun) return this.#stackOutputs(this.#state);
    const stack = events.steps.findLast((step) => step.type === STACK_TYPE);
    return stack?.op === "delete" ? {} : (stack?.new?.outputs ?? before);
  }

  #stackOutputs(state: Snapshot): Props {
    return state.resources.find(({ type }) => type === STACK_TYPE)?.outputs ?? {};
  }

  get #parallel(): number {
    return this.options.parallel ?? availableParallelism() * 4;
  }

  #environment(): NodeJS.ProcessEnv {
    const { emulator, env } = this.options;
    return {
      ...process.env,
      ...(emulator && { GITLAB_BASE_URL: emulator.url, GITLAB_TOKEN: emulator.token }),
      ...env,
    };
  }

  #crypter(salt = this.#salt): Crypter {
    const passphrase = this.options.passphrase ?? process.env["PULUMI_CONFIG_PASSPHRASE"] ?? "offline";
    const crypter = crypterFor(passphrase, salt);
    this.#salt = crypter.salt;
    return crypter;
  }

  #load(exported: ExportedStack): void {
    this.#state = importSnapshot(exported, (salt) => this.#crypter(salt));
  }

  async exportState(): Promise<ExportedStack> {
    return exportSnapshot(this.#state, () => this.#crypter());
  }

  async importState(exported: ExportedStack): Promise<void> {
    this.#load(exported);
    if (this.options.stateFile !== undefined) writeState(this.options.stateFile, await this.exportState());
  }

  async dispose(): Promise<void> {
    // Every operation ends its own processes, so nothing is left to do; the CLI's driver has files to remove.
  }
}

const wantsColor = (): boolean => process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
