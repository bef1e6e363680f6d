import type { DynamicName } from "../../provider/dynamic";
import type { Props } from "../../testing/engine/values/values";
import type { World } from "../../testing/emulator";

/** One resource on its way through create, update and delete. */
export interface Scenario {
  readonly name: string;
  readonly kind: DynamicName;
  /** Sets the world up and says what is declared first and then. */
  readonly declare: (world: World) => { readonly before: Props; readonly after?: Props };
  /** A run that lost both its answer and the look for what it did leaves one that the next run can only warn about. */
  readonly startsAgain?: true;
}

const shop = { project: "acme/shop" };
const sha = (world: World): string => world.project("acme/shop").branches.get("main") ?? "";

const protection = {
  deployAccessLevels: [{ accessLevel: 40 }, { groupPath: "acme/release" }],
  approvalRules: [{ accessLevel: 40, requiredApprovals: 2 }, { username: "dana" }],
};
/** A rule for a group comes while one goes and one is lowered, so that the update takes two requests. */
const changed = {
  deployAccessLevels: [{ accessLevel: 40 }, { username: "dana" }],
  approvalRules: [{ groupPath: "acme/qa", requiredApprovals: 2 }, { accessLevel: 40 }],
};

export const scenarios: readonly Scenario[] = [
  {
    name: "Environment",
    kind: "environment",
    declare: () => {
      const named = { ...shop, name: "review/one", onDestroy: "delete" };
      return {
        before: { ...named, externalUrl: "https://one.example.com" },
        after: { ...named, externalUrl: "https://two.example.com", description: "Two" },
      };
    },
  },
  {
    name: "Environment, adopted",
    kind: "environment",
    declare: (world) => {
      world.addEnvironment("acme/shop", "found", { description: "found" });
      return { before: { ...shop, name: "found", description: "taken over", adopt: true } };
    },
  },
  {
    name: "GroupProtectedEnvironment",
    kind: "groupProtectedEnvironment",
    declare: () => {
      const named = { group: "acme", name: "production" };
      return { before: { ...named, ...protection }, after: { ...named, ...changed } };
    },
  },
  {
    name: "GroupProtectedEnvironment, adopted",
    kind: "groupProtectedEnvironment",
    declare: (world) => {
      world.protect("acme", "staging", [{ role: "maintainer" }, { role: "developer" }], [{ user: "dana" }]);
      return { before: { group: "acme", name: "staging", ...changed, adopt: "overwrite" } };
    },
  },
  {
    name: "ProjectProtectedEnvironment",
    kind: "projectProtectedEnvironment",
    declare: () => {
      const named = { ...shop, name: "eu/production" };
      return { before: { ...named, ...protection }, after: { ...named, ...changed } };
    },
  },
  {
    name: "Deployment",
    kind: "deployment",
    declare: (world) => {
      const made = { ...shop, environment: "made", sha: sha(world), ref: "main", onDestroy: "delete" };
      return { before: { ...made, status: "running" }, after: { ...made, status: "failed" } };
    },
  },
  {
    name: "DeploymentApproval",
    kind: "deploymentApproval",
    declare: (world) => {
      world.protect(
        "acme/shop",
        "guarded",
        [{ role: "maintainer" }],
        [{ role: "maintainer", requiredApprovals: 3 }],
      );
      const { id } = world.blockDeployment("acme/shop", { environment: "guarded", user: "dana" });
      const named = { ...shop, deploymentId: id };
      return { before: { ...named, status: "approved" }, after: { ...named, status: "rejected" } };
    },
  },
  {
    name: "Pipeline",
    kind: "pipeline",
    declare: (world) => {
      world.setPipelineOutcome("acme/shop", { readsPerStep: 1000 });
      const named = { ...shop, ref: "main", onDestroy: "cancel" };
      return { before: { ...named, name: "one" }, after: { ...named, name: "two" } };
    },
    startsAgain: true,
  },
  {
    name: "Pipeline of a merge request",
    kind: "pipeline",
    declare: (world) => {
      world.setPipelineOutcome("acme/shop", { readsPerStep: 1000 });
      const { iid } = world.addMergeRequest("acme/shop");
      const named = { ...shop, mergeRequestIid: iid };
      return { before: { ...named, onDestroy: "retain" }, after: { ...named, onDestroy: "delete" } };
    },
    startsAgain: true,
  },
  {
    name: "Pipeline, awaited",
    kind: "pipeline",
    declare: (world) => {
      world.setPipelineOutcome("acme/shop", { readsPerStep: 0 });
      return { before: { ...shop, ref: "main", onDestroy: "delete", waitFor: "finished" } };
    },
    startsAgain: true,
  },
  {
    name: "ReviewAppCleanup",
    kind: "reviewAppCleanup",
    declare: () => ({ before: { ...shop, dryRun: false } }),
  },
  {
    name: "StaleEnvironmentsStop",
    kind: "staleEnvironmentsStop",
    declare: () => ({ before: { ...shop, before: new Date(Date.now() - 30 * 86_400_000).toISOString() } }),
  },
];
