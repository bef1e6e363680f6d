import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endpoints } from "../../testing/emulator/routes";
import { type Outcome, ProviderProcess } from "../support/providerStack";
import { type Call, Cell, mutatingCalls, type Operation } from "./cell";
import { type FaultKind, faultKinds } from "./faults";
import { type Scenario, scenarios } from "./scenarios";
import { difference, type Protections } from "./worldFacts";

const OPERATIONS: readonly Operation[] = ["create", "update", "delete"];

/** What a run without faults did and left, by scenario and operation. */
interface Course {
  readonly calls: Call[];
  readonly facts: Record<Operation | "start", string>;
  readonly protections: Record<Operation | "start", Protections>;
}

/** One fault at one request. */
interface Case {
  readonly scenario: Scenario;
  readonly call: Call;
  readonly fault: FaultKind;
  readonly lasting: boolean;
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

const courses = new Map<Scenario, Course>();
const cases: Case[] = [];
/** What all provider processes said. */
const printed: string[] = [];

/** One provider process for this operation of all the cells. */
async function inOneProcess<T>(
  cells: readonly Cell[],
  faulty: boolean,
  act: (process: ProviderProcess) => Promise<T>,
): Promise<T> {
  const process = new ProviderProcess(
    Object.assign({}, ...cells.map((cell) => cell.connections(faulty))) as ReturnType<Cell["connections"]>,
  );
  try {
    return await act(process);
  } finally {
    await process.close();
    printed.push(...process.lines);
  }
}

async function withoutFaults(): Promise<void> {
  const cells = await Promise.all(scenarios.map((scenario, i) => Cell.start(`f${i}`, scenario)));
  for (const { scenario, ...start } of cells.map((cell) => ({
    scenario: cell.scenario,
    facts: cell.facts(),
    protections: cell.protections(),
  }))) {
    courses.set(scenario, {
      calls: [],
      facts: { start: start.facts } as Course["facts"],
      protections: { start: start.protections } as Course["protections"],
    });
  }
  for (const operation of OPERATIONS) {
    await inOneProcess(cells, false, (process) =>
      Promise.all(
        cells.map(async (cell) => {
          const from = cell.emulator.requests.length;
          const { errors } = await cell.run(operation, process);
          if (errors.length > 0) throw new Error(`${cell.scenario.name}, ${operation}: ${errors.join("\n")}`);
          const course = courses.get(cell.scenario)!;
          course.calls.push(...mutatingCalls(operation, cell.emulator.requests.slice(from)));
          course.facts[operation] = cell.facts();
          course.protections[operation] = cell.protections();
        }),
      ),
    );
  }
  await Promise.all(cells.map((cell) => cell.emulator.stop()));
}

async function makeCases(): Promise<void> {
  let count = 0;
  for (const [scenario, { calls }] of courses) {
    for (const call of calls) {
      for (const fault of faultKinds) {
        for (const lasting of fault.lasting ? [false, true] : [false]) {
          if (fault.blind && !lasting) continue;
          const cell = await Cell.start(`c${count++}`, scenario, fault);
          cases.push({ scenario, call, fault, lasting, cell });
        }
      }
    }
  }
}

const previous = (operation: Operation): Operation | "start" =>
  operation === "create" ? "start" : operation === "update" ? "create" : "update";

beforeAll(async () => {
  await withoutFaults();
  await makeCases();
  const cells = cases.map(({ cell }) => cell);
  const stage = (faulty: boolean, act: (one: Case, process: ProviderProcess) => Promise<unknown>) =>
    inOneProcess(cells, faulty, (process) => Promise.all(cases.map((one) => act(one, process))));

  // What was there before the operation that is to go wrong.
  for (const operation of ["create", "update"] as const) {
    await stage(false, async ({ call, cell }, process) => {
      if (OPERATIONS.indexOf(operation) < OPERATIONS.indexOf(call.operation))
        await cell.run(operation, process);
    });
  }
  await stage(true, async (one, process) => {
    const { cell, call, lasting, scenario } = one;
    const { protections } = courses.get(scenario)!;
    one.unwatch = cell.watch(protections[previous(call.operation)], protections[call.operation]);
    cell.arm(call.index, lasting);
    one.faulted = await cell.run(call.operation, process);
    await cell.disarm();
  });
  await stage(false, async (one, process) => {
    // The one loss that leaves nothing to find the object by says what to do about it.
    const told = one.faulted?.errors.some((error) => error.includes("set `adopt: true` for that run"));
    one.recovered = await one.cell.run(one.call.operation, process, told ? { adopt: true } : {});
  });
  await stage(false, async (one, process) => {
    if ((one.recovered?.errors.length ?? 0) > 0)
      one.adopted = await one.cell.run(one.call.operation, process, { adopt: true });
  });
  await stage(false, async (one, process) => {
    const { cell } = one;
    one.factsThen = cell.facts();
    const before = cell.emulator.requests.length;
    one.again = await cell.run(one.call.operation, process);
    one.requestsAgain = cell.emulator.requests.length - before;
    one.unwatch?.();
  });
  await stage(false, async ({ cell, call }, process) => {
    if (call.operation === "create") await cell.run("update", process);
  });
  await stage(false, async (one, process) => {
    await one.cell.run("delete", process);
    one.factsAfterDestroy = one.cell.facts();
  });
});

afterAll(async () => {
  console.log(table());
  await Promise.all(cases.map(({ cell }) => cell.emulator.stop().catch(() => undefined)));
});

/** How it ended, in one letter. */
function ending({ faulted, recovered, adopted }: Case): string {
  if (faulted?.errors.length === 0) return "·";
  if (recovered?.errors.length === 0) return "n";
  return adopted?.errors.length === 0 ? "a" : "X";
}

function table(): string {
  const columns = [...new Set(cases.map(columnOf))];
  const rows = [...new Set(cases.map(rowOf))];
  const lines = rows.map((row) => {
    const members = cases.filter((one) => rowOf(one) === row);
    const letters = columns.map((column) => members.find((one) => columnOf(one) === column));
    return `${letters.map((one) => (one ? ending(one) : " ")).join(" ")}  ${row}`;
  });
  return [
    "· the run itself coped   n the next run did   a the next run did with `adopt`   X neither",
    ...columns.map((column, i) => `${"│ ".repeat(i)}┌ ${column}`),
    ...lines,
  ].join("\n");
}

const rowOf = ({ scenario, call }: Case): string =>
  `${scenario.name}: ${call.operation}, request ${call.index + 1}, ${call.endpoint}`;
const columnOf = ({ fault, lasting }: Case): string => fault.name + (lasting ? ", until the run ends" : "");

const titled = (one: Case): string => `${rowOf(one)}, ${columnOf(one)}`;

/** Where both the answer and the look were lost, nobody can tell what was started: the next run starts another and says so. */
const startedTwice = ({ scenario, call, fault, lasting }: Case): boolean =>
  scenario.startsAgain === true &&
  call.index === 0 &&
  call.operation === "create" &&
  lasting &&
  / after/.test(fault.name);

describe.each(scenarios.map((scenario) => [scenario.name, scenario] as const))("%s", (_, scenario) => {
  const own = (): Case[] => cases.filter((one) => one.scenario === scenario);

  it("reaches what is declared after every fault, with nothing twice, lost or left over", () => {
    const { facts } = courses.get(scenario)!;
    expect(own().length).toBeGreaterThan(0);
    const wrong = own()
      .filter((one) => !startedTwice(one) && one.factsThen !== facts[one.call.operation])
      .map((one) => [
        titled(one),
        one.faulted?.errors,
        one.recovered?.errors,
        difference(facts[one.call.operation], one.factsThen ?? ""),
      ]);
    expect(wrong).toEqual([]);
  });

  it("has nothing left to do then, and is removed without a trace in the end", () => {
    const { facts } = courses.get(scenario)!;
    const wrong = own()
      .filter((one) => {
        const idle = one.call.operation === "delete" ? "" : "same it";
        const removed = startedTwice(one) || one.factsAfterDestroy === facts.delete;
        return (
          one.again?.errors.length !== 0 ||
          one.again.steps.join() !== idle ||
          one.requestsAgain !== 0 ||
          !removed
        );
      })
      .map((one) => [
        titled(one),
        one.again,
        one.requestsAgain,
        difference(facts.delete, one.factsAfterDestroy ?? ""),
      ]);
    expect(wrong).toEqual([]);
  });

  it("never leaves a protection weaker than both the old and the new declaration", () => {
    const violations = own().flatMap((one) =>
      one.cell.emulator.violations.map((each) => [titled(one), each]),
    );
    expect(violations).toEqual([]);
  });
});

it("says what a run without any answer may have left behind, and where it waits anyway also names it", () => {
  const twice = cases.filter(startedTwice);
  expect(twice.length).toBeGreaterThan(0);
  for (const one of twice) {
    expect(one.faulted?.errors.join()).toContain("then run again: a new one is started");
    if (one.scenario.name === "Pipeline, awaited")
      expect(printed.join("\n"), titled(one)).toContain(`${one.cell.emulator.url}/acme/shop/-/pipelines/1`);
  }
});

it("copes with most faults in the same run, and always in the next one", () => {
  expect(cases.filter((one) => ending(one) === "X").map(titled)).toEqual([]);
  const passing = cases.filter(({ lasting }) => !lasting);
  expect(passing.filter((one) => ending(one) === "·").length / passing.length).toBeGreaterThan(0.9);
  // Only what was made without a trace asks for `adopt`.
  const adopted = cases.filter((one) => ending(one) === "a");
  expect(adopted.every(({ call, lasting }) => call.operation === "create" && lasting)).toBe(true);
});

/** Endpoints that change something in GitLab and that no resource calls. */
const NOT_OF_RESOURCES = [
  "POST /projects/:id/pipelines/:id/retry", // `retryPipeline`, an action of scripts
  "POST /projects/:id/merge_requests/:id/notes", // the `note` command
  "PUT /projects/:id/merge_requests/:id/notes/:id",
  "DELETE /projects/:id/merge_requests/:id/notes/:id",
];

it("leaves out no endpoint that changes something", () => {
  const changing = endpoints
    .filter(({ method }) => method !== "GET")
    .map(({ method, pattern }) => `${method} ${pattern.replace(/:\w+/g, ":id")}`);
  const called = [...courses.values()].flatMap(({ calls }) => calls.map(({ endpoint }) => endpoint));
  expect([...new Set([...called, ...NOT_OF_RESOURCES])].sort()).toEqual([...new Set(changing)].sort());
});
