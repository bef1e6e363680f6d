import type { DynamicName } from "../../provider/dynamic";
import type { World } from "../../testing/emulator";
import type { Props } from "../../testing/engine/values/values";

/** What each operation of one resource sends: `METHOD path`, without `/api/v4`, in any order. */
export interface Costs {
  readonly create: readonly string[];
  /** After a change of what GitLab holds; absent where every change replaces. */
  readonly update?: readonly string[];
  /** After a change of what only steers us. */
  readonly steer?: readonly string[];
  readonly refresh: readonly string[];
  readonly delete: readonly string[];
}

export interface Case {
  readonly name: string;
  readonly kind: DynamicName;
  /** What is declared first, what is changed of it then, and what steers. */
  readonly declare: (world: World) => {
    readonly props: Props;
    readonly change?: Props;
    readonly steer?: Props;
  };
  /** `ID` stands for GitLab's number of the object. */
  readonly costs: Costs;
}

const shop = "/projects/acme%2Fshop";
const api = "/projects/acme%2Fapi";
const inShop = { project: "acme/shop" };
const head = (world: World): Props => ({
  sha: world.project("acme/shop").branches.get("main") ?? "",
  ref: "main",
});
const levels = { deployAccessLevels: [{ accessLevel: 40 }] };
const protection = (path: string, name: string) => ({
  post: `POST ${path}/protected_environments`,
  put: `PUT ${path}/protected_environments/${name}`,
  get: `GET ${path}/protected_environments/${name}`,
  gone: `DELETE ${path}/protected_environments/${name}`,
});
const tier = protection("/groups/acme", "production");
const staging = protection("/groups/acme", "staging");
const testing = protection("/groups/acme%2Fqa", "testing");
const inProject = protection(shop, "eu%2Fproduction");
const oldest = new Date(Date.now() - 30 * 86_400_000).toISOString();

export const cases: readonly Case[] = [
  {
    name: "an Environment",
    kind: "environment",
    declare: () => ({
      props: { ...inShop, name: "one" },
      change: { externalUrl: "https://two.example.com", description: "Two", tier: "testing" },
      steer: { stopTimeoutSeconds: 60 },
    }),
    costs: {
      create: [`POST ${shop}/environments`],
      update: [`PUT ${shop}/environments/ID`],
      steer: [],
      refresh: [`GET ${shop}/environments/ID`],
      delete: [
        `GET ${shop}/deployments`,
        `POST ${shop}/environments/ID/stop`,
        `DELETE ${shop}/environments/ID`,
      ],
    },
  },
  {
    name: "an Environment with onDestroy: delete",
    kind: "environment",
    declare: () => ({ props: { project: "acme/api", name: "two" }, steer: { onDestroy: "delete" } }),
    costs: {
      create: [`POST ${api}/environments`],
      steer: [],
      refresh: [`GET ${api}/environments/ID`],
      delete: [`POST ${api}/environments/ID/stop`, `DELETE ${api}/environments/ID`],
    },
  },
  {
    name: "a GroupProtectedEnvironment by ids",
    kind: "groupProtectedEnvironment",
    declare: (world) => ({
      props: {
        group: "acme",
        name: "production",
        ...levels,
        approvalRules: [{ userId: world.user("dana").id }],
      },
      change: {
        deployAccessLevels: [{ accessLevel: 30 }],
        approvalRules: [{ userId: world.user("dana").id }, { accessLevel: 40, requiredApprovals: 2 }],
      },
    }),
    // A rule is restated while the deployers are widened: its count is looked at first.
    costs: {
      create: [tier.post],
      update: [tier.get, tier.put],
      refresh: [tier.get],
      delete: [tier.get, tier.gone],
    },
  },
  {
    name: "a GroupProtectedEnvironment by names, of which one is new in the update",
    kind: "groupProtectedEnvironment",
    declare: () => ({
      props: {
        group: "acme",
        name: "staging",
        ...levels,
        approvalRules: [{ username: "dana" }, { groupPath: "acme/qa" }],
      },
      change: {
        approvalRules: [{ username: "dana" }, { groupPath: "acme/qa" }, { username: "olivia" }],
      },
    }),
    costs: {
      create: ["GET /users", "GET /groups/acme%2Fqa", staging.post],
      update: ["GET /users", staging.put],
      refresh: ["GET /groups/acme/protected_environments"],
      delete: [staging.get, staging.gone],
    },
  },
  {
    name: "a GroupProtectedEnvironment whose update removes one rule for another",
    kind: "groupProtectedEnvironment",
    declare: (world) => ({
      props: { group: "acme/qa", name: "testing", ...levels, approvalRules: [{ accessLevel: 40 }] },
      change: { approvalRules: [{ groupId: world.group("acme/qa").id }] },
    }),
    costs: {
      create: [testing.post],
      update: [testing.put, testing.put],
      refresh: [testing.get],
      delete: [testing.get, testing.gone],
    },
  },
  {
    name: "a ProjectProtectedEnvironment",
    kind: "projectProtectedEnvironment",
    declare: () => ({
      props: { ...inShop, name: "eu/production", ...levels },
      change: { deployAccessLevels: [{ accessLevel: 30 }] },
    }),
    costs: {
      create: [inProject.post],
      update: [inProject.put],
      refresh: [inProject.get],
      delete: [inProject.get, inProject.gone],
    },
  },
  {
    name: "a Deployment",
    kind: "deployment",
    declare: (world) => ({
      props: { ...inShop, ...head(world), environment: "made", status: "running" },
      change: { status: "failed" },
      steer: { onDestroy: "delete" },
    }),
    costs: {
      create: [`POST ${shop}/deployments`],
      update: [`PUT ${shop}/deployments/ID`],
      steer: [],
      refresh: [`GET ${shop}/deployments/ID`],
      delete: [`DELETE ${shop}/deployments/ID`],
    },
  },
  {
    name: "a Deployment that is retained",
    kind: "deployment",
    declare: (world) => ({
      props: { ...inShop, ...head(world), environment: "kept", status: "success" },
    }),
    costs: {
      create: [`POST ${shop}/deployments`],
      refresh: [`GET ${shop}/deployments/ID`],
      delete: [],
    },
  },
  {
    name: "a DeploymentApproval",
    kind: "deploymentApproval",
    declare: (world) => {
      const rule = { role: "maintainer", requiredApprovals: 3 } as const;
      world.protect("acme/shop", "guarded", [{ role: "maintainer" }], [rule]);
      const { id } = world.blockDeployment("acme/shop", { environment: "guarded", user: "dana" });
      return {
        props: { ...inShop, deploymentId: id, status: "approved" },
        change: { status: "rejected" },
      };
    },
    costs: {
      create: [`POST ${shop}/deployments/ID/approval`],
      // Whose decision it would be is asked before it is given.
      update: ["GET /user", `POST ${shop}/deployments/ID/approval`],
      refresh: [`GET ${shop}/deployments/ID`],
      delete: [],
    },
  },
  {
    name: "a Pipeline",
    kind: "pipeline",
    declare: () => ({
      props: { ...inShop, ref: "main" },
      change: { name: "two" },
      steer: { onDestroy: "cancel" },
    }),
    costs: {
      // The look is for a pipeline that an interrupted run may have left.
      create: [`POST ${shop}/pipeline`, `GET ${shop}/pipelines`],
      update: [`PUT ${shop}/pipelines/ID/metadata`],
      steer: [],
      refresh: [`GET ${shop}/pipelines/ID`],
      delete: [`POST ${shop}/pipelines/ID/cancel`],
    },
  },
  {
    name: "a ReviewAppCleanup",
    kind: "reviewAppCleanup",
    declare: () => ({ props: { ...inShop } }),
    costs: { create: [`DELETE ${shop}/environments/review_apps`], refresh: [], delete: [] },
  },
  {
    name: "a StaleEnvironmentsStop",
    kind: "staleEnvironmentsStop",
    declare: () => ({ props: { ...inShop, before: oldest } }),
    costs: { create: [`POST ${shop}/environments/stop_stale`], refresh: [], delete: [] },
  },
];
