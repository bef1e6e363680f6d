import * as pulumi from "@pulumi/pulumi";
import * as gitlab from "pulumi-gitlab-cd";

const group = new pulumi.Config().require("group");

// The group's rules hold in every project below it, and no project can loosen them.
const staging = new gitlab.GroupProtectedEnvironment("staging-rules", {
  group,
  name: "staging",
  deployAccessLevels: [{ accessLevel: gitlab.AccessLevel.Developer }],
  approvalRules: [{ groupPath: `${group}/qa` }],
});

const production = new gitlab.GroupProtectedEnvironment("production-rules", {
  group,
  name: "production",
  deployAccessLevels: [{ groupPath: `${group}/release` }],
  approvalRules: [{ groupPath: `${group}/qa`, requiredApprovals: 2 }, { groupPath: `${group}/security` }],
});

// What the shop asks for on top: a project's rules add to the group's.
const shop = `${group}/shop`;
const shopProduction = new gitlab.ProjectProtectedEnvironment("shop-production-rules", {
  project: shop,
  name: "production",
  deployAccessLevels: [{ groupPath: `${group}/release` }],
  approvalRules: [{ username: "dana" }],
});

/**
 * The tier is declared, not guessed from the name: a guess (`preprod` is staging, `canary` is nothing) may put an
 * environment out of reach of the group's rules. `dependsOn` protects first and unprotects last, so no environment is
 * open in between.
 */
function environment(project: string, tier: gitlab.Tier, ...rules: pulumi.Resource[]): gitlab.Environment {
  const name = `${project.split("/").pop()}-${tier}`;
  return new gitlab.Environment(name, { project, name: tier, tier }, { dependsOn: rules });
}

const environments = [
  environment(shop, "staging", staging),
  environment(shop, "production", production, shopProduction),
  environment(`${group}/api`, "staging", staging),
  environment(`${group}/api`, "production", production),
];

export const environmentIds = environments.map(({ id }) => id);
