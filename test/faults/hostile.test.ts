import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Door } from "../../provider/doors/kind";
import { Emulator, type Fault } from "../../testing/emulator";
import { type Declared, ProviderStack, type SharedProcess, sharedProcess } from "../support/providerStack";
import { mixedStack } from "./mixedStack";

/** Something that no GitLab answers, to a request that would have been fine. */
interface Hostile {
  readonly name: string;
  /** Made from what GitLab would have said to the same request. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status?: number;
}

const HUGE = 40 * 1024 * 1024;
const deep = (open: string, close: string): string => open.repeat(100_000) + close.repeat(100_000);
const ESCAPES = "\u001b[2J\u001b]0;owned\u0007\u202egro.evil\r\nerror: all is well";

const hostile: readonly Hostile[] = [
  {
    name: "40 MB of letters",
    body: `"${"x".repeat(HUGE)}"`,
    headers: { "Content-Type": "application/json" },
  },
  {
    name: "100,000 lists in each other",
    body: deep("[", "]"),
    headers: { "Content-Type": "application/json" },
  },
  { name: "100,000 objects in each other", body: deep('{"a":', "").concat("1", "}".repeat(100_000)) },
  { name: "null", body: "null" },
  { name: "a number", body: "1e999" },
  { name: "a list instead of an object", body: [] },
  { name: "an object instead of a list", body: {} },
  {
    name: "an id that is text",
    body: { id: "1; DROP", name: 7, state: {}, slug: [], deploy_access_levels: "all" },
  },
  { name: "an id that is no whole number", body: { id: 1.5, iid: -1, name: "x", status: 7, user: null } },
  { name: "an id beyond all numbers", body: '{"id": 123456789012345678901234567890, "name": "x"}' },
  {
    name: "keys that reach for the prototype",
    body: '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}, "id": 1}',
  },
  {
    name: "entries that are no entries",
    body: { name: "production", deploy_access_levels: [null, 7, "x", [], {}] },
  },
  { name: "names with terminal controls", body: { message: ESCAPES, error: ESCAPES }, status: 400 },
  { name: "fields with terminal controls", body: { message: { [ESCAPES]: [ESCAPES] } }, status: 422 },
  { name: "an HTML page with status 200", body: "<html><title>Sign in</title></html>" },
  { name: "an HTML page called JSON", body: "<html>", headers: { "Content-Type": "application/json" } },
  { name: "JSON called an image", body: '{"id": 1}', headers: { "Content-Type": "image/png" } },
  { name: "nothing", body: "" },
  { name: "nothing, said so", body: "", status: 204 },
  { name: "text", body: '"all is well"' },
  { name: "half a record", body: '{"id": 7, "na', headers: { "Content-Type": "application/json" } },
  { name: "lists of nothing", body: [null, [[]], 7] },
  {
    name: "pages without end",
    body: "[]",
    headers: { "X-Next-Page": "2", "Content-Type": "application/json" },
  },
  {
    name: "a next page on another host",
    body: "[{}]",
    headers: {
      Link: '<http://evil.invalid/api/v4/x?page=2>; rel="next"',
      "X-Next-Page": "2",
      "Content-Type": "application/json",
    },
  },
  { name: "a header of 12 kB", body: {}, headers: { "X-Total": "9".repeat(12_000) } },
];

interface Case {
  readonly name: string;
  readonly emulator: Emulator;
  readonly stack: ProviderStack;
  readonly connection: string;
  errors: readonly string[];
}

/** What is only ever created: there is nothing to refresh. */
const shop = { project: "acme/shop" };
const once: readonly Declared[] = [
  { name: "approval", kind: "deploymentApproval", props: { ...shop, deploymentId: 1, status: "approved" } },
  { name: "cleanup", kind: "reviewAppCleanup", props: shop },
  {
    name: "stop",
    kind: "staleEnvironmentsStop",
    props: { ...shop, before: new Date(Date.now() - 30 * 86_400_000).toISOString() },
  },
];

/** The stack is wide: every resource gets the same answer to each of its requests. */
const wide = ({ emulator }: Case, changed: boolean) => mixedStack(emulator.world, changed, true);

const processOf = (door: Door, all: readonly Case[]): Promise<SharedProcess> =>
  sharedProcess(door, Object.fromEntries(all.map(({ connection, emulator }) => [connection, emulator])));

/** Mistakes of a program, which no answer may cause. */
const OURS =
  /TypeError|RangeError|Cannot read prop|Cannot convert|is not (a function|iterable)|at .*\.js:\d+|undefined|NaN/;

const errorsOf = (all: readonly Case[]): string[] =>
  all.flatMap(({ errors }) => errors.filter((error) => !error.startsWith("lost: ")));

describe.each(["dynamic", "native"] as const)("through the %s door, hostile answers", (door) => {
  const cases: Case[] = [];
  const fresh: Case[] = [];
  let printed: readonly string[] = [];

  async function newCase(name: string): Promise<Case> {
    const connection = `h${cases.length + fresh.length}`;
    const emulator = await Emulator.start();
    return { name, emulator, connection, stack: new ProviderStack(connection, door), errors: [] };
  }

  beforeAll(async () => {
    for (const { name } of hostile) {
      cases.push(await newCase(name));
      fresh.push(await newCase(`${name}, to a create`));
    }
    const making = await processOf(door, cases);
    await Promise.all(cases.map((one) => one.stack.up(making, wide(one, false))));
    await making.close();
    const all = [...cases, ...fresh];
    for (const [i, { body, headers, status }] of hostile.entries()) {
      const fault: Fault = { status: status ?? 200, body, ...(headers && { headers }) };
      cases[i]!.emulator.fault(fault);
      fresh[i]!.emulator.fault(fault);
    }
    const process = await processOf(door, all);
    for (const one of cases) {
      const state = new Map(one.stack.state);
      one.errors = [...(await one.stack.refresh(process)).errors];
      // What a lie made of the state is looked at below; the update starts from what was true.
      one.errors = [
        ...one.errors,
        `lost: ${[...state.keys()].filter((name) => !one.stack.state.has(name)).join()}`,
      ];
      one.stack.state = state;
      one.errors = [...one.errors, ...(await one.stack.up(process, wide(one, true))).errors];
    }
    for (const one of fresh)
      one.errors = (await one.stack.up(process, [...wide(one, false), ...once])).errors;
    printed = process.lines;
    // Still serves: one honest answer after all that.
    cases[0]!.emulator.clearFaults();
    expect((await cases[0]!.stack.refresh(process)).errors).toEqual([]);
    await process.close();
  });

  afterAll(() => Promise.all([...cases, ...fresh].map(({ emulator }) => emulator.stop())));

  it("end in errors of bounded length, without control characters or our own frames", () => {
    const errors = errorsOf([...cases, ...fresh]);
    console.log(`${errors.length} errors`);
    expect(errors.length).toBeGreaterThan(hostile.length * 4);
    for (const error of errors) {
      expect(error.length).toBeLessThan(3000);
      expect(error).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e]/);
    }
    expect([...new Set(errors.filter((error) => OURS.test(error)))]).toEqual([]);
  });

  it("name the endpoint of each resource, and make nothing of what is only ever created", () => {
    for (const { name, errors, stack } of fresh) {
      for (const { name: declared } of once)
        expect(stack.state.has(declared), `${name}: ${declared}`).toBe(false);
      const said = errors.join("\n");
      for (const endpoint of [
        // What is no answer, or a refusal, is looked into: who asks, and what is decided on.
        "(POST|GET) .*(/deployments/1(/approval)?|/user): ",
        "DELETE .*/environments/review_apps",
        "POST .*/environments/stop_stale",
      ])
        expect(said, name).toMatch(new RegExp(endpoint));
    }
  });

  it("make no object of what is none", () => {
    const ids = fresh.flatMap(({ name, stack }) =>
      [...stack.state.values()].map(({ kind, id }) => ({ name, kind, id })),
    );
    for (const { name, kind, id } of ids) {
      const form = /ProtectedEnvironment$/.test(kind)
        ? /^acme(\/shop)?:production$/
        : /^acme\/shop:[1-9]\d*$/;
      expect(id, `${name}: ${kind}`).toMatch(form);
    }
  });

  it("never make the state forget an object, and nothing is printed that is not safe to print", () => {
    for (const { name, errors } of cases)
      expect(
        errors.find((error) => error.startsWith("lost: ")),
        name,
      ).toBe("lost: ");
    for (const line of printed) expect(line).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e]/);
  });

  // That they end at all is what `beforeAll` waits for: it fails where one hangs.
  it("ask for a bounded number of pages and follow no link elsewhere", () => {
    for (const { name, emulator } of [...cases, ...fresh])
      expect(emulator.lastRequest, name).toBeLessThan(1200);
  });
});
