import { spawn } from "node:child_process";

import { expect } from "vitest";

import type { Result } from "../../testing/engine/show/result";
import { CliBench, onCli } from "./cli";

/** For each argument that may hold a secret a value of its own, another one after the change. */
const canaries = (turn: "one" | "two") => ({
  externalUrl: `https://deploy:cnry-url-5f3a9@cnry-host-7b.example/${turn}/cnry-path-1c9e44?key=cnry-key-22`,
  description: `${turn} cnry-description <b>&9`,
  kubernetesNamespace: `${turn}-cnry-namespace-8`,
  fluxResourcePath: `helm.toolkit.fluxcd.io/v2/namespaces/${turn}/helmreleases/cnry-flux-7`,
  variable: "cnry-variable&<4>",
  file: "-----BEGIN KEY-----\ncnryMIIEvQ1BADANBg\n-----END KEY-----",
  input: "cnry-input-33",
  name: `${turn} cnry-pipeline-name 5`,
  comment: "cnry-comment 12",
  trigger: `${turn}-cnry-trigger-91`,
});
type Name = keyof ReturnType<typeof canaries>;
const HIDDEN = /cnry/i;

const program = (turn: "one" | "two", agent: number, deployment: number): string => `
const s = (value) => pulumi.secret(value);
const c = ${JSON.stringify(canaries(turn))};
const shop = { project: "acme/shop" };
const e = new gitlab.Environment("e", { ...shop, name: "e", onDestroy: "delete", clusterAgentId: ${agent},
  externalUrl: s(c.externalUrl), description: s(c.description),
  kubernetesNamespace: s(c.kubernetesNamespace), fluxResourcePath: s(c.fluxResourcePath) });
new gitlab.GroupProtectedEnvironment("g", { group: "acme", name: "staging",
  deployAccessLevels: s([{ username: "dana" }, { accessLevel: 40 }]),
  approvalRules: [{ groupPath: s("acme/qa"), requiredApprovals: ${turn === "one" ? 1 : 2} }] });
new gitlab.DeploymentApproval("a", { ...shop, deploymentId: ${deployment}, status: "approved", comment: s(c.comment) });
new gitlab.Pipeline("p", { ...shop, ref: "main", name: s(c.name), inputs: s({ a: c.input, b: [c.input] }),
  variables: [{ key: "A", value: s(c.variable) }, { key: "F", value: s(c.file), variableType: "file" }],
  triggers: [s(c.trigger)], onDestroy: "delete" });
new gitlab.ReviewAppCleanup("r", { ...shop, triggers: { a: s(c.trigger) } });
new gitlab.StaleEnvironmentsStop("st", { ...shop, before: s("2020-02-02"), triggers: [s(c.trigger)] });
exports.url = e.externalUrl; exports.namespace = e.kubernetesNamespace;
`;

const html = (text: string): string => text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
/** As GitLab and proxies quote what they refuse, in whole and in parts. */
const echo = (turn: "one" | "two", names: readonly Name[], parts: string): object => ({
  message: {
    parts: [parts],
    base: names.flatMap((name) => {
      const text = canaries(turn)[name];
      return [text, html(text), encodeURIComponent(text), [...text].join("\u200b"), JSON.stringify(text)];
    }),
  },
});
const ENVIRONMENT = ["externalUrl", "description", "kubernetesNamespace", "fluxResourcePath"] as const;
const echoes = (turn: "one" | "two") =>
  [
    [
      /shop\/environments(\/\d+)?(\?|$)/,
      echo(
        turn,
        ENVIRONMENT,
        "cnry-host-7b.example, deploy:cnry-url-5f3a9, 'cnry-path-1c9e44' and key=cnry-key-22 are refused",
      ),
    ],
    [/approval/, echo(turn, ["comment"], "")],
    [/pipeline/, echo(turn, ["variable", "file", "input", "name"], "file: cnryMIIEvQ1BADANBg")],
  ] as const;

onCli(
  "no secret of a program is in clear in any output, log line or state, whatever GitLab echoes",
  async () => {
    const {
      gitlab,
      program: file,
      stack,
    } = await CliBench.open({ env: { PULUMI_CONTINUE_ON_ERROR: "true" } });
    const { world } = gitlab;
    world.protect(
      "acme/shop",
      "guarded",
      [{ role: "maintainer" }],
      [{ role: "maintainer", requiredApprovals: 2 }],
    );
    const { id } = world.blockDeployment("acme/shop", { environment: "guarded", user: "dana" });
    const agent = world.addAgent("acme/shop", "agent");
    const write = (turn: "one" | "two"): void => file.write(program(turn, agent.id, id));
    const clear = async (what: string, result: Result): Promise<void> => {
      expect([what, hits(result.text)]).toEqual([what, []]);
      const state = JSON.stringify(await stack.exportState());
      expect([what, hits(state)]).toEqual([what, []]);
      // Names of people and groups stand in lines about access rules; what is declared of them is kept in secret.
      expect([what, state.includes('"dana"'), state.includes("acme/qa")]).toEqual([what, false, false]);
    };
    const refused = async (
      turn: "one" | "two",
      method: string,
      status: number,
      run: () => Promise<Result>,
    ) => {
      for (const [path, body] of echoes(turn)) gitlab.fault({ method, path, status, body });
      const result = await run();
      gitlab.clearFaults();
      expect([method, result.ok]).toEqual([method, false]);
      expect(result.text).toContain("[part of externalUrl]");
      await clear(method, result);
    };

    write("one");
    await clear("preview", (await stack.preview({ diff: true })).orThrow());
    await refused("one", "POST", 400, () => stack.up({ diff: true }));
    await clear("up", (await stack.up({ diff: true })).orThrow());
    write("two");
    await clear("preview of changes", (await stack.preview({ diff: true })).orThrow());
    await refused("two", "PUT", 422, () => stack.up({ diff: true }));
    await refused("one", "GET", 403, () => stack.refresh({ diff: true }));
    const verbose = await run(
      stack.commandLine("up", "--yes", "--skip-preview", "-v=9", "--logtostderr", "--logflow"),
    );
    expect(verbose).toContain("Duration:");
    // The SDK's own log of what the program registered: SECURITY.md says so.
    expect(hits(verbose).filter((line) => !line.includes("RegisterResource RPC"))).toEqual([]);
    expect(verbose).not.toContain(gitlab.token);
    await clear("refresh", (await stack.refresh({ diff: true })).orThrow());
    await refused("two", "DELETE", 403, () => stack.destroy());

    await clear("destroy", (await stack.destroy()).orThrow());
  },
);

/** Lines that have one in clear. */
function hits(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => HIDDEN.test(line.replaceAll("\u200b", "")))
    .map((line) => line.slice(0, 300));
}

function run({ command, args, cwd, env }: ReturnType<CliBench["stack"]["commandLine"]>): Promise<string> {
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  return new Promise((resolve) => child.once("close", () => resolve(text)));
}
