import { describe, expect, it } from "vitest";

import { UNKNOWN } from "../provider/fields/unknowns";
import { startProvider } from "./support/provider";
import { declare, startGitLab, TestStack } from "./support/stack";

const base = { project: "acme/shop", name: "production" };
const environment = (args: object = {}, opts?: string) =>
  declare("Environment", "production", { ...base, ...args }, opts);

describe("Environment: get, unknowns and dependents", () => {
  it("reads an existing one by its id alone", async () => {
    const gitlab = await startGitLab();
    gitlab.world.addEnvironment("acme/shop", "production", { external_url: "https://shop.example.com" });
    const stack = await TestStack.create(gitlab);
    const got = await stack.up(
      `const e = gitlab.Environment.get("e", "acme/shop:1"); exports.all = [e.project, e.name, e.slug, e.tier, e.externalUrl, e.environmentId];`,
    );
    expect(got.orThrow().outputs).toEqual({
      all: ["acme/shop", "production", "production", "production", "https://shop.example.com", 1],
    });
    expect(got.log).toEqual(["GET /projects/acme/shop/environments/1 200"]);
  });

  it("leaves dependents on the number unchanged in the preview of an update", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    const program = (description: string) =>
      environment({ description }) +
      `new gitlab.Environment("second", { project: "acme/api", name: pulumi.interpolate\`mirror-of-\${production.environmentId}\`, description: production.slug });`;
    (await stack.up(program("one"))).orThrow();
    const preview = (await stack.preview(program("two"))).orThrow();
    expect(preview.changes).toEqual({ same: 2, update: 1 });
  });
});

describe("Environment: bad input, before any request", () => {
  const cases: [string, object, string][] = [
    ["name", { name: "/x" }, "name can contain only letters"],
    ["long", { name: "x".repeat(256) }, "name is too long: 256 characters, GitLab takes 255"],
    ["missing", { name: undefined }, "name is required"],
    ["bare", { project: "shop" }, "project must be an id or a full path with its group, such as acme/shop"],
    ["zero", { project: 0 }, "project must be a positive id"],
    ["scheme", { externalUrl: "javascript:alert(1)" }, "externalUrl must be an address"],
    [
      "tier",
      { tier: "prod" },
      'tier must be one of production, staging, testing, development, other, got "prod"',
    ],
    ["agent", { clusterAgentId: 1.5 }, "clusterAgentId must be a whole number"],
    [
      "namespace",
      { kubernetesNamespace: "shop" },
      "kubernetesNamespace cannot be set without clusterAgentId",
    ],
    [
      "flux",
      { clusterAgentId: 1, fluxResourcePath: "x" },
      "fluxResourcePath cannot be set without kubernetesNamespace",
    ],
    [
      "letters",
      { clusterAgentId: 1, kubernetesNamespace: "Shop" },
      "kubernetesNamespace can contain only a-z",
    ],
    ["setting", { autoStopSetting: "never" }, "autoStopSetting must be one of always, with_action"],
    ["destroy", { onDestroy: "keep" }, "onDestroy must be one of delete-if-unused, delete, stop, retain"],
    ["wait", { stopTimeoutSeconds: 0 }, "stopTimeoutSeconds must be at least 1"],
    ["misspelt", { externalURL: "x" }, "externalURL is not an argument; did you mean externalUrl?"],
    ["connection", { connection: "a b" }, "connection must be the name of a connection"],
  ];

  it("is refused, each with one sentence that names the property", async () => {
    const check = await startProvider("environment");
    for (const [name, args, sentence] of cases) {
      const said = (await check({ ...base, ...args })).failures.map(({ reason }) => reason);
      expect(said, name).toEqual([expect.stringContaining(sentence)]);
    }
  });

  it("passes unknowns at any place", async () => {
    const check = await startProvider("environment");
    const unknown = Object.fromEntries(
      ["project", "name", "externalUrl", "tier", "clusterAgentId", "kubernetesNamespace"].map((key) => [
        key,
        UNKNOWN,
      ]),
    );
    const checked = await check(unknown);
    expect(checked).toEqual({ inputs: { ...unknown, slug: UNKNOWN }, failures: [] });
  });

  it("stops the preview with all that is wrong with a resource, before any request", async () => {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    const preview = await stack.preview(environment({ name: "/x", tier: "prod" }));
    expect(preview.ok).toBe(false);
    expect(preview.log).toEqual([]);
    expect(preview.errors.slice(0, 2)).toEqual([
      expect.stringMatching(/resource 'production' has a problem: name can contain/),
      expect.stringMatching(/resource 'production' has a problem: tier must be one of/),
    ]);
  });
});
