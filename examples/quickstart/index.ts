import * as pulumi from "@pulumi/pulumi";
import * as gitlab from "pulumi-gitlab-cd";

// `pulumi config set group my-group` and so on fit this to your own GitLab.
const config = new pulumi.Config();
const group = config.get("group") ?? "acme";
const project = config.get("project") ?? `${group}/shop`;

// Who may deploy to production anywhere in the group, and who must approve.
const protection = new gitlab.GroupProtectedEnvironment("production-rules", {
  group,
  name: "production", // a tier
  deployAccessLevels: [{ groupPath: `${group}/release` }, { accessLevel: gitlab.AccessLevel.Maintainer }],
  approvalRules: [
    { groupPath: `${group}/qa`, requiredApprovals: config.getNumber("qaApprovals") ?? 2 },
    ...(config.getBoolean("danaApproves") === false ? [] : [{ username: "dana" }]),
  ],
});

// Protected first, so that the environment is never open. In earnest, add `protect: true` to both.
const production = new gitlab.Environment(
  "production",
  { project, name: "production", tier: "production", externalUrl: "https://shop.example.com" },
  { dependsOn: [protection] },
);

const staging = new gitlab.Environment("staging", { project, name: "staging", tier: "staging" });

export const productionId = production.environmentId;
export const slugs = [production.slug, staging.slug];
