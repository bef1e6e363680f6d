import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Emulator } from "../../testing/emulator";
import { command } from "./command";
import { startEstate } from "./estate";
import { ALL, imported, parsed, values } from "./programText";

describe("a program in YAML", () => {
  let gitlab: Emulator;
  beforeEach(async () => {
    gitlab = await startEstate();
  });
  afterEach(() => gitlab.stop());

  it("declares what the program in TypeScript declares, under the same names", async () => {
    const { out } = await imported(gitlab, "--format", "yaml", "--protect");
    const resources = values(parsed(out));
    expect(resources["GroupProtectedEnvironment acme-production"]).toEqual({
      type: "gitlab-cd:index:GroupProtectedEnvironment",
      properties: {
        group: "acme",
        name: "production",
        deployAccessLevels: [{ groupPath: "acme/release" }, { accessLevel: 40 }],
        approvalRules: [{ groupPath: "acme/qa", requiredApprovals: 2 }, { username: "dana" }],
        adopt: true,
      },
      options: { protect: true },
    });
    expect(resources["Environment acme-shop-production"]).toMatchObject({
      properties: {
        project: "acme/shop",
        externalUrl: "https://shop.example.com",
        description: "The shop | as customers see it",
      },
      options: { dependsOn: ["${acmeProduction}"], protect: true },
    });
    const { out: typescript } = await imported(gitlab, "--protect");
    const made = /^(?:const \w+ = )?new gitlab\.(\w+)\(\s*"([^"]+)"/gm;
    const named = [...typescript.matchAll(made)].map(([, type, name]) => `${type} ${name}`);
    expect(named.length).toBeGreaterThan(8);
    expect(Object.keys(resources)).toEqual(expect.arrayContaining(named));
    expect(Object.keys(resources)).toHaveLength(4 + 12);
  });

  it("leaves what somebody has to decide as a comment, which is right once its marks are taken away", async () => {
    const { out, err } = await imported(gitlab, "--format", "yaml");
    expect(err).toContain("To decide, in the program as comments: 2.");
    expect(out.match(/^ {2}# TO DECIDE\./gm)).toHaveLength(2);
    const more = values(parsed(out.replace(/^ {2}# (\w+:$| {2}.*)/gm, "  $1")));
    expect(more["ProjectProtectedEnvironment api-production"]).toMatchObject({
      properties: { adopt: "overwrite" },
    });
  });

  it("says the connection, and is written for the native provider only", async () => {
    const env = { CORP_BASE_URL: gitlab.url, CORP_TOKEN: gitlab.token };
    const { out } = await command(gitlab, [...ALL, "--format", "yaml", "--connection", "corp"], { env });
    const resources = Object.values(values(parsed(out)));
    expect(resources.every(({ properties }) => properties["connection"] === "corp")).toBe(true);
    for (const [args, message] of [
      [["--format", "yaml", "--door", "dynamic"], "--format yaml is for the native provider"],
      [["--format", "json"], "--format must be one of typescript, yaml, import-file"],
      [["--door", "front"], "--door must be one of dynamic, native"],
      [["--format", "import-file", "--protect"], "--protect is for programs"],
      [["--format", "import-file", "--connection", "corp"], "no place for a connection"],
    ] as const) {
      gitlab.clearRequests();
      const { code, err } = await command(gitlab, [...ALL, ...args], { env });
      expect([code, err]).toEqual([2, expect.stringContaining(message)]);
      expect(gitlab.requests).toEqual([]);
    }
  });

  it("TypeScript for the native door differs by its import alone", async () => {
    const { out: dynamic } = await imported(gitlab);
    const { out: native } = await imported(gitlab, "--door", "native");
    expect(native).toBe(dynamic.replace('from "pulumi-gitlab-cd";', 'from "pulumi-gitlab-cd/native";'));
    expect(native).not.toBe(dynamic);
  });

  it("the file for `pulumi import` names each object once, by type and id", async () => {
    for (const name of ["v1.2", "v1_2", "v1 2", "v1/2"]) gitlab.world.addEnvironment("acme/shop", name);
    const { out, err } = await imported(gitlab, "--format", "import-file");
    const { resources } = JSON.parse(out) as { resources: Record<"type" | "name" | "id", string>[] };
    expect(resources).toContainEqual({
      type: "gitlab-cd:index:GroupProtectedEnvironment",
      name: "acme-production",
      id: "acme:production",
    });
    const { id } = gitlab.world.environments("acme/shop").find(({ name }) => name === "production")!;
    expect(resources).toContainEqual({
      type: "gitlab-cd:index:Environment",
      name: "acme-shop-production",
      id: `acme/shop:${id}`,
    });
    // As the variables that Pulumi makes of them in its program.
    expect(new Set(resources.map(({ name }) => name.replace(/\W/g, "_"))).size).toBe(resources.length);
    expect(resources).toHaveLength(4 + 12 + 4);
    expect(err).toContain("To decide, left out of the file: 2.");
  });
});
