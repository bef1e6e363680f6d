import { afterAll, beforeAll, expect, it } from "vitest";

import { Emulator } from "../../testing/emulator";
import { OfflineStack } from "../../testing/engine";
import { TestProgram } from "../support/program";

const LONG_MS = 900_000;
const HIDDEN = "sesame-open-up";

let gitlab: Emulator;
let program: TestProgram;
let pipelineId: number;

beforeAll(async () => {
  gitlab = await Emulator.start();
  program = new TestProgram("");
  const answer = await gitlab.api("POST", "/projects/acme%2Fshop/pipeline", {
    ref: "main",
    variables: [{ key: "DOOR", value: HIDDEN }],
  });
  pipelineId = (answer.body as { id: number }).id;
});
afterAll(async () => {
  program.remove();
  await gitlab.stop();
});

/** One preview and one `up` of a program of its own. */
async function run(body: string, options: Partial<Parameters<typeof OfflineStack.create>[0]> = {}) {
  program.write(body);
  const stack = await OfflineStack.create({ program: program.folder, emulator: gitlab, ...options });
  try {
    const preview = await stack.preview();
    return { preview, up: await stack.up(), state: JSON.stringify(await stack.exportState()) };
  } finally {
    await stack.dispose();
  }
}

it(
  "keeps pipeline variables secret: in clear neither in state nor in output",
  async () => {
    const { up, state } = await run(
      `exports.door = gitlab.getPipelineVariablesOutput({ project: "acme/shop", pipelineId: ${pipelineId} }).apply((all) => all[0].value);`,
    );
    const result = up.orThrow();
    expect(result.outputs["door"]).toBeDefined();
    expect(state).not.toContain(HIDDEN);
    expect(result.text).not.toContain(HIDDEN);
  },
  LONG_MS,
);

it(
  "asks nothing in a preview while an argument is not known yet, and depends on the resource it comes from",
  async () => {
    gitlab.clearRequests();
    const { preview, up } = await run(`
      const made = new gitlab.Environment("made", { project: "acme/shop", name: "staging" });
      exports.tier = gitlab.getEnvironmentOutput({ project: "acme/shop", environmentId: made.environmentId }).tier;
    `);
    expect(preview.orThrow().requests).toEqual([]);
    expect(up.orThrow().outputs["tier"]).toBe("staging");
  },
  LONG_MS,
);

it(
  "reads base URL and secret token from the configuration, and refuses a token in clear",
  async () => {
    const body = `exports.count = gitlab.getEnvironments({ project: "acme/shop", connection: "other" }).then((all) => all.length);`;
    const config = { "other:baseUrl": gitlab.url, "other:token": { value: gitlab.token, secret: true } };
    const { up } = await run(body, { config, env: { GITLAB_TOKEN: undefined, GITLAB_BASE_URL: undefined } });
    expect(up.orThrow().outputs["count"]).toBe(1);
    expect(up.text).not.toMatch(/secret|warning/i);
    const plain = await run(body, { config: { ...config, "other:token": gitlab.token } });
    expect(plain.preview.errors.join()).toContain("pulumi config set --secret other:token");
    expect(plain.preview.text).not.toContain(gitlab.token);
  },
  LONG_MS,
);

it(
  "says a wrong filter and GitLab's refusal in a sentence, without a stack",
  async () => {
    const wrong = await run(`gitlab.getEnvironments({ project: "acme/shop", search: "ab" });`);
    expect(wrong.preview.errors).toEqual(["getEnvironments: search must have at least 3 characters."]);
    const refused = await run(`gitlab.getDeployment({ project: "acme/shop", deploymentId: 9999 });`);
    expect(refused.preview.errors).toHaveLength(1);
    expect(refused.preview.errors[0]).toMatch(/404/);
    expect(refused.preview.errors[0]).not.toMatch(/unhandled|\n\s+at /);
  },
  LONG_MS,
);
