import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { ROOT } from "./support/root";

/** With ids as Pulumi's documentation makes them up: https://www.pulumi.com/docs/iac/concepts/testing/unit/ */
const script = (door: string) => `
const pulumi = require(${JSON.stringify(join(ROOT, "node_modules/@pulumi/pulumi"))});
const registered = [];
pulumi.runtime.setMocks({
  newResource: (args) => {
    registered.push(args.type);
    return { id: args.name + "_id", state: args.inputs };
  },
  call: (args) => args.inputs,
});
const gitlab = require(${JSON.stringify(join(ROOT, `dist/provider/${door}.js`))});
const project = "acme/shop";
const levels = { name: "production", deployAccessLevels: [{ accessLevel: 40 }] };
const made = [
  new gitlab.Environment("e", { project, name: "production" }),
  new gitlab.GroupProtectedEnvironment("g", { group: "acme", ...levels }),
  new gitlab.ProjectProtectedEnvironment("p", { project, ...levels }),
  new gitlab.Deployment("d", { project, environment: "production", sha: "main", ref: "main", status: "running" }),
  new gitlab.DeploymentApproval("a", { project, deploymentId: 1, status: "approved" }),
  new gitlab.Pipeline("l", { project, ref: "main" }),
  new gitlab.ReviewAppCleanup("r", { project }),
  new gitlab.StaleEnvironmentsStop("s", { project, before: "2020-01-01" }),
];
const [e, g] = made;
pulumi.all([e.name, e.environmentId, g.deployAccessLevels]).apply((seen) => {
  const classes = [gitlab.Environment, gitlab.GroupProtectedEnvironment, gitlab.ProjectProtectedEnvironment, gitlab.Deployment,
    gitlab.DeploymentApproval, gitlab.Pipeline, gitlab.ReviewAppCleanup, gitlab.StaleEnvironmentsStop];
  const types = classes.map((each) => each.__pulumiType);
  const recognised = classes.map((each) => types.filter((type) => each.isInstance({ __pulumiType: type })));
  console.log(JSON.stringify({ seen, registered: registered.sort(), types, recognised, own: classes.map((each, i) => each.isInstance(made[i])) }));
});
`;

const DOORS = [
  { door: "index", types: "pulumi-nodejs:dynamic/gitlab:" },
  { door: "native", types: "gitlab-cd:index:" },
];

it.each(DOORS)(
  "works with Pulumi's mocks from a folder that does not have the package, and policy packs know each class of $door by its type",
  ({ door, types }) => {
    const elsewhere = mkdtempSync(join(tmpdir(), "mocks-"));
    onTestFinished(() => rmSync(elsewhere, { recursive: true, force: true }));
    const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", script(door)], {
      cwd: elsewhere,
      encoding: "utf8",
    });
    expect(status, stderr).toBe(0);
    const said = JSON.parse(stdout) as Record<"types" | "registered", string[]> & {
      seen: unknown[];
      recognised: string[][];
      own: boolean[];
    };
    expect(said.seen).toEqual(["production", null, [{ accessLevel: 40 }]]);
    expect(said.types).toHaveLength(8);
    expect(said.types.every((type) => type.startsWith(types))).toBe(true);
    expect([...said.types].sort()).toEqual(said.registered);
    expect(said.recognised).toEqual(said.types.map((type) => [type]));
    expect(said.own).toEqual(said.types.map(() => true));
  },
);
