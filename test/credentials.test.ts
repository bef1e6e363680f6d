import { afterEach, expect, it } from "vitest";
import { CANARY, Emulator } from "../testing/emulator";
import { OfflineStack, type Result } from "../testing/engine";
import { TestProgram } from "./support/program";

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const act of cleanUp.splice(0).reverse()) await act();
});

async function gitlab(): Promise<Emulator> {
  const emulator = await Emulator.start();
  cleanUp.push(() => emulator.stop());
  return emulator;
}

const WITHOUT = {
  GITLAB_TOKEN: undefined,
  GITLAB_BASE_URL: undefined,
  CI_JOB_TOKEN: undefined,
  CI_API_V4_URL: undefined,
};
const PROGRAM = `new gitlab.Environment("shop", { project: "acme/shop", name: "shop" });`;

async function stackOf(
  body: string,
  options: Partial<Parameters<typeof OfflineStack.create>[0]>,
): Promise<OfflineStack> {
  const program = new TestProgram(body);
  cleanUp.push(() => program.remove());
  return OfflineStack.create({ program: program.folder, env: WITHOUT, ...options });
}

it("takes the token from the environment before the one in the configuration", async () => {
  const [used, unused] = [await gitlab(), await gitlab()];
  const stack = await stackOf(PROGRAM, {
    env: { ...WITHOUT, GITLAB_TOKEN: used.token, GITLAB_BASE_URL: used.url },
    config: {
      "gitlab:token": { value: unused.token, secret: true },
      "gitlab:baseUrl": unused.url,
    },
  });
  (await stack.up()).orThrow();
  expect(used.requests).toHaveLength(1);
  expect(unused.requests).toEqual([]);
});

it("fails an operation of the offline engine whose program shows the emulator's token", async () => {
  const emulator = await gitlab();
  const stack = await stackOf(`exports.said = "it is " + process.env.GITLAB_TOKEN;`, { emulator, env: {} });
  await expect(stack.up()).rejects.toThrow("The emulator's token is in the output.");
});

it("explains on 401 that refresh and destroy see the token of the last up", async () => {
  const emulator = await gitlab();
  const old = emulator.tokenFor("olivia");
  const stack = await stackOf(PROGRAM, {
    config: { "gitlab:token": { value: old, secret: true }, "gitlab:baseUrl": emulator.url },
  });
  (await stack.up()).orThrow();
  emulator.revokeToken(old);
  await stack.config.set("gitlab:token", { value: emulator.token, secret: true });
  for (const operation of ["refresh", "destroy"] as const) {
    const result = await stack[operation]();
    expect(result.ok).toBe(false);
    expect(result.text).toContain("the configuration as of the last `pulumi up`");
    expect(result.text).toContain("GITLAB_TOKEN");
  }
  (await stack.up()).orThrow();
  (await stack.destroy()).orThrow();
});

it("refuses a token in clear, with the command that fixes it, before anything is registered", async () => {
  const emulator = await gitlab();
  const stack = await stackOf(PROGRAM, {
    config: { "gitlab:token": emulator.token, "gitlab:baseUrl": emulator.url },
  });
  const { ok, text } = await stack.preview();
  expect(ok).toBe(false);
  expect(text).toContain("pulumi config set --secret gitlab:token");
  expect(text).not.toContain(CANARY);
  expect(emulator.requests).toEqual([]);
});

it("refuses one in clear of a connection whose name is an output, before any request", async () => {
  const emulator = await gitlab();
  const stack = await stackOf(
    `new gitlab.Environment("shop", { project: "acme/shop", name: "shop", connection: pulumi.output(Promise.resolve("other")) });`,
    { config: { "other:token": emulator.token, "other:baseUrl": emulator.url } },
  );
  const { ok, text } = await stack.up();
  expect(ok).toBe(false);
  expect(text).toContain("pulumi config set --secret other:token");
  expect(text).not.toContain(CANARY);
  expect(emulator.requests).toEqual([]);
});

it("shows no value of an argument that may be a secret where check refuses it", async () => {
  const emulator = await gitlab();
  const stack = await stackOf(
    `new gitlab.Environment("shop", { project: "acme/shop", name: "shop", externalUrl: "javascript:c4nary-s3cret",
       clusterAgentId: 1, kubernetesNamespace: "C4NARY-S3CRET" });`,
    { emulator, env: {} },
  );
  const { ok, text } = await stack.preview();
  expect(ok).toBe(false);
  expect(text).toContain("externalUrl");
  expect(text).not.toMatch(/c4nary-s3cret/i);
  expect(emulator.requests).toEqual([]);
});

it("follows no redirect to another origin, where the token would go along", async () => {
  const [emulator, other] = [await gitlab(), await gitlab()];
  emulator.fault({
    status: 302,
    headers: { Location: `${other.url}/api/v4/projects/acme%2Fshop/environments` },
    body: "",
  });
  const stack = await stackOf(PROGRAM, { emulator, env: {} });
  const { ok, text } = await stack.up();
  expect(ok).toBe(false);
  expect(text).toContain("which is not followed");
  expect(other.requests).toEqual([]);
});

it("warns about plain http to another machine, and says nothing about loopback", async () => {
  const emulator = await gitlab();
  const stack = await stackOf(PROGRAM, { emulator, env: {} });
  expect((await stack.up()).orThrow().text).not.toContain("plain http");
  const away = await stackOf(PROGRAM, {
    env: { ...WITHOUT, GITLAB_TOKEN: emulator.token, GITLAB_BASE_URL: "http://gitlab.invalid" },
  });
  const { ok, text } = await away.up();
  expect(ok).toBe(false);
  expect(text).toMatch(/http:\/\/gitlab\.invalid.* is plain http/);
});

const EVERYTHING = `
  const protection = new gitlab.GroupProtectedEnvironment("group", { group: "acme", name: "production",
    deployAccessLevels: [{ accessLevel: 40 }], approvalRules: [{ groupPath: "acme/qa" }] });
  const shop = new gitlab.Environment("shop", { project: "acme/shop", name: "shop", onDestroy: "delete" });
  new gitlab.Pipeline("pipeline", { project: "acme/shop", ref: "main", waitFor: "finished" });
  exports.environments = gitlab.getEnvironmentsOutput({ project: "acme/shop" });
  exports.shop = shop;
  if (process.env.FAIL) {
    // Nobody catches it, and Node prints all that the error holds.
    gitlab.getEnvironment({ project: "acme/none", environmentId: 1 });
    gitlab.getEnvironment({ project: "acme/none", environmentId: 2 }).catch((error) => {
      console.log(require("node:util").inspect(error, { depth: null, showHidden: true }), error.stack);
    });
  }`;

it.each([
  ["from the environment", true],
  ["from the configuration", false],
])(
  "shows the token %s nowhere: state, output, debug logs, errors, rejections",
  async (_, fromEnvironment) => {
    const emulator = await gitlab();
    emulator.world.setPipelineOutcome("acme/shop", { readsPerStep: 0 });
    const env: Record<string, string | undefined> = {
      ...WITHOUT,
      ...(fromEnvironment && { GITLAB_TOKEN: emulator.token, GITLAB_BASE_URL: emulator.url }),
      PULUMI_DEBUG: "true",
      DEBUG: "*",
      GRPC_VERBOSITY: "DEBUG",
      GRPC_TRACE: "server,server_call,channel",
    };
    const stack = await stackOf(EVERYTHING, {
      env,
      ...(!fromEnvironment && {
        config: { "gitlab:token": { value: emulator.token, secret: true }, "gitlab:baseUrl": emulator.url },
      }),
    });
    const texts: string[] = [];
    const keep = async (result: Result): Promise<Result> => {
      texts.push(JSON.stringify(result), JSON.stringify(await stack.exportState()));
      return result;
    };
    (await keep(await stack.up({ diff: true }))).orThrow();
    env["FAIL"] = "1";
    const failed = await keep(await stack.up({ diff: true }));
    expect(failed.ok).toBe(false);
    expect(failed.text).toContain("acme%2Fnone");
    emulator.fault({ status: 401, body: { message: `401 Unauthorized: ${emulator.token}` } });
    expect((await keep(await stack.refresh())).ok).toBe(false);
    emulator.clearFaults();
    expect(texts.join("").length).toBeGreaterThan(10_000);
    for (const text of texts) expect(around(text, CANARY)).toBe("");
  },
);

/** What stands before a word in a text, for a failure that tells the place and not all of it. */
function around(text: string, word: string): string {
  const at = text.indexOf(word);
  return at < 0 ? "" : text.slice(Math.max(0, at - 200), at);
}
