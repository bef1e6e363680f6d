import { expect } from "vitest";

import type { CliStack } from "../../testing/engine/drivers/cliStack";
import { CliBench, onCli } from "./cli";

const rules = (approvals: string): string => `
const environment = new gitlab.Environment("production", { project: "acme/shop", name: "production" });
new gitlab.GroupProtectedEnvironment("rules", { group: "acme", name: "production",
  deployAccessLevels: [{ accessLevel: 40 }], approvalRules: [${approvals}] });`;

/** A stack of calls of ours, or a path of this package. */
const INTERNALS = /^\s+at .*\(|provider\/(lifecycle|gitlab|resources)/m;

onCli("each class of error is told in clear words, without a stack of ours", async () => {
  const { gitlab, program, stack } = await CliBench.open();
  const environment = (args: string): void =>
    program.write(`new gitlab.Environment("e", { project: "acme/shop", name: "e", ${args} });`);
  const texts: Record<string, string> = {};
  const note = async (name: string, run: () => ReturnType<CliStack["up"]>): Promise<void> => {
    const { ok, text } = await run();
    expect([name, ok]).toEqual([name, false]);
    texts[name] = text;
  };
  environment(`tier: "prod"`);
  await note("check", () => stack.preview());
  gitlab.world.addEnvironment("acme/shop", "e");
  environment("");
  await note("create", () => stack.up());
  environment("adopt: true");
  (await stack.up()).orThrow();
  environment(`description: "another"`);
  gitlab.fault({ method: "PUT", status: 403, body: { message: "403 Forbidden" }, times: 1 });
  await note("update", () => stack.up());
  gitlab.fault({ method: "GET", path: "/environments", status: 403, body: { message: "403 Forbidden" } });
  await note("read", () => stack.refresh());
  gitlab.clearFaults();
  program.write(`new gitlab.Environment("e", { project: "acme/nowhere", name: "e" });`);
  await note("diff", () => stack.preview());
  gitlab.world.addCiDeployment("acme/shop", { environment: "e" });
  await note("delete", () => stack.destroy());
  for (const [name, text] of Object.entries(texts)) {
    expect([name, INTERNALS.exec(text)]).toEqual([name, null]);
    expect([name, text.includes(gitlab.token)]).toEqual([name, false]);
  }
  expect(texts["check"]).toContain("tier must be one of");
  expect(texts["create"]).toContain("adopt: true");
  expect(texts["update"]).toContain("403");
  expect(texts["read"]).toContain("403");
  expect(texts["diff"]).toContain("acme/nowhere");
  expect(texts["delete"]).toContain("retain");
});

onCli(
  "--diff shows a change of rules entry by entry; what depends on an updated environment is unchanged",
  async () => {
    const { program, stack } = await CliBench.open();
    program.write(rules(`{ groupPath: "acme/qa" }`));
    (await stack.up()).orThrow();
    program.write(rules(`{ groupPath: "acme/qa", requiredApprovals: 2 }, { username: "dana" }`));
    const { text } = (await stack.preview({ diff: true })).orThrow();
    expect(text).toMatch(/requiredApprovals\s*: 1 => 2/);
    expect(text).toMatch(/username\s*: "dana"/);
    expect(text).not.toContain("__provider");
    program.write(
      rules(`{ groupPath: "acme/qa" }`).replace(
        `name: "production" }`,
        `name: "production", description: "new" }`,
      ) +
        `new gitlab.Environment("child", { project: "acme/shop", name: environment.slug.apply((slug) => slug + "-child"),
         description: environment.environmentId.apply(String) });`,
    );
    (await stack.up()).orThrow();
    program.write(
      rules(`{ groupPath: "acme/qa" }`).replace(
        `name: "production" }`,
        `name: "production", description: "newer" }`,
      ) +
        `new gitlab.Environment("child", { project: "acme/shop", name: environment.slug.apply((slug) => slug + "-child"),
         description: environment.environmentId.apply(String) });`,
    );
    expect((await stack.preview()).orThrow().changes).toEqual({ same: 3, update: 1 });
  },
);

onCli(
  "an expired token from the configuration names the two cures; a new one works from the next up on",
  async () => {
    const { gitlab, program, stack } = await CliBench.open({
      env: { GITLAB_TOKEN: undefined, GITLAB_BASE_URL: undefined },
    });
    await stack.config.set("gitlab:baseUrl", gitlab.url);
    const first = gitlab.tokenFor("olivia");
    await stack.config.set("gitlab:token", { value: first, secret: true });
    program.write(`new gitlab.Environment("e", { project: "acme/shop", name: "e" });`);
    (await stack.up()).orThrow();
    gitlab.revokeToken(first);
    await stack.config.set("gitlab:token", { value: gitlab.tokenFor("olivia"), secret: true });
    // Refresh and destroy still get the configuration of the last up.
    const stale = await stack.refresh();
    expect(stale.ok).toBe(false);
    expect(stale.text).toContain("GITLAB_TOKEN");
    expect(stale.text).not.toContain(first);
    program.write(`new gitlab.Environment("e", { project: "acme/shop", name: "e", description: "d" });`);
    (await stack.up()).orThrow();
    (await stack.refresh()).orThrow();
    (await stack.destroy()).orThrow();
  },
);
