import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

import * as gitlab from "../../provider";
import { invokes } from "../../provider/functions/invokes";
import { ROOT } from "../support/root";
import { functionBench } from "./bench";

const bench = functionBench();
const project = "acme/shop";

const nothing = { get: () => undefined };
const call = (name: string, args: Record<string, unknown>) =>
  invokes[name]!.call(args, { config: nothing, env: process.env });

it("serves every data function by its public name, and nothing that acts", () => {
  const named = Object.keys(gitlab).filter((name) => name.startsWith("get") && !name.endsWith("Output"));
  expect(Object.keys(invokes).sort()).toEqual(named.sort());
});

it("answers an object: a record as it is, a list under its name", async () => {
  const { id } = bench.gitlab.world.addEnvironment(project, "review/x");
  const record = await call("getEnvironment", { project, environmentId: id });
  expect(record).toEqual(await gitlab.getEnvironment({ project, environmentId: id }));
  const list = await call("getEnvironments", { project, search: "review" });
  expect(list).toEqual({ environments: await gitlab.getEnvironments({ project, search: "review" }) });
});

it("asks with the configuration and environment of who calls", async () => {
  const { token, url } = bench.gitlab;
  const settings: Record<string, string> = { "other:token": token, "other:baseUrl": url };
  const config = { get: (namespace: string, key: string) => settings[`${namespace}:${key}`] };
  const args = { project, connection: "other" };
  expect(await invokes["getEnvironments"]!.call(args, { config, env: {} })).toHaveProperty("environments");
  await expect(invokes["getEnvironments"]!.call(args, { config: nothing, env: {} })).rejects.toThrow(
    "OTHER_TOKEN",
  );
});

it("refuses wrong arguments before anything is sent", async () => {
  await expect(call("getEnvironments", { project, search: "pr" })).rejects.toThrow(
    "getEnvironments: search must have at least 3 characters.",
  );
  expect(bench.log()).toEqual([]);
});

it("says which answers may hold secrets", () => {
  const secret = Object.entries(invokes).filter(([, invoke]) => invoke.secret);
  expect(secret.map(([name]) => name)).toEqual(["getPipelineVariables"]);
});

it("loads no Pulumi SDK", () => {
  const script = `require(${JSON.stringify(join(ROOT, "dist/provider/functions/invokes.js"))});
    console.log(Object.keys(require.cache).filter((file) => file.includes("@pulumi")).length);`;
  expect(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" }).trim()).toBe("0");
});
