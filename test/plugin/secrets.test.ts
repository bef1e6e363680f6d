import { expect, it } from "vitest";

import { PluginBench } from "./bench";
import type { Refusal } from "./pluginClient";

const PASSWORD = "hunter2-is-no-password";
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const secret = (value: unknown) => ({ [SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270", value });

it("takes secrets that come wrapped, and answers in clear: the engine marks what it knows to be one", async () => {
  const { gitlab, plugin } = await PluginBench.start();
  const args = {
    project: "acme/shop",
    ref: "main",
    variables: [{ key: "PASSWORD", value: secret(PASSWORD) }],
  };
  const { inputs, failures } = await plugin.check("Pipeline", args);
  expect(failures).toEqual([]);
  expect(inputs["variables"]).toEqual([{ key: "PASSWORD", value: PASSWORD }]);
  const { outs } = await plugin.create("Pipeline", inputs);
  expect(outs["variables"]).toEqual(inputs["variables"]);
  expect(gitlab.requests[0]?.body).toMatchObject({ variables: [{ key: "PASSWORD", value: PASSWORD }] });
});

it("says neither the token nor what may be secret, even where GitLab says it", async () => {
  const { gitlab, plugin } = await PluginBench.start();
  gitlab.fault({ method: "POST", status: 400, body: { message: `no ${PASSWORD} for ${gitlab.token}` } });
  const args = { project: "acme/shop", ref: "main", variables: [{ key: "PASSWORD", value: PASSWORD }] };
  const { inputs } = await plugin.check("Pipeline", args);
  const { details } = await plugin.create("Pipeline", inputs).then(
    () => expect.fail("it was made"),
    (refusal: Refusal) => refusal,
  );
  expect(details).toContain("no [value of PASSWORD] for [redacted]");
  const said = details + plugin.lines.map(({ message }) => message).join();
  expect([said.includes(PASSWORD), said.includes(gitlab.token)]).toEqual([false, false]);
});

it("marks the values of a pipeline's variables as secret where a function answers them", async () => {
  const { plugin } = await PluginBench.start();
  const variables = [{ key: "PASSWORD", value: PASSWORD }];
  const { inputs } = await plugin.check("Pipeline", { project: "acme/shop", ref: "main", variables });
  await plugin.create("Pipeline", inputs);
  const answer = await plugin.invoke("getPipelineVariables", { project: "acme/shop", pipelineId: 1 });
  const [held] = Object.values(answer) as [Record<string, unknown>];
  expect(held[SIGNATURE]).toBe("1b47061264138c4ac30d75fd1eb44270");
  expect(JSON.stringify(held["value"])).toContain(PASSWORD);
});

it("refuses an asset by name, before anything is asked", async () => {
  const { gitlab, plugin } = await PluginBench.start();
  const asset = { [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", text: "x" };
  await expect(
    plugin.check("Environment", { project: "acme/shop", name: "production", description: asset }),
  ).rejects.toThrow("description is an asset that this provider does not take.");
  expect(gitlab.requests).toEqual([]);
});
