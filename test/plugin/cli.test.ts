import { spawn } from "node:child_process";

import { expect } from "vitest";

import { onCli } from "../real-cli/cli";
import { YamlBench } from "./yamlBench";

const environment = (name: string, more: object = {}) => ({
  type: "gitlab-cd:Environment",
  properties: { project: "acme/shop", name, ...more },
});

onCli(
  "leaves unchanged in previews what depends on outputs that cannot change, and asks nothing",
  async () => {
    const program = (externalUrl: string) => ({
      resources: {
        production: environment("production", { externalUrl }),
        time: environment("time", { description: "since ${production.createdAt}" }),
        number: environment("number", { description: "beside ${production.environmentId}" }),
        state: environment("state", { description: "it is ${production.state}" }),
      },
    });
    const { gitlab, stack, ...bench } = await open(program("https://a.example.com"));
    (await stack.up()).orThrow();
    bench.write(program("https://b.example.com"));
    const preview = (await stack.preview()).orThrow();
    // The server may have changed the state since.
    expect(preview.changes).toEqual({ same: 3, update: 2 });
    expect(preview.requests).toEqual([]);
    const up = (await stack.up()).orThrow();
    expect(up.changes).toEqual({ same: 4, update: 1 });
    expect(gitlab.world.environment("acme/shop", "production")).toHaveProperty(
      "externalUrl",
      "https://b.example.com",
    );
  },
);

onCli(
  "Ctrl-C ends the wait for a pipeline, which is canceled and kept, also with two providers",
  async () => {
    const { gitlab, stack, write } = await open();
    gitlab.world.setPipelineOutcome("acme/shop", { status: "running" });
    const token = gitlab.addToken({ user: "dana" });
    write({
      resources: {
        bot: { type: "pulumi:providers:gitlab-cd", properties: { baseUrl: gitlab.url, token } },
        other: { ...environment("other"), options: { provider: "${bot}" } },
        deploy: {
          type: "gitlab-cd:Pipeline",
          properties: { project: "acme/shop", ref: "main", waitFor: "success" },
          options: { dependsOn: ["${other}"] },
        },
      },
    });
    const { command, args, cwd, env } = stack.commandLine("up", "--yes", "--skip-preview");
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    const shown = new Promise<void>((resolve) => {
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (chunk: Buffer) => {
          text += chunk.toString();
          // Progress is shown while it goes on, on the row of its resource.
          if (/Pipeline deploy creating .*acme\/shop:1: running, \d of \d jobs finished/.test(text))
            resolve();
        });
    });
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    await shown;
    child.kill("SIGINT");
    expect(await ended, text).not.toBe(0);
    expect(text).toContain("interrupted while the pipeline was running. It is kept in state, not finished,");
    expect(text).not.toMatch(/exited prematurely|^\s+at /m);
    expect(text).not.toContain(token);
    expect(gitlab.requests.filter(({ path }) => path.endsWith("/pipelines/1/cancel"))).toHaveLength(1);
    const { deployment } = await stack.exportState();
    const kept = deployment.resources?.find(({ urn }) => urn.endsWith("::deploy"));
    expect(kept).toMatchObject({ id: "acme/shop:1", outputs: { pipelineId: 1, __unfinished: "timed-out" } });
    expect(JSON.stringify(deployment)).not.toContain(token);
  },
);

onCli("keeps the token of the configuration in secret, also where it was set in plain text", async () => {
  const env = { GITLAB_TOKEN: "", GITLAB_BASE_URL: "" };
  const { gitlab, stack } = await YamlBench.open(
    { resources: { production: environment("production") } },
    { env },
  );
  const token = gitlab.addToken({ user: "dana" });
  await stack.config.set("gitlab-cd:token", token);
  await stack.config.set("gitlab-cd:baseUrl", gitlab.url);
  const up = (await stack.up()).orThrow();
  expect(gitlab.requests.map(({ user }) => user)).toEqual(["dana"]);
  expect(up.text + JSON.stringify(await stack.exportState())).not.toContain(token);
});

async function open(program = {}) {
  const bench = await YamlBench.open(program);
  return {
    gitlab: bench.gitlab,
    stack: bench.stack,
    write: (next: Parameters<YamlBench["write"]>[0]) => bench.write(next),
  };
}
