import * as pulumi from "@pulumi/pulumi";
import * as gitlab from "pulumi-gitlab-cd";

const group = new pulumi.Config("delivery").require("group");

/** One stack per tier: a mistake in staging's rules cannot hold up production's. */
const rules: Record<string, Omit<gitlab.GroupProtectedEnvironmentArgs, "group" | "name">> = {
  production: {
    deployAccessLevels: [{ groupPath: `${group}/release` }],
    approvalRules: [{ groupPath: `${group}/qa`, requiredApprovals: 2 }],
  },
  staging: {
    deployAccessLevels: [{ accessLevel: gitlab.AccessLevel.Developer }],
  },
};

const tier = pulumi.getStack();
const declared = rules[tier];
if (declared === undefined) throw new pulumi.RunError(`The stack ${tier} has no rules in index.ts.`);

new gitlab.GroupProtectedEnvironment(
  tier,
  { group, name: tier as gitlab.Tier, ...declared },
  { protect: tier === "production" },
);
