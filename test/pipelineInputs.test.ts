import { describe, expect, it } from "vitest";

import { UNKNOWN } from "../provider/fields/unknowns";
import { failuresOf, LONG_MS, SECRET } from "./support/deliveryBench";
import { pipelineBench } from "./support/pipelineBench";
import { providers } from "./support/providers";

const { pipeline } = providers;

describe("Pipeline", () => {
  const bench = pipelineBench();

  it(
    "says why GitLab started none and what to do, without the secret that GitLab quotes",
    async () => {
      const { world } = bench.emulator;
      bench.declare({});
      const refused = async (createError: string) => {
        world.setPipelineOutcome("acme/shop", { createError });
        const { errors, text } = await bench.stack.up();
        expect(text).not.toContain(SECRET);
        return errors.join();
      };
      expect(await refused(`env input: \`${SECRET}\` is not an option`)).toContain(
        "env input: `[value of PASSWORD]` is not an option. Correct `inputs`: their names, types and options",
      );
      expect(await refused("Insufficient permissions to set pipeline variables")).toContain(
        "Remove `variables`, or let the user's role set them",
      );
      expect(await refused("Ref is ambiguous")).toContain("write `refs/heads/…` or `refs/tags/…` in full");
      expect(await refused("jobs:deploy config is wrong")).toContain("Check that the CI/CD configuration");
    },
    LONG_MS,
  );

  it.each([
    [
      {
        variables: [
          { key: "A", value: SECRET },
          { key: "A", value: SECRET },
        ],
      },
      "variables[1].key repeats the key of variables[0]",
    ],
    [{ variables: [{ key: "A-B", value: SECRET }] }, "variables[0].key must be 1–255 letters, digits and _"],
    [
      { variables: [{ key: "A", value: { [SECRET]: 1 } }] },
      "variables[0].value must be a string, not a value of type object",
    ],
    [{ variables: { A: SECRET } }, "variables must be a list of { key, value }"],
    [
      { variables: [{ key: "A", value: SECRET, variableType: "secret" }] },
      "variables[0].variableType must be one of env_var, file",
    ],
    [
      { variables: [{ key: "A", value: SECRET, variable_type: "file" }] },
      "variables[0].variable_type is not an argument",
    ],
    [{ inputs: [SECRET] }, "inputs must be an object of values by input name"],
    [{ waitFor: "forever" }, "waitFor must be one of none, finished, success, manual"],
    [{ name: "x".repeat(256) }, "name is too long: 256 characters, GitLab takes 255"],
  ])("refuses bad input before anything is sent, without its values: case %#", async (args, reason) => {
    const failures = await failuresOf(pipeline, { project: "acme/shop", ref: "main", ...args });
    expect(failures).toContain(reason);
    expect(failures).not.toContain(SECRET);
  });

  it("lets unknowns pass at any depth", async () => {
    const variables = [UNKNOWN, { key: UNKNOWN, value: UNKNOWN }, { key: "A", value: UNKNOWN }];
    const args = {
      project: UNKNOWN,
      ref: UNKNOWN,
      variables,
      inputs: { a: UNKNOWN, b: [UNKNOWN] },
      triggers: [UNKNOWN],
    };
    expect(await failuresOf(pipeline, args)).toBe("");
  });
});
