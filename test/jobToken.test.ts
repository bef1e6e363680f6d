import { describe, expect, it } from "vitest";

import { declare, startGitLab, TestStack } from "./support/stack";

/** A CI job of acme/shop that has nothing but what GitLab gives every job. */
async function startJob() {
  const gitlab = await startGitLab();
  const token = gitlab.addToken({ user: "dana", kind: "job", jobProject: "acme/shop" });
  const stack = await TestStack.create(gitlab, {
    env: {
      GITLAB_TOKEN: undefined,
      GITLAB_BASE_URL: undefined,
      CI_JOB_TOKEN: token,
      CI_API_V4_URL: `${gitlab.url}/api/v4`,
    },
  });
  return { gitlab, stack };
}

const environment = declare("Environment", "e", { project: "acme/shop", name: "e" });
const deployment = declare(
  "Deployment",
  "d",
  { project: "acme/shop", environment: "e", sha: "main", ref: "main", status: "success" },
  "{ dependsOn: [e] }",
);

describe("with nothing but a CI job token", () => {
  it("environments and deployments are made, read and removed", async () => {
    const { gitlab, stack } = await startJob();
    (await stack.up(environment + deployment)).orThrow();
    (await stack.refresh()).orThrow();
    gitlab.world.removeEnvironment("acme/shop", "e");
    // The job token may not look at the project; that its list of environments answers is proof enough.
    (await stack.refresh()).orThrow();
    expect(await stack.stored("e")).toBeUndefined();
    expect(gitlab.requests.every(({ status }) => status !== 401)).toBe(true);
  });

  it.each([
    [
      "GroupProtectedEnvironment",
      { group: "acme", name: "production", deployAccessLevels: [{ accessLevel: 40 }] },
    ],
    [
      "ProjectProtectedEnvironment",
      { project: "acme/shop", name: "e", deployAccessLevels: [{ accessLevel: 40 }] },
    ],
    ["Pipeline", { project: "acme/shop", ref: "main" }],
  ])("%s says which token it needs, at its first request and not in preview", async (kind, args) => {
    const { stack } = await startJob();
    const program = declare(kind, "r", args);
    (await stack.preview(program)).orThrow();
    const failed = await stack.up(program);
    expect(failed.log).toEqual([]);
    expect(failed.errors.join()).toMatch(/CI_JOB_TOKEN.*GITLAB_TOKEN/s);
  });

  it("a preview needs no token at all", async () => {
    const gitlab = await startGitLab();
    const none = { GITLAB_TOKEN: undefined, GITLAB_BASE_URL: undefined };
    const stack = await TestStack.create(gitlab, { env: none });
    (await stack.preview(environment + deployment)).orThrow();
    const failed = await stack.up(environment);
    expect(failed.errors.join()).toContain("Set GITLAB_TOKEN");
    expect(failed.log).toEqual([]);
  });
});
