import type { World } from "../../testing/emulator";
import type { Declared } from "../support/providerStack";

const shop = { project: "acme/shop" };

/** One of each kind that lives on, as it is declared first and then. `adopt` goes to those that fail without it. */
export function mixedStack(world: World, changed: boolean, adopt = false): Declared[] {
  const adopted = adopt ? { adopt: true } : {};
  const maintainers = { accessLevel: 40 };
  return [
    {
      name: "group",
      kind: "groupProtectedEnvironment",
      props: {
        group: "acme",
        name: "production",
        deployAccessLevels: changed ? [maintainers, { username: "dana" }] : [maintainers],
        approvalRules: changed ? [{ groupPath: "acme/qa" }] : [{ ...maintainers, requiredApprovals: 2 }],
        ...adopted,
      },
    },
    {
      name: "project",
      kind: "projectProtectedEnvironment",
      props: {
        ...shop,
        name: "production",
        deployAccessLevels: [maintainers],
        approvalRules: changed ? [maintainers] : [{ ...maintainers, requiredApprovals: 2 }],
        ...adopted,
      },
    },
    {
      name: "environment",
      kind: "environment",
      props: {
        ...shop,
        name: "review/one",
        description: changed ? "two" : "one",
        onDestroy: "delete",
        ...adopted,
      },
    },
    {
      name: "deployment",
      kind: "deployment",
      props: {
        ...shop,
        environment: "review/one",
        sha: world.project("acme/shop").branches.get("main") ?? "",
        ref: "main",
        status: changed ? "failed" : "running",
        onDestroy: "delete",
        adopt: true,
      },
    },
    {
      name: "pipeline",
      kind: "pipeline",
      props: {
        ...shop,
        ref: "main",
        name: changed ? "two" : "one",
        waitFor: "finished",
        onDestroy: "delete",
      },
    },
  ];
}

/** A program that declares the same. */
export function asProgram(declared: readonly Declared[]): string {
  const made = declared.map(({ name, kind, props }) => [
    kind.charAt(0).toUpperCase() + kind.slice(1),
    name,
    props,
  ]);
  return `let last; for (const [kind, name, props] of ${JSON.stringify(made)})
    last = new gitlab[kind](name, props, last ? { dependsOn: [last] } : {});`;
}
