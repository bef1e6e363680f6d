import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

import { Emulator } from "../testing/emulator";
import { OfflineStack } from "../testing/engine";

const FOLDER = join(__dirname, "..", "examples");
const WRITES = ["POST", "PUT", "DELETE"];

let gitlab: Emulator;
beforeEach(async () => {
  gitlab = await Emulator.start();
});
afterEach(() => gitlab.stop());

/** Types are checked once for all examples, by `npm run typecheck`. */
function example(name: string, env: Record<string, string | undefined> = {}): Promise<OfflineStack> {
  return OfflineStack.create({
    program: join(FOLDER, name),
    emulator: gitlab,
    env: { PULUMI_NODEJS_TRANSPILE_ONLY: "true", ...env },
  });
}

/** `POST /projects/…`, in the order they came. */
function writes(): string[] {
  return gitlab.requests
    .filter(({ method }) => WRITES.includes(method))
    .map(({ method, path }) => `${method} ${decodeURIComponent(path).replace("/api/v4", "")}`);
}

it("every example has a README and says which file is its program", () => {
  for (const name of readdirSync(FOLDER).filter((name) => !["quickstart", "demo"].includes(name))) {
    expect(readdirSync(join(FOLDER, name))).toEqual(
      expect.arrayContaining(["README.md", "index.ts", "tsconfig.json"]),
    );
    // Without it the engine would look at the package.json of whatever folder is above.
    const project = name === "policies" ? "PulumiPolicy.yaml" : "Pulumi.yaml";
    expect(readFileSync(join(FOLDER, name, project), "utf8")).toContain("main: index.ts");
  }
});

it("every README installs what its example imports, and sets lists by path, as the CLI wants them", () => {
  const readmes = readdirSync(FOLDER).filter((name) => !["quickstart", "demo"].includes(name));
  for (const name of readmes) {
    const readme = readFileSync(join(FOLDER, name, "README.md"), "utf8");
    const lines = [...readme.matchAll(/npm install ([^&\n]+)/g)].map(([, line]) => line ?? "");
    const installed = lines.flatMap((line) => line.trim().split(/\s+/));
    const sources = readdirSync(join(FOLDER, name)).filter((file) => file.endsWith(".ts"));
    const imported = sources.flatMap((file) =>
      [...readFileSync(join(FOLDER, name, file), "utf8").matchAll(/ from "([^."][^"]*)"/g)].map(
        ([, from]) => from ?? "",
      ),
    );
    const packages = imported.filter((from) => !from.startsWith("node:"));
    expect({ name, installed }).toEqual({ name, installed: expect.arrayContaining(packages) as unknown });
    // What TypeScript 5.9 writes there makes `import` an error in a CommonJS package; the engine's defaults will do.
    expect(readme).not.toContain("tsc --init");
    // "must be of type 'array<string>'"
    expect(readme).not.toMatch(/config set (?!.*--path)\S+ '?[[{]/);
  }
});

it("protected-release: previews without a token, protects before it creates, and destroys in reverse", async () => {
  const stack = await example("protected-release", { GITLAB_TOKEN: undefined });
  expect((await stack.preview()).orThrow().changes).toEqual({ create: 8 });
  expect(gitlab.requests).toEqual([]);

  const applied = await example("protected-release");
  (await applied.up()).orThrow();
  const made = writes();
  expect(made).toHaveLength(7);
  for (const [index, line] of made.entries()) {
    if (line.endsWith("/environments")) expect(index).toBeGreaterThan(0);
  }
  const firstProduction = gitlab.requests.findIndex(({ body }) =>
    JSON.stringify(body).includes('"tier":"production"'),
  );
  const protections = gitlab.requests.findIndex(
    ({ method, path, body }) =>
      method === "POST" && path.includes("/groups/") && JSON.stringify(body).includes('"name":"production"'),
  );
  expect(protections).toBeLessThan(firstProduction);
  expect(gitlab.world.protection("acme/shop", "production")?.approval_rules).toHaveLength(1);

  gitlab.clearRequests();
  expect((await applied.up()).orThrow().changes).toEqual({ same: 8 });
  expect(gitlab.requests).toEqual([]);

  // Whom the rules do not let deploy, GitLab does not let stop either: the rules hold to the last.
  const refused = await applied.destroy();
  expect(refused.errors.join("\n")).toContain("a place among those who may deploy");
  expect(gitlab.world.protection("acme", "production")).toBeDefined();

  gitlab.world.addMember("acme/release", "olivia", "developer");
  (await applied.destroy()).orThrow();
  expect(gitlab.world.environments("acme/shop")).toEqual([]);
  expect(gitlab.world.protections("acme")).toEqual([]);
  const deletes = writes().filter((line) => line.startsWith("DELETE"));
  expect(
    deletes.findLastIndex((line) => line.includes("/environments/") && line.includes("projects")),
  ).toBeLessThan(deletes.findIndex((line) => line.includes("groups")));
});

it("multi-project: gives each project of the list the same, and takes only one project's away", async () => {
  const stack = await example("multi-project");
  const { changes, outputs } = (await stack.up()).orThrow();
  expect(changes).toEqual({ create: 11 });
  expect(Object.keys(outputs["slugs"] as object)).toEqual(["acme/api", "acme/shop"]);
  for (const project of ["acme/shop", "acme/api"]) {
    expect(
      gitlab.world
        .environments(project)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["production", "review/docs", "review/web"]);
    expect(gitlab.world.protection(project, "production")?.approval_rules[0]?.required_approvals).toBe(2);
  }
  await stack.config.set("projects", '["acme/shop"]');
  expect((await stack.up()).orThrow().changes).toEqual({ delete: 5, same: 6 });
  expect(gitlab.world.environments("acme/shop")).toHaveLength(3);
  // The review environments stay, stopped, as their `onDestroy` says.
  expect(
    gitlab.world
      .environments("acme/api")
      .map(({ name, state }) => `${name} ${state}`)
      .sort(),
  ).toEqual(["review/docs stopped", "review/web stopped"]);
});

it("promote-and-approve: waits for staging, then approves as the second user, once", async () => {
  gitlab.world.protect("acme/shop", "production", [{ role: "developer" }], [{ user: "dana" }]);
  const waiting = gitlab.world.blockDeployment("acme/shop", { environment: "production", user: "devon" });
  const stack = await example("promote-and-approve", {
    APPROVER_TOKEN: gitlab.tokenFor("dana"),
    APPROVER_BASE_URL: gitlab.url,
    GITLAB_TOKEN: undefined,
  });
  const early = (await stack.up()).orThrow();
  expect(early.outputs["decision"]).toBe(`left ${waiting.id} waiting: staging does not run ${waiting.sha}`);
  expect(writes()).toEqual([]);

  gitlab.world.addCiDeployment("acme/shop", { environment: "staging", status: "success" });
  const late = (await stack.up()).orThrow();
  expect(late.outputs["decision"]).toBe(`approved ${waiting.id} as dana`);
  expect(writes()).toEqual([`POST /projects/acme/shop/deployments/${waiting.id}/approval`]);

  gitlab.world.runDeploymentJob(waiting.id);
  expect((await stack.up()).orThrow().outputs["decision"]).toBe("nothing waits for an approval");
  expect(writes()).toHaveLength(1);
});
