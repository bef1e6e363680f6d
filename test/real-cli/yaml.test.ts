import { expect } from "vitest";

import type { CliStack } from "../../testing/engine/drivers/cliStack";
import { YamlBench, type YamlProgram } from "../plugin/yamlBench";
import { startGitLab } from "../support/stack";
import { onCli } from "./cli";

const WORD = "between-the-two-of-us";

/** One of each kind, with what a program in YAML can say: rules, secrets, interpolation, functions, options. */
const delivery = (sha: string, deploymentId: number, qa: number, deployed: string): YamlProgram => ({
  variables: {
    live: {
      "fn::invoke": {
        function: "gitlab-cd:getEnvironments",
        arguments: { project: "acme/shop", name: "guarded" },
        return: "environments",
      },
    },
    access: {
      "fn::invoke": {
        function: "gitlab-cd:getProjectProtectedEnvironment",
        arguments: { project: "acme/shop", name: "guarded" },
      },
    },
  },
  resources: {
    group: {
      type: "gitlab-cd:GroupProtectedEnvironment",
      properties: {
        group: "acme",
        name: "production",
        deployAccessLevels: [{ accessLevel: 40 }, { groupPath: "acme/release" }],
        approvalRules: [{ groupPath: "acme/qa", requiredApprovals: qa }, { username: "dana" }],
      },
    },
    shop: {
      type: "gitlab-cd:Environment",
      properties: {
        project: "acme/shop",
        name: "production",
        tier: "production",
        description: { "fn::secret": WORD },
      },
      options: { dependsOn: ["${group}"] },
    },
    levels: {
      type: "gitlab-cd:ProjectProtectedEnvironment",
      properties: {
        project: "acme/shop",
        name: "${shop.name}",
        deployAccessLevels: [{ accessLevel: 40 }, { username: "olivia" }],
      },
    },
    deployment: {
      type: "gitlab-cd:Deployment",
      properties: {
        project: "acme/shop",
        environment: "staging",
        sha,
        ref: "main",
        status: deployed,
        onDestroy: "delete",
      },
    },
    approval: {
      type: "gitlab-cd:DeploymentApproval",
      properties: { project: "acme/shop", deploymentId, status: "approved", connection: "quinn" },
    },
    pipeline: {
      type: "gitlab-cd:Pipeline",
      properties: {
        project: "acme/shop",
        ref: "main",
        waitFor: "success",
        onDestroy: "delete",
        variables: [{ key: "WORD", value: { "fn::secret": WORD } }],
      },
      options: { customTimeouts: { create: "10m" } },
    },
    cleanUp: { type: "gitlab-cd:ReviewAppCleanup", properties: { project: "acme/shop" } },
    stale: {
      type: "gitlab-cd:StaleEnvironmentsStop",
      properties: { project: "acme/shop", before: "2020-01-01" },
    },
  },
  outputs: {
    number: "${shop.environmentId}",
    note: "${shop.description}",
    current: "${deployment.currentStatus}",
    who: "${approval.user.username}",
    status: "${pipeline.status}",
    state: "${live[0].state}",
    guarded: "${access.approvalRules[0].groupId}",
  },
});

onCli("a program in YAML lives: every resource, rules, functions, secrets", async () => {
  const env: Record<string, string> = {};
  const bench = await YamlBench.open({}, { env });
  const { gitlab, stack } = bench;
  const { world } = gitlab;
  env["QUINN_TOKEN"] = gitlab.tokenFor("quinn");
  env["QUINN_BASE_URL"] = gitlab.url;
  world.protect("acme/shop", "guarded", [{ role: "developer" }], [{ group: "acme/qa" }]);
  const { id } = world.blockDeployment("acme/shop", { environment: "guarded", user: "devon" });
  const sha = world.project("acme/shop").branches.get("main") ?? "";
  /** What is not asked by the program's own functions. */
  const asked = (from: number): string[] =>
    bench
      .asked(from)
      .filter((call) => !/^GET .*\/(environments|protected_environments\/guarded)$/.test(call));

  bench.write(delivery(sha, id, 1, "running"));
  expect((await stack.preview()).orThrow().changes).toEqual({ create: 9 });
  expect(asked(0)).toEqual([]);
  expect((await stack.up()).orThrow().outputs).toMatchObject({
    note: WORD,
    current: "running",
    who: "quinn",
    status: "success",
    state: "available",
    guarded: world.group("acme/qa").id,
  });
  const made = gitlab.requests.length;
  expect((await stack.up()).orThrow().changes).toEqual({ same: 9 });
  expect(asked(made)).toEqual([]);
  bench.write(delivery(sha, id, 2, "success"));
  expect((await stack.preview()).orThrow().changes).toEqual({ same: 7, update: 2 });
  expect(asked(made)).toEqual([]);
  (await stack.up()).orThrow();
  expect(asked(made).map((call) => call.split(" ")[0])).toEqual(["PUT", "PUT"]);
  world.addStrangerEntry("acme", "production", { user: "olivia" }, "rules");
  expect((await stack.refresh()).orThrow().changes).toMatchObject({ update: 1 });
  expect((await stack.up()).orThrow().text).toContain("user");
  expect(world.protection("acme", "production")?.approval_rules).toHaveLength(2);
  expect(await leaks(stack, WORD, gitlab.token, env["QUINN_TOKEN"])).toEqual([]);
  world.addCiDeployment("acme/shop", { environment: "staging" });
  (await stack.destroy()).orThrow();
  expect(world.protections("acme")).toEqual([]);
});

/** Where in the state one of these stands in clear. */
async function leaks(stack: CliStack, ...secrets: readonly (string | undefined)[]): Promise<string[]> {
  const { deployment } = await stack.exportState();
  const within = (value: unknown, path: string): string[] => {
    if (typeof value === "string")
      return secrets.some((secret) => secret !== undefined && value.includes(secret)) ? [path] : [];
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([key, part]) => within(part, `${path}.${key}`));
  };
  return within(deployment, "deployment");
}

const environment = (name: string, options: object = {}) => ({
  type: "gitlab-cd:Environment",
  properties: { project: "acme/shop", name },
  options,
});

onCli(
  "explicit providers lead to two GitLabs, each with its own token, which is nowhere in clear",
  async () => {
    const bench = await YamlBench.open();
    const other = await startGitLab();
    const provider = ({ url, token }: { url: string; token: string }) => ({
      type: "pulumi:providers:gitlab-cd",
      properties: { baseUrl: url, token: { "fn::secret": token } },
    });
    const program = (names: readonly string[]): YamlProgram => ({
      resources: {
        here: provider(bench.gitlab),
        there: provider(other),
        ...Object.fromEntries(
          ["here", "there"].flatMap((where) =>
            names.map((name) => [`${where}-${name}`, environment(name, { provider: `\${${where}}` })]),
          ),
        ),
      },
    });
    bench.write(program(["a"]));
    expect((await bench.stack.preview()).orThrow().requests).toEqual([]);
    (await bench.stack.up()).orThrow();
    bench.write(program(["a", "b"]));
    (await bench.stack.up()).orThrow();
    for (const { world } of [bench.gitlab, other])
      expect(world.environments("acme/shop").map(({ name }) => name)).toEqual(["a", "b"]);
    const state = JSON.stringify(await bench.stack.exportState());
    expect([bench.gitlab.token, other.token].filter((token) => state.includes(token))).toEqual([]);
    (await bench.stack.destroy()).orThrow();
    for (const { world } of [bench.gitlab, other]) expect(world.environments("acme/shop")).toEqual([]);
  },
);

onCli("after a token was rotated, refresh and destroy take the configuration of now", async () => {
  const gitlab = await startGitLab();
  const env: Record<string, string | undefined> = { GITLAB_TOKEN: undefined, GITLAB_BASE_URL: undefined };
  const bench = await YamlBench.open(
    { resources: { shop: environment("production") } },
    { emulator: gitlab, env },
  );
  const { config } = bench.stack;
  const old = gitlab.tokenFor("olivia");
  await config.set("gitlab-cd:baseUrl", gitlab.url);
  await config.set("gitlab-cd:token", { value: old, secret: true });
  (await bench.stack.up()).orThrow();
  gitlab.revokeToken(old);
  const refused = await bench.stack.refresh();
  expect([refused.ok, refused.errors.join().includes("401")]).toEqual([false, true]);
  await config.set("gitlab-cd:token", { value: gitlab.tokenFor("olivia"), secret: true });
  expect((await bench.stack.refresh()).orThrow().changes).toEqual({ same: 2 });
  (await bench.stack.destroy()).orThrow();
  expect(gitlab.world.environments("acme/shop")).toEqual([]);
});
