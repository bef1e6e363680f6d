import { expect, it } from "vitest";

import { ProviderStack, type Declared } from "../support/providerStack";
import { startGitLab } from "../support/stack";
import { asked, environment, LONG_MS, operation } from "./operation";

const deployment: Declared = {
  name: "d",
  kind: "deployment",
  props: {
    project: "acme/shop",
    environment: "production",
    sha: "0".repeat(40),
    ref: "main",
    status: "running",
  },
};
const pipeline: Declared = { name: "p", kind: "pipeline", props: { project: "acme/shop", ref: "main" } };

it.each([
  [
    "archived",
    (world: World) => world.archiveProject("acme/shop"),
    /project acme\/shop is archived.*unarchive it/,
  ],
  [
    "without CI/CD",
    (world: World) => world.switchOff("acme/shop", "ci"),
    /CI\/CD is switched off in acme\/shop|Switch CI\/CD on in the project/,
  ],
] as const)(
  "a project %s says so itself in place of what it might be, once asked for all",
  async (_, change, cause) => {
    const gitlab = await startGitLab();
    change(gitlab.world);
    const all = [environment({}), deployment, pipeline];
    const { errors } = await operation({ gitlab }, (process) => new ProviderStack("gitlab").up(process, all));
    expect(errors).toHaveLength(3);
    for (const error of errors) {
      expect(error).toMatch(cause);
      expect(error).not.toContain("An archived project, and one");
    }
    expect(asked(gitlab).filter((line) => line.startsWith("GET /projects/acme/shop "))).toHaveLength(1);
  },
  LONG_MS,
);

it(
  "a 403 where nothing is archived or switched off speaks of the role alone",
  async () => {
    const gitlab = await startGitLab();
    const connection = { url: gitlab.url, token: gitlab.tokenFor("rita") };
    const { errors } = await operation({ gitlab: connection }, (process) =>
      new ProviderStack("gitlab").up(process, [environment({})]),
    );
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(
      /^environment production: POST .*403 Forbidden\. That takes the Developer role/,
    );
    expect(errors[0]).not.toMatch(/archived|switched off/);
  },
  LONG_MS,
);

it(
  "errors name the object as people know it, beside the id",
  async () => {
    const gitlab = await startGitLab();
    const sha = gitlab.world.project("acme/shop").branches.get("main") ?? "";
    const all = [
      environment({ externalUrl: "https://one.example" }),
      { ...deployment, props: { ...deployment.props, environment: "staging", sha } },
      { ...pipeline, props: { ...pipeline.props, name: "One" } },
    ];
    const stack = new ProviderStack("gitlab");
    await operation({ gitlab }, (process) => stack.up(process, all));
    gitlab.fault({ method: "PUT", status: 422, body: { message: "no" } });
    const changed = [
      environment({ externalUrl: "https://two.example" }),
      { ...all[1]!, props: { ...all[1]!.props, status: "success" } },
      { ...all[2]!, props: { ...all[2]!.props, name: "Two" } },
    ];
    const updated = await operation({ gitlab }, (process) => stack.up(process, changed));
    const labels = updated.errors.map((error) => error.replace(/: .*/s, "").replace(/:\d+/, ":7"));
    expect(labels).toEqual([
      "acme/shop:7 (environment production)",
      "acme/shop:7 (deployment to staging)",
      "acme/shop:7 (pipeline for main)",
    ]);
    gitlab.fault({ method: "GET", status: 422, body: { message: "no" } });
    const refreshed = await operation({ gitlab }, (process) => stack.refresh(process));
    expect(refreshed.errors.join("\n")).toContain("acme/shop:1 (environment production): GET ");
  },
  LONG_MS,
);

it(
  "errors of a decision name its deployment, and those of an action what it does and where",
  async () => {
    const gitlab = await startGitLab();
    const { world } = gitlab;
    world.protect(
      "acme/shop",
      "eu/live",
      [{ role: "maintainer" }],
      [{ role: "maintainer", requiredApprovals: 2 }],
    );
    const { id } = world.blockDeployment("acme/shop", { environment: "eu/live", user: "dana" });
    const project = "acme/shop";
    const before = new Date(Date.now() - 30 * 86_400_000).toISOString();
    const approval = (status: string): Declared => ({
      name: "a",
      kind: "deploymentApproval",
      props: { project, deploymentId: id, status },
    });
    const actions: Declared[] = [
      { name: "c", kind: "reviewAppCleanup", props: { project } },
      { name: "s", kind: "staleEnvironmentsStop", props: { project, before } },
    ];
    const stack = new ProviderStack("gitlab");
    const labels = async (all: Declared[]) => {
      const { errors } = await operation({ gitlab }, (process) => stack.up(process, all));
      return errors.map((error) => error.replace(/(POST|DELETE) .*/s, "$1"));
    };
    gitlab.fault({ status: 403, body: { message: "403 Forbidden" }, method: "POST" });
    gitlab.fault({ status: 403, body: { message: "403 Forbidden" }, method: "DELETE" });
    expect(await labels([approval("approved"), ...actions])).toEqual([
      `decision on deployment ${id}: POST`,
      "clean-up of review apps in acme/shop: DELETE",
      "stop of stale environments in acme/shop: POST",
    ]);
    gitlab.clearFaults();
    expect(await labels([approval("approved")])).toEqual([]);
    gitlab.fault({ status: 403, body: { message: "403 Forbidden" }, method: "POST" });
    expect(await labels([approval("rejected")])).toEqual([
      expect.stringMatching(new RegExp(`^acme/shop:${id}:\\d+ \\(decision on deployment ${id}\\): POST$`)),
    ]);
    // A refusal that is looked into names the environment, which the declaration does not have.
    gitlab.clearFaults();
    const own = { gitlab: { url: gitlab.url, token: gitlab.tokenFor("dana") } };
    const refused = await operation(own, (process) =>
      new ProviderStack("gitlab").up(process, [approval("approved")]),
    );
    expect(refused.errors.join()).toContain(`cannot approve the deployment ${id} to eu/live in acme/shop: `);
  },
  LONG_MS,
);

type World = Awaited<ReturnType<typeof startGitLab>>["world"];
