import { isDeepStrictEqual } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Door } from "../../provider/doors/kind";
import { endpoints } from "../../testing/emulator/routes";
import { faultKinds } from "./faults";
import { type Case, Matrix, type Mishap } from "./matrix";
import { scenarios } from "./scenarios";
import { difference } from "./worldFacts";

const everyMishap: readonly Mishap[] = faultKinds.flatMap((fault) => [
  ...(fault.blind ? [] : [{ fault, lasting: false }]),
  ...(fault.lasting ? [{ fault, lasting: true }] : []),
]);

/** How it ended, in one letter. */
function ending({ faulted, recovered, adopted }: Case): string {
  if (faulted?.errors.length === 0) return "·";
  if (recovered?.errors.length === 0) return "n";
  return adopted?.errors.length === 0 ? "a" : "X";
}

function table(cases: readonly Case[]): string {
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
const columnOf = ({ fault, lasting }: Mishap): string => fault.name + (lasting ? ", until the run ends" : "");

const titled = (one: Case): string => `${rowOf(one)}, ${columnOf(one)}`;

/** Where both the answer and the look were lost, nobody can tell what was started: the next run starts another and says so. */
const startedTwice = ({ scenario, call, fault, lasting }: Case): boolean =>
  scenario.startsAgain === true &&
  call.index === 0 &&
  call.operation === "create" &&
  lasting &&
  / after/.test(fault.name);

/** Endpoints that change something in GitLab and that no resource calls. */
const NOT_OF_RESOURCES = [
  "POST /projects/:id/pipelines/:id/retry", // `retryPipeline`, an action of scripts
  "POST /projects/:id/merge_requests/:id/notes", // the `note` command
  "PUT /projects/:id/merge_requests/:id/notes/:id",
  "DELETE /projects/:id/merge_requests/:id/notes/:id",
];

/** What comes back through a door in a way of its own: errors of every kind, and what is kept in state in spite of one. */
const AT_THE_DOOR: readonly string[] = [
  "refused connection, until the run ends",
  "reset after commit, until the run ends",
  "502 HTML before, until the run ends",
  "out of sight, until the run ends",
];

const first = new Matrix("dynamic", everyMishap);
const second = new Matrix(
  "native",
  everyMishap.filter((mishap) => AT_THE_DOOR.includes(columnOf(mishap))),
);

describe.each([first, second].map((matrix): [Door, Matrix] => [matrix.door, matrix]))(
  "through the %s door",
  (door, matrix) => {
    const { cases, courses, printed } = matrix;

    beforeAll(() => matrix.run());

    afterAll(async () => {
      console.log(`${door}\n${table(cases)}`);
      await matrix.stop();
    });

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
          expect(printed.join("\n"), titled(one)).toContain(
            `${one.cell.emulator.url}/acme/shop/-/pipelines/1`,
          );
      }
    });

    it("meets every fault that is to be: nobody listened for as long as it took to be missed", () => {
      const refused = cases.filter(({ fault, lasting }) => fault.refuse && !lasting);
      expect(refused.filter(({ cell }) => !cell.missed).map(titled)).toEqual([]);
    });

    it("copes with most faults in the same run, and always in the next one", () => {
      expect(cases.filter((one) => ending(one) === "X").map(titled)).toEqual([]);
      const passing = cases.filter(({ lasting }) => !lasting);
      const coped = passing.filter((one) => ending(one) === "·");
      expect(coped.length).toBeGreaterThanOrEqual(0.9 * passing.length);
      // Only what was made without a trace asks for `adopt`.
      const adopted = cases.filter((one) => ending(one) === "a");
      expect(adopted.every(({ call, lasting }) => call.operation === "create" && lasting)).toBe(true);
    });

    it("leaves out no endpoint that changes something", () => {
      const changing = endpoints
        .filter(({ method }) => method !== "GET")
        .map(({ method, pattern }) => `${method} ${pattern.replace(/:\w+/g, ":id")}`);
      const called = [...courses.values()].flatMap(({ calls }) => calls.map(({ endpoint }) => endpoint));
      expect([...new Set([...called, ...NOT_OF_RESOURCES])].sort()).toEqual([...new Set(changing)].sort());
    });
  },
);

it("comes out alike through both doors: what is said, what is kept in state and what the next run does", async () => {
  await first.run();
  await second.run();
  const courseOf = (one: Case) => ({
    ended: ending(one),
    said: one.faulted?.errors.map((error) => withoutAddress(one, error)),
    next: one.recovered?.steps,
    objects: one.factsThen,
  });
  const wrong = second.cases.filter((one) => {
    const twin = first.cases.find((other) => titled(other) === titled(one));
    return !twin || !isDeepStrictEqual(courseOf(one), courseOf(twin));
  });
  expect(
    wrong.map((one) => [
      titled(one),
      courseOf(one),
      courseOf(first.cases.find((other) => titled(other) === titled(one))!),
    ]),
  ).toEqual([]);
});

const withoutAddress = ({ cell }: Case, text: string): string =>
  text.replaceAll(cell.emulator.url, "").replaceAll(cell.connection, "");
