import { appendFileSync } from "node:fs";
import { join } from "node:path";

import { expect, onTestFinished } from "vitest";

import { Emulator } from "../../testing/emulator";
import { CliStack } from "../../testing/engine";
import { onCli } from "../real-cli/cli";
import { TestProgram } from "../support/program";
import { ROOT } from "../support/root";

const PLUGIN = join(ROOT, "plugin");

/** A program in Node.js on the real CLI, with `native` in scope. */
async function open(body: (gitlab: Emulator) => string) {
  const gitlab = await Emulator.start();
  const program = new TestProgram("");
  appendFileSync(
    join(program.folder, "Pulumi.yaml"),
    `plugins:\n  providers:\n    - name: gitlab-cd\n      path: ${PLUGIN}\n`,
  );
  const write = (text: string) =>
    program.write(`const native = require("pulumi-gitlab-cd/native");\n${text}`);
  write(body(gitlab));
  const stack = await CliStack.create({
    program: program.folder,
    emulator: gitlab,
    settings: { plugins: { providers: [{ name: "gitlab-cd", path: PLUGIN }] } },
  });
  onTestFinished(async () => {
    await stack.dispose();
    program.remove();
    await gitlab.stop();
  });
  const asked = () => gitlab.requests.map(({ method, path }) => `${method} ${path.replace("/api/v4", "")}`);
  return { gitlab, stack, write, asked };
}

const ENVIRONMENTS = "/projects/acme%2Fshop/environments";

onCli(
  "classes and data functions of the native door: known in previews, unchanged afterwards, secrets kept",
  async () => {
    const { gitlab, stack, asked } = await open(
      () => `
    const made = new native.Environment("made", {
      project: "acme/shop", name: "production", description: pulumi.secret("sesame-open-up"),
    });
    exports.number = made.environmentId;
    exports.slug = made.slug;
    exports.tier = native.getEnvironmentOutput({ project: "acme/shop", environmentId: made.environmentId }).tier;
    exports.count = native.getPipelines({ project: "acme/shop" }).then((all) => all.length);
    exports.kind = [native.Environment.isInstance(made), made.__pulumiType];`,
    );
    gitlab.clearRequests();
    const preview = (await stack.preview()).orThrow();
    expect(asked()).toEqual(["GET /projects/acme%2Fshop/pipelines"]);
    expect(preview.outputs["slug"]).toBe("production");
    gitlab.clearRequests();
    const up = (await stack.up()).orThrow();
    expect(up.outputs).toEqual({
      number: 1,
      slug: "production",
      tier: "production",
      count: 0,
      kind: [true, "gitlab-cd:index:Environment"],
    });
    expect(asked().sort()).toEqual(
      [`GET ${ENVIRONMENTS}/1`, "GET /projects/acme%2Fshop/pipelines", `POST ${ENVIRONMENTS}`].sort(),
    );
    expect(JSON.stringify(await stack.exportState())).not.toContain("sesame-open-up");
    const again = (await stack.preview()).orThrow();
    expect(again.steps.filter(({ op }) => op !== "same")).toEqual([]);
    expect(again.outputs["number"]).toBe(1);
  },
);

onCli(
  "a provider of its own: its address and token, secret in state, for resources and functions that name it",
  async () => {
    const { gitlab, stack, asked } = await open(
      ({ url, token }) => `
    const other = new native.Provider("other", { baseUrl: "${url}", token: "${token}", maxRequests: 2 });
    const made = new native.Environment("made", { project: "acme/shop", name: "staging" }, { provider: other });
    exports.names = native.getEnvironmentsOutput({ project: made.project }, { provider: other }).apply((all) => all.map(({ name }) => name));
    exports.own = native.Provider.isInstance(other);`,
    );
    gitlab.clearRequests();
    const up = (await stack.up()).orThrow();
    expect(up.outputs).toEqual({ names: ["staging"], own: true });
    expect(asked()).toEqual([`POST ${ENVIRONMENTS}`, `GET ${ENVIRONMENTS}`]);
    expect(JSON.stringify(await stack.exportState())).not.toContain(gitlab.token);
    expect(up.text).not.toContain(gitlab.token);
  },
);

onCli("pipeline variables are secret, and what is wrong is said in a sentence", async () => {
  const { gitlab, stack, write } = await open(() => "");
  const answer = await gitlab.api("POST", "/projects/acme%2Fshop/pipeline", {
    ref: "main",
    variables: [{ key: "DOOR", value: "sesame-open-up" }],
  });
  write(
    `exports.door = native.getPipelineVariablesOutput({ project: "acme/shop", pipelineId: ${(answer.body as { id: number }).id} }).apply((all) => all[0].value);`,
  );
  const up = (await stack.up()).orThrow();
  expect(up.outputs["door"]).toBe("sesame-open-up");
  expect(JSON.stringify(await stack.exportState())).not.toContain("sesame-open-up");
  expect(up.text).not.toContain("sesame-open-up");

  gitlab.clearRequests();
  for (const form of ["getEnvironments", "getEnvironmentsOutput"]) {
    write(`native.${form}({ project: "acme/shop", search: "ab" });`);
    const { errors } = await stack.preview();
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain("getEnvironments: search must have at least 3 characters.");
    expect(errors[0]).not.toMatch(/unhandled|\n\s+at /);
  }
  expect(gitlab.requests).toEqual([]);
});

onCli("the alias for the other door's type is kept in no state", async () => {
  const { stack } = await open(
    () => `
    new gitlab.Environment("dynamic", { project: "acme/shop", name: "production" });
    new native.Environment("native", { project: "acme/shop", name: "staging" });`,
  );
  (await stack.up()).orThrow();
  const { deployment } = await stack.exportState();
  const types = (deployment.resources ?? []).map(({ type }) => type);
  expect(types).toEqual(
    expect.arrayContaining(["pulumi-nodejs:dynamic/gitlab:Environment", "gitlab-cd:index:Environment"]),
  );
  expect((deployment.resources ?? []).filter((resource) => "aliases" in resource)).toEqual([]);
});
