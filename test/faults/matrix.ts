import type { Door } from "../../provider/doors/kind";
import { type Outcome, type SharedProcess, sharedProcess } from "../support/providerStack";
import { Bell } from "./bell";
import { type Call, Cell, mutatingCalls, type Operation } from "./cell";
import type { FaultKind } from "./faults";
import { type Scenario, scenarios } from "./scenarios";
import type { Protections } from "./worldFacts";

const OPERATIONS: readonly Operation[] = ["create", "update", "delete"];

/** What a run without faults did and left, by scenario and operation. */
export interface Course {
  readonly calls: Call[];
  readonly facts: Record<Operation | "start", string>;
  readonly protections: Record<Operation | "start", Protections>;
}

/** One way for one request to go wrong. */
export interface Mishap {
  readonly fault: FaultKind;
  /** Until the run ends, not once. */
  readonly lasting: boolean;
}

/** One fault at one request. */
export interface Case extends Mishap {
  readonly scenario: Scenario;
  readonly call: Call;
  readonly cell: Cell;
  faulted?: Outcome;
  recovered?: Outcome;
  adopted?: Outcome;
  /** The operation once more, which has nothing left to do. */
  again?: Outcome;
  requestsAgain?: number;
  factsThen?: string;
  /** Left over after everything was removed in the end. */
  factsAfterDestroy?: string;
  unwatch?: () => void;
}

/** Every request of every resource that changes something × every fault, through one door. */
export class Matrix {
  readonly courses = new Map<Scenario, Course>();
  readonly cases: Case[] = [];
  /** What all provider processes said. */
  readonly printed: string[] = [];
  #running: Promise<void> | undefined;

  constructor(
    readonly door: Door,
    private readonly mishaps: readonly Mishap[],
  ) {}

  /** Once, however often it is asked for. */
  run(): Promise<void> {
    return (this.#running ??= this.#run());
  }

  async #run(): Promise<void> {
    await this.#withoutFaults();
    await this.#makeCases();
    const bell = await Bell.hang();
    const cells = this.cases.map(({ cell }) => cell);
    const stage = (act: (one: Case, process: SharedProcess) => Promise<unknown>) =>
      this.#inOneProcess(cells, (process) => Promise.all(this.cases.map((one) => act(one, process))));

    // What was there before the operation that is to go wrong.
    for (const operation of ["create", "update"] as const) {
      await stage(async ({ call, cell }, process) => {
        if (OPERATIONS.indexOf(operation) < OPERATIONS.indexOf(call.operation))
          await cell.run(operation, process);
      });
    }
    await this.#goWrong(bell, async (one, process) => {
      const { cell, call, lasting, scenario } = one;
      const { protections } = this.courses.get(scenario)!;
      one.unwatch = cell.watch(protections[previous(call.operation)], protections[call.operation]);
      cell.arm(call.index, lasting, bell);
      one.faulted = await cell.run(call.operation, process);
      await cell.disarm();
    });
    bell.take();
    await stage(async (one, process) => {
      // The one loss that leaves nothing to find the object by says what to do about it.
      const told = one.faulted?.errors.some((error) => error.includes("set `adopt: true` for that run"));
      one.recovered = await one.cell.run(one.call.operation, process, told ? { adopt: true } : {});
    });
    await stage(async (one, process) => {
      if ((one.recovered?.errors.length ?? 0) > 0)
        one.adopted = await one.cell.run(one.call.operation, process, { adopt: true });
    });
    await stage(async (one, process) => {
      const { cell } = one;
      one.factsThen = cell.facts();
      const before = cell.emulator.requests.length;
      one.again = await cell.run(one.call.operation, process);
      one.requestsAgain = cell.emulator.requests.length - before;
      one.unwatch?.();
    });
    await stage(async ({ cell, call }, process) => {
      if (call.operation === "create") await cell.run("update", process);
    });
    await stage(async (one, process) => {
      await one.cell.run("delete", process);
      one.factsAfterDestroy = one.cell.facts();
    });
  }

  /**
   * What is made apart from the rest: where a process has made something at another address, it takes a closer look before it deletes,
   * and then another request than in the run without faults would go wrong.
   */
  async #goWrong(bell: Bell, act: (one: Case, process: SharedProcess) => Promise<unknown>): Promise<void> {
    const made = this.cases.filter(({ call }) => call.operation === "create");
    const others = this.cases.filter(({ call }) => call.operation !== "create");
    const ofAll = (cases: readonly Case[]) =>
      this.#inOneProcess(
        cases.map(({ cell }) => cell),
        (process) => Promise.all(cases.map((one) => act(one, process))),
        { faulty: true, env: bell.env },
      );
    await Promise.all([made, others].map(ofAll));
  }

  async stop(): Promise<void> {
    await Promise.all(this.cases.map(({ cell }) => cell.emulator.stop().catch(() => undefined)));
  }

  /** One provider process for this operation of all the cells. */
  async #inOneProcess<T>(
    cells: readonly Cell[],
    act: (process: SharedProcess) => Promise<T>,
    { faulty = false, env = {} }: { faulty?: boolean; env?: NodeJS.ProcessEnv } = {},
  ): Promise<T> {
    const process = await sharedProcess(
      this.door,
      Object.assign({}, ...cells.map((cell) => cell.connections(faulty))) as ReturnType<Cell["connections"]>,
      env,
    );
    try {
      return await act(process);
    } finally {
      await process.close();
      this.printed.push(...process.lines);
    }
  }

  async #withoutFaults(): Promise<void> {
    const cells = await Promise.all(scenarios.map((scenario, i) => Cell.start(`f${i}`, scenario, this.door)));
    for (const cell of cells) {
      this.courses.set(cell.scenario, {
        calls: [],
        facts: { start: cell.facts() } as Course["facts"],
        protections: { start: cell.protections() } as Course["protections"],
      });
    }
    for (const operation of OPERATIONS) {
      await this.#inOneProcess(cells, (process) =>
        Promise.all(cells.map((cell) => this.#follow(cell, operation, process))),
      );
    }
    await Promise.all(cells.map((cell) => cell.emulator.stop()));
  }

  async #follow(cell: Cell, operation: Operation, process: SharedProcess): Promise<void> {
    const from = cell.emulator.requests.length;
    const { errors } = await cell.run(operation, process);
    if (errors.length > 0) throw new Error(`${cell.scenario.name}, ${operation}: ${errors.join("\n")}`);
    const course = this.courses.get(cell.scenario)!;
    course.calls.push(...mutatingCalls(operation, cell.emulator.requests.slice(from)));
    course.facts[operation] = cell.facts();
    course.protections[operation] = cell.protections();
  }

  async #makeCases(): Promise<void> {
    let count = 0;
    for (const [scenario, { calls }] of this.courses) {
      for (const call of calls) {
        for (const mishap of this.mishaps) {
          const cell = await Cell.start(`c${count++}`, scenario, this.door, mishap.fault);
          this.cases.push({ scenario, call, ...mishap, cell });
        }
      }
    }
  }
}

const previous = (operation: Operation): Operation | "start" =>
  operation === "create" ? "start" : operation === "update" ? "create" : "update";
