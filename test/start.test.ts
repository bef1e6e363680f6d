import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";

import type { DynamicName } from "../provider/dynamic";
import { ROOT } from "./support/root";

/** By name of what was done: the modules that this package and axios had loaded then, without those loaded for something else. */
let loaded: Readonly<Record<string, readonly string[]>>;

/** One process loads the SDK once, and forgets ours before each piece of code. */
function loadedBy(codes: Readonly<Record<string, string>>): typeof loaded {
  const script = `(async () => {
    const ours = (file) => /[\\\\/]dist[\\\\/]provider[\\\\/]|[\\\\/]node_modules[\\\\/]axios[\\\\/]/.test(file);
    const loaded = {};
    ${Object.entries(codes)
      .map(
        ([
          name,
          code,
        ]) => `for (const file of Object.keys(require.cache)) if (ours(file)) delete require.cache[file];
    { ${code} }
    loaded[${JSON.stringify(name)}] = Object.keys(require.cache).filter(ours);`,
      )
      .join("\n    ")}
    console.log(JSON.stringify(loaded));
    process.exit();
  })();`;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(GITLAB|CI)_/.test(name)));
  const output = execFileSync(process.execPath, ["-e", script], { cwd: ROOT, encoding: "utf8", env });
  const short = (file: string): string =>
    file.replaceAll("\\", "/").replace(/^.*(\/dist\/provider\/|\/node_modules\/(?=axios\/))/, "");
  return Object.fromEntries(
    Object.entries(JSON.parse(output) as typeof loaded).map(([name, files]) => [name, files.map(short)]),
  );
}

const within = (files: readonly string[], folder: string): string[] =>
  files.filter((file) => file.startsWith(folder));

/** The rooms of a life cycle that a resource needs besides its own file, and how many modules of ours at most. */
const NEEDS: Readonly<Record<DynamicName, { rooms: readonly string[]; most: number }>> = {
  deployment: { rooms: ["access", "deployment", "environment"], most: 80 },
  deploymentApproval: { rooms: ["access", "deployment"], most: 80 },
  environment: { rooms: ["environment"], most: 80 },
  groupProtectedEnvironment: { rooms: ["access", "environment"], most: 95 },
  pipeline: { rooms: ["pipeline"], most: 80 },
  projectProtectedEnvironment: { rooms: ["access", "environment"], most: 95 },
  reviewAppCleanup: { rooms: [], most: 80 },
  staleEnvironmentsStop: { rooms: [], most: 80 },
};

const CHECKED = `
  const { environment } = require("pulumi-gitlab-cd/dynamic");
  await environment.configure({ config: { get: () => undefined } });
  const news = { project: "acme/shop", name: "production", tier: "production" };
  const { inputs, failures } = await environment.check({}, news);
  const { changes } = await environment.diff("acme/shop:1", inputs, inputs);
  const wrong = await environment.check({}, { ...news, name: "/" });
  if (failures.length > 0 || changes || wrong.failures.length !== 1) throw new Error("not as expected");`;

beforeAll(() => {
  const each = Object.keys(NEEDS).map((name): [string, string] => [
    name,
    `await require("pulumi-gitlab-cd/dynamic").${name}.check({}, {});`,
  ]);
  loaded = loadedBy({
    ...Object.fromEntries(each),
    checked: CHECKED,
    program: `require("pulumi-gitlab-cd").Environment;`,
    "program, native": `require("pulumi-gitlab-cd/native").Environment;`,
    "whole program": `({ ...require("pulumi-gitlab-cd") });`,
    request: `require("axios");`,
  });
});

describe("a provider process", () => {
  it.each(Object.entries(NEEDS))(
    "loads what %s needs, and nothing of other resources",
    (name, { rooms, most }) => {
      const files = loaded[name] ?? [];
      expect(files).toContain(`resources/${name}.js`);
      expect(within(files, "resources/").length).toBe(name.endsWith("ProtectedEnvironment") ? 2 : 1);
      expect(within(files, "doors/")).toEqual([]);
      const others = /^lifecycle\/(\w+)\//;
      const entered = new Set(files.flatMap((file) => others.exec(file)?.[1] ?? []));
      expect([...entered].filter((room) => !rooms.includes(room))).toEqual([]);
      expect(files.length).toBeLessThanOrEqual(most);
    },
  );

  it("loads no axios for what the engine checks and compares, nor for what is refused", () => {
    const files = loaded["checked"] ?? [];
    expect(within(files, "resources/environment")).toHaveLength(1);
    expect(within(files, "axios/")).toEqual([]);
    // What would show it is there.
    expect(within(loaded["request"] ?? [], "axios/")).not.toEqual([]);
  });
});

it.each(["program", "program, native"])(
  "a %s that declares one kind of resource loads nothing of the others, nor of the functions",
  (program) => {
    const files = loaded[program] ?? [];
    expect(within(files, "resources/")).toEqual(["resources/environment.js"]);
    expect(within(files, "functions/")).toEqual([]);
    expect(files.length).toBeLessThanOrEqual(70);
  },
);

it("a program loads neither axios nor the command line, whatever it declares and asks", () => {
  const files = loaded["whole program"] ?? [];
  expect(within(files, "resources/").length).toBeGreaterThanOrEqual(8);
  expect(within(files, "functions/")).not.toEqual([]);
  expect([...within(files, "axios/"), ...within(files, "cli/")]).toEqual([]);
});
