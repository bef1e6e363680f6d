import * as gitlab from "pulumi-gitlab-cd";

const rules = new gitlab.GroupProtectedEnvironment("production-rules", {
  group: "acme",
  name: "production",
  deployAccessLevels: [{ groupPath: "acme/release" }],
  approvalRules: [{ groupPath: "acme/qa", requiredApprovals: 2 }, { username: "dana" }],
});

new gitlab.Environment(
  "shop-production",
  { project: "acme/shop", name: "production", tier: "production" },
  { dependsOn: [rules] },
);
