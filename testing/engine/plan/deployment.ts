import { engineHandlers, EngineService } from "../protocol/engineService";
import type { EventLog } from "../show/events";
import { providerGoal, type Goal, type ReadRequest, type Registered } from "../protocol/goal";
import { Monitor } from "../protocol/monitor";
import { runProgram, type ProgramEnd, type ProgramOptions, type RunningProgram } from "../protocol/program";
import { messageOf } from "../protocol/providerErrors";
import { listen } from "../protocol/rpc";
import type { SnapshotManager } from "../state/snapshot";
import { makeUrn, reference, STACK_TYPE, typeOf } from "../values/urn";
import type { Props } from "../values/values";
import { dropGone, deleteSteps, scheduleDeletes } from "./deletes";
import { StepExecutor } from "./executor";
import { StepGenerator } from "./generator";
import { Bail, type Operation } from "./operation";
import { pendingWarning } from "./pendingWarning";
import { RefreshStep } from "./readSteps";
import type { Step } from "./steps";

export interface DeploymentOptions {
  readonly operation: Operation;
  readonly snapshots: SnapshotManager | undefined;
  readonly parallel: number;
  /** Look at what is there before (or instead of) anything else. */
  readonly refresh: boolean;
  readonly refreshOnly: boolean;
  /** Absent for destroy and refresh, which don't run the program. */
  readonly program: Omit<ProgramOptions, "monitorAddress" | "engineAddress"> | undefined;
  /** The root folder, for source positions. */
  readonly root: string;
  /** What default providers are configured with: the whole configuration of the stack. */
  readonly providerConfig: Props;
}

/** One preview, update, refresh or destroy, from its first step to its last. */
export class DeploymentRun {
  readonly #operation: Operation;
  readonly #events: EventLog;
  readonly #generator: StepGenerator;
  readonly #executor: StepExecutor;
  /** Registrations are decided on one at a time, in the order in which they come. */
  #queue: Promise<void> = Promise.resolve();
  #bailed = false;
  readonly #defaultProviders = new Map<string, Promise<string>>();
  #stackOutputs: { urn: string; outputs: Props } | undefined;
  #over!: () => void;
  readonly #isOver = new Promise<void>((resolve) => (this.#over = resolve));
  #programDone!: () => void;
  readonly #allRegistered = new Promise<void>((resolve) => (this.#programDone = resolve));

  constructor(private readonly options: DeploymentOptions) {
    this.#operation = options.operation;
    this.#events = options.operation.events;
    this.#generator = new StepGenerator(this.#operation);
    this.#executor = this.#newExecutor(false);
  }

  #newExecutor(refreshing: boolean): StepExecutor {
    const { operation, snapshots, parallel, refreshOnly } = this.options;
    return new StepExecutor(operation, this.#events, snapshots, {
      parallel,
      refreshing,
      countRefreshes: refreshOnly,
      onStop: () => {
        if (!refreshing) this.#programDone();
      },
    });
  }

  /** True when all went well. */
  async run(): Promise<boolean> {
    try {
      if (this.options.refresh) {
        if (!(await this.#refresh())) return false;
        if (this.options.refreshOnly) return true;
      } else {
        this.#warnAboutPending();
      }
      this.#checkTargets(this.#operation.replace.named(), new Set());
      if (this.options.program === undefined) await this.#enqueue(() => this.#finish(), "");
      else await this.#runProgram(this.options.program);
      return this.#conclude();
    } catch (error) {
      if (!(error instanceof Bail)) this.#events.error(messageOf(error));
      return false;
    }
  }

  async #runProgram(program: NonNullable<DeploymentOptions["program"]>): Promise<void> {
    const monitor = new Monitor({
      root: this.options.root,
      register: (goal) => this.#register(goal),
      read: (request) => this.#read(request),
      outputs: (urn, outputs) => this.#registerOutputs(urn, outputs),
      defaultProvider: (pkg) => this.#defaultProvider(pkg),
      finished: () => {
        this.#programDone();
        return this.#isOver;
      },
      refuse: (message) => {
        this.#events.error(message);
        this.#bail();
      },
    });
    const server = await listen((grpc) => {
      grpc.addService(monitor.service, monitor.handlers());
      grpc.addService(
        EngineService,
        engineHandlers(this.#events, () => this.#stopped),
      );
    });
    const running = runProgram({
      ...program,
      onLine: (line, stream) => {
        if (!this.#stopped) program.onLine(line, stream);
      },
      monitorAddress: server.address,
      engineAddress: server.address,
    });
    try {
      await this.#superviseProgram(running);
    } finally {
      await running.stop(1000);
      server.close();
    }
  }

  /** Waits until everything is registered or the program has failed, then does the rest, then lets the program go. */
  async #superviseProgram(running: RunningProgram): Promise<void> {
    const first = await Promise.race([running.ended, this.#allRegistered.then(() => "registered" as const)]);
    if (first === "registered" || first === "ok") await this.#enqueue(() => this.#finish(), "");
    else this.#programFailed(first);
    await this.#queue;
    await this.#executor.idle();
    this.#finalizeStackOutputs();
    this.#over();
    if (!this.#stopped && first === "registered") {
      const end = await running.ended;
      if (end !== "ok") this.#programFailed(end);
    }
  }

  #programFailed(end: ProgramEnd): void {
    if (this.#stopped) return;
    if (typeof end === "object") {
      this.#events.error("error" in end ? end.error : `an unhandled error occurred: ${end.failure}`);
    }
    this.#bail();
  }

  #bail(): void {
    this.#bailed = true;
    this.#executor.stop();
  }

  /** From here on the program is not listened to any more: what it has to say is only that its calls are not answered. */
  get #stopped(): boolean {
    return this.#bailed || this.#executor.stopped;
  }

  /** Runs `decide` when its turn has come. Errors end the operation; the user is told once. */
  #enqueue(decide: () => Promise<void>, urn: string): Promise<void> {
    this.#queue = this.#queue.then(async () => {
      if (this.#stopped) return;
      try {
        await decide();
      } catch (error) {
        if (!(error instanceof Bail)) this.#events.error(messageOf(error), urn);
        this.#bail();
      }
    });
    return this.#queue;
  }

  #register(goal: Goal): Promise<Registered> {
    return new Promise((done) => {
      const urn = makeUrn(this.#operation.naming, goal.parent, goal.type, goal.name);
      void this.#enqueue(async () => {
        void this.#executor.execute(await this.#generator.register({ goal, done }));
      }, urn);
    });
  }

  #read(request: Omit<ReadRequest, "done">): Promise<Registered> {
    return new Promise((done) => {
      const urn = makeUrn(this.#operation.naming, request.parent, request.type, request.name);
      void this.#enqueue(async () => {
        void this.#executor.execute(this.#generator.read({ ...request, done }));
      }, urn);
    });
  }

  #defaultProvider(pkg: string): Promise<string> {
    let found = this.#defaultProviders.get(pkg);
    if (found === undefined) {
      found = this.#register(providerGoal(pkg, this.options.providerConfig)).then(({ state }) =>
        reference(state.urn, state.id),
      );
      this.#defaultProviders.set(pkg, found);
    }
    return found;
  }

  #registerOutputs(urn: string, outputs: Props): Promise<void> {
    return this.#enqueue(async () => {
      // The stack's outputs are final only when everything else is.
      if (typeOf(urn) === STACK_TYPE) this.#stackOutputs = { urn, outputs };
      else this.#executor.setOutputs(urn, outputs);
    }, urn);
  }

  #finalizeStackOutputs(): void {
    if (this.#stackOutputs === undefined) return;
    const { urn, outputs } = this.#stackOutputs;
    const failed = this.#bailed || this.#executor.error !== undefined || this.#operation.sawError;
    const before = failed ? this.#operation.olds.get(urn)?.outputs : undefined;
    this.#executor.setOutputs(urn, { ...before, ...outputs });
  }

  /** Everything is registered: what is left over goes. */
  async #finish(): Promise<void> {
    const targetsExist = this.#targetsExist(this.#operation.targets.named(), this.#generator.urns);
    const left = await deleteSteps(this.#generator).catch((error: unknown) => {
      // Already told, and remembered as what makes the operation fail.
      if (error instanceof Bail) return undefined;
      throw error;
    });
    if (left === undefined) return;
    const { sames, deletes } = left;
    await this.#executor.execute(sames);
    const spared = new Set<unknown>();
    for (const group of scheduleDeletes(this.#generator, deletes)) {
      for (const step of this.#executor.failed) {
        for (const state of this.#operation.graph.transitiveDependenciesOf(step.resource)) spared.add(state);
      }
      const steps = group.filter((step) => !spared.has(step.resource));
      await Promise.all(steps.map((step) => this.#executor.execute([step])));
    }
    if (!targetsExist) throw new Bail("one or more targets could not be found in the stack");
  }

  #conclude(): boolean {
    if (this.#bailed) return false;
    if (this.#executor.error === undefined && !this.#operation.sawError) return true;
    this.#reportFailure();
    return false;
  }

  #reportFailure(): void {
    this.#events.error(`${this.#operation.dryRun ? "preview" : "update"} failed`);
  }

  async #refresh(): Promise<boolean> {
    const operation = this.#operation;
    this.#checkTargets(operation.targets.named(), new Set());
    const steps = new Map<Step["old"], RefreshStep>();
    for (const state of operation.base.resources) {
      if (!operation.targets.contains(state.urn)) continue;
      operation.ensureProvider(state.provider);
      steps.set(state, new RefreshStep(state));
    }
    const executor = this.#newExecutor(true);
    await Promise.all([...steps.values()].map((step) => executor.execute([step])));
    const before = operation.base.resources;
    const found = before.map((state) => {
      const step = steps.get(state);
      return step === undefined ? state : step.now;
    });
    operation.base.resources = dropGone(found);
    // Whatever was under way has been looked at now, but for creates: those may have made something unknown.
    operation.index();
    this.options.snapshots?.rebased();
    if (executor.error !== undefined) this.#reportFailure();
    return executor.error === undefined;
  }

  #warnAboutPending(): void {
    const { operations } = this.#operation.base;
    if (operations.length === 0 || this.#operation.dryRun) return;
    const list = operations.map(({ resource, type }) => `  * ${resource.urn}, interrupted while ${type}\n`);
    this.#events.diagnostic("warning", pendingWarning(operations.length, list.join("")));
  }

  #checkTargets(targets: readonly string[], news: ReadonlySet<string>): void {
    if (!this.#targetsExist(targets, news))
      throw new Bail("one or more targets could not be found in the stack");
  }

  #targetsExist(targets: readonly string[], news: ReadonlySet<string>): boolean {
    const missing = targets.filter((urn) => !this.#operation.allOlds.has(urn) && !news.has(urn));
    for (const urn of missing) {
      const hint = urn.includes("$") ? "" : " Did you forget to escape $ in your shell?";
      this.#events.error(`Target '${urn}' could not be found in the stack.${hint}`);
    }
    return missing.length === 0;
  }
}
