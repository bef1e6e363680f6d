import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseDocument } from "yaml";

import { Emulator } from "../../testing/emulator";
import { YamlBench } from "../plugin/yamlBench";
import { onCli } from "../real-cli/cli";
import { command, type Said } from "./command";
import { startEstate } from "./estate";
import { INVISIBLE } from "./literalsOnly";

const ALL = ["import", "--group", "acme", "--all-projects"];

interface Program {
  readonly resources: Readonly<Record<string, Resource>>;
}
interface Resource {
  readonly type: string;
  readonly name?: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly options?: { readonly dependsOn?: readonly string[]; readonly protect?: boolean };
}

/** As Pulumi reads it, by the older and the newer rules of YAML. */
function parsed(text: string): Program {
  const [older, newer] = (["1.1", "1.2"] as const).map((version) => {
    const document = parseDocument(text, { version, uniqueKeys: true });
    expect([document.errors, document.warnings]).toEqual([[], []]);
    return document.toJS() as Program;
  });
  expect(older).toEqual(newer);
  return newer!;
}

/** A text of a program as Pulumi understands it: `$$` is a dollar, and `${` asks for something. */
function understood(text: string): string {
  return text.replace(/\$\$|\$\{/g, (found) => {
    if (found === "${") throw new Error(`${JSON.stringify(text)} asks for something`);
    return "$";
  });
}

/** The program's values as Pulumi understands them; throws for anything but literals and references to its own resources. */
function values({ resources, ...more }: Program): Record<string, Resource> {
  expect(more).toEqual({});
  const literal = (value: unknown): unknown => {
    if (typeof value === "string") return understood(value);
    if (Array.isArray(value)) return value.map(literal);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        expect(key).toMatch(/^[a-z][A-Za-z]*$/);
        return [key, literal(item)];
      }),
    );
  };
  const keys = Object.keys(resources);
  return Object.fromEntries(
    Object.entries(resources).map(([key, { type, name, properties, options, ...rest }]) => {
      expect(key).toMatch(/^[A-Za-z_][A-Za-z0-9]*$/);
      expect(rest).toEqual({});
      expect(type).toMatch(
        /^gitlab-cd:index:(Environment|GroupProtectedEnvironment|ProjectProtectedEnvironment)$/,
      );
      for (const reference of options?.dependsOn ?? []) {
        expect(keys.map((each) => `\${${each}}`)).toContain(reference);
      }
      return [
        `${type.split(":").at(-1)} ${name === undefined ? key : understood(name)}`,
        { type, properties: literal(properties) as Resource["properties"], ...(options ? { options } : {}) },
      ];
    }),
  );
}

async function imported(gitlab: Emulator, ...args: string[]): Promise<Said> {
  const said = await command(gitlab, [...ALL, ...args]);
  expect(said).toMatchObject({ code: 0 });
  return said;
}

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
    expect(new Set(resources.map(({ name }) => name)).size).toBe(resources.length);
    expect(resources).toHaveLength(4 + 12);
    expect(err).toContain("To decide, left out of the file: 2.");
  });
});

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom(
    "${pulumi.cwd}",
    "$${x}",
    "$$${x}",
    "$",
    "fn::invoke",
    "fn::readFile: /etc/passwd",
    "a: b",
    "- a",
    "# no",
    "yes",
    "NULL",
    "1e3",
    "0x1f",
    "2001-01-01",
    "*x",
    "&x",
    "!!js x",
    "\n  evil:\n    type: x",
    "\u2028\u0085",
    "\u{e0001}",
    "\ud800",
    '"+x+"',
    "'",
    "| x",
    "😀",
  ),
);

describe("whatever a GitLab answers", () => {
  let gitlab: Emulator;
  beforeEach(async () => {
    gitlab = await Emulator.start();
  });
  afterEach(() => gitlab.stop());

  const say = (path: RegExp, body: unknown) => gitlab.fault({ method: "GET", path, status: 200, body });

  it("is understood by Pulumi as it is: nothing in YAML asks, calls, or hides", async () => {
    const given = fc.record({
      description: text,
      url: text,
      user: text,
      group: text,
      path: text,
      name: text,
    });
    let declared = 0;
    // Names are looked up once: each run has a user and a group of its own.
    let id = 1000;
    await fc.assert(
      fc.asyncProperty(given, async ({ description, url, user, group, path, name }) => {
        gitlab.clearFaults();
        id += 1;
        const environment = {
          id: 7,
          name,
          tier: "production",
          state: "available",
          slug: "x",
          external_url: url,
          description,
        };
        const entry = { id: 1, access_level: null, user_id: null, group_id: null, group_inheritance_type: 0 };
        say(/\/projects\/[^/]+\/environments/, [environment]);
        say(/\/projects\/[^/]+\/protected_environments/, [
          {
            name: "live",
            deploy_access_levels: [{ ...entry, user_id: id }],
            required_approval_count: 0,
            approval_rules: [{ ...entry, group_id: id, required_approvals: 1 }],
          },
        ]);
        say(/\/users\//, { id, username: user });
        say(/\/groups\/1\d\d\d/, { id, full_path: group });
        say(/\/groups\/[^/]+\/projects/, [{ id: 1, name: "x", path_with_namespace: `acme/${path}` }]);
        const said = await command(gitlab, [...ALL, "--format", "yaml"]);
        expect(said).toMatchObject({ code: 0 });
        expect(said.out).not.toMatch(INVISIBLE);
        const all = Object.values(values(parsed(said.out)));
        const sound = (value: string) => value.replace(/\p{Cs}/gu, "\ufffd");
        const protection = all.find(({ type }) => type.endsWith("ProjectProtectedEnvironment"));
        expect(protection?.properties).toEqual({
          project: sound(`acme/${path}`),
          name: "live",
          deployAccessLevels: [{ username: sound(user) }],
          approvalRules: [{ groupPath: sound(group) }],
          adopt: true,
        });
        const made = all.find(({ type }) => type === "gitlab-cd:index:Environment");
        if (made === undefined) return void expect(said.err).toContain("Not imported");
        declared += 1;
        expect(made.properties).toEqual({
          project: sound(`acme/${path}`),
          name: sound(name),
          tier: "production",
          ...(url === "" ? {} : { externalUrl: sound(url) }),
          ...(description === "" ? {} : { description: sound(description) }),
          adopt: true,
        });
      }),
      { numRuns: 300 },
    );
    expect(declared).toBeGreaterThan(10);
  });
});

onCli(
  "`pulumi up` on the program in YAML takes everything over and writes nothing; names with `${…}` are names",
  async () => {
    const bench = await YamlBench.open();
    const { gitlab, stack } = bench;
    gitlab.world.addEnvironment("acme/shop", "production", { description: "costs ${5} or $$6: see fn::x" });
    gitlab.world.addEnvironment("acme/shop", "will ${see}. ok");
    gitlab.world.protect("acme/shop", "production", [{ role: "maintainer" }], [{ user: "dana" }]);
    const { out } = await imported(gitlab, "--format", "yaml");
    bench.write(parsed(out));
    const read = (what: string) => gitlab.api("GET", `/projects/acme%2Fshop/${what}`);
    const held = async () =>
      JSON.stringify([(await read("environments")).body, (await read("protected_environments")).body]);
    const before = await held();
    gitlab.clearRequests();
    (await stack.up()).orThrow();
    // A create is tried first, and refused: that is how it is known what is there.
    expect(bench.asked().filter((line) => !/^(GET|POST) /.test(line))).toEqual([]);
    expect(await held()).toBe(before);
    expect(before).toContain("will ${see}. ok");
    gitlab.clearRequests();
    const again = (await stack.preview()).orThrow();
    expect(again.steps.filter(({ op }) => op !== "same")).toEqual([]);
    expect(bench.asked()).toEqual([]);
  },
);

onCli("`pulumi import --file` takes the file", async () => {
  const bench = await YamlBench.open();
  const { gitlab, stack } = bench;
  gitlab.world.addEnvironment("acme/shop", "production", { description: "The shop" });
  gitlab.world.protect("acme/shop", "production", [{ role: "maintainer" }], [{ user: "dana" }]);
  const { out } = await imported(gitlab, "--format", "import-file");
  const file = join(stack.root, "import.json");
  writeFileSync(file, out);
  const written = join(stack.root, "out.yaml");
  gitlab.clearRequests();
  const taken = await stack.pulumi(
    "import",
    "--stack",
    stack.name,
    "--file",
    file,
    "--out",
    written,
    "--yes",
    "--skip-preview",
  );
  expect([taken.exitCode, taken.stderr]).toEqual([0, expect.any(String)]);
  expect(bench.asked().filter((line) => !line.startsWith("GET "))).toEqual([]);
  const { deployment } = await stack.exportState();
  const kept = (deployment.resources ?? []).filter(({ type }) => type.startsWith("gitlab-cd:index:"));
  expect(kept.map(({ id }) => id).sort()).toEqual(
    (JSON.parse(out) as { resources: { id: string }[] }).resources.map(({ id }) => id).sort(),
  );
  expect(readFileSync(written, "utf8")).toContain("gitlab-cd:ProjectProtectedEnvironment");
  rmSync(written);
});

onCli(
  "`pulumi import` takes the file whatever environments are called, and its program is unchanged then",
  async () => {
    const bench = await YamlBench.open();
    const { gitlab, stack } = bench;
    for (const name of ["will ${see}. ok", "${", "$ {", "_ _"])
      gitlab.world.addEnvironment("acme/shop", name);
    const { out } = await imported(gitlab, "--format", "import-file");
    const [file, program] = [join(stack.root, "import.json"), join(stack.root, "generated.yaml")];
    writeFileSync(file, out);
    const { exitCode, stdout, stderr } = await stack.pulumi(
      ...["import", "--file", file, "--yes", "--protect=false", "--out", program, "--stack", stack.name],
    );
    expect(exitCode, stdout + stderr).toBe(0);
    bench.write(parsed(readFileSync(program, "utf8")));
    for (const result of [await stack.preview(), await stack.up()])
      expect(result.orThrow().changes).toEqual({ same: 5 });
  },
);
