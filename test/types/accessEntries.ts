/** What the compiler must refuse, and what it must take. Nothing runs: `npm run typecheck` is the test. */
import * as pulumi from "@pulumi/pulumi";

import * as gitlab from "../../provider";

const id: pulumi.Output<number> = pulumi.output(7);
const digits: pulumi.Output<string> = pulumi.output("7");

export const deployers: gitlab.DeployAccessLevelArgs[] = [
  { accessLevel: gitlab.AccessLevel.Maintainer },
  { userId: id },
  { userId: digits },
  { username: pulumi.output("dana") },
  { groupId: digits },
  { groupPath: "acme/qa", groupInheritanceType: gitlab.GroupInheritanceType.All },
  // @ts-expect-error two subjects
  { accessLevel: 40, groupPath: "acme/qa" },
  // @ts-expect-error two subjects of one kind
  { groupId: 9, groupPath: "acme/qa" },
  // @ts-expect-error no subject
  {},
  // @ts-expect-error only groups have members
  { accessLevel: 40, groupInheritanceType: 1 },
  // @ts-expect-error only groups have members
  { username: "dana", groupInheritanceType: 1 },
  // @ts-expect-error counts belong to approval rules
  { groupPath: "acme/qa", requiredApprovals: 2 },
  // @ts-expect-error not a role
  { accessLevel: 20 },
  // @ts-expect-error misspelt
  { group: "acme/qa" },
];

export const rules: gitlab.ApprovalRuleArgs[] = [
  { groupId: id, requiredApprovals: 2, groupInheritanceType: 0 },
  { accessLevel: 30, requiredApprovals: pulumi.output(2) },
  { username: "dana" },
  { username: "dana", requiredApprovals: 1 },
  // @ts-expect-error one person approves once
  { username: "dana", requiredApprovals: 2 },
  // @ts-expect-error one person approves once
  { userId: 7, requiredApprovals: 2 },
  // @ts-expect-error two subjects
  { userId: 7, username: "dana" },
  // @ts-expect-error no subject
  { requiredApprovals: 2 },
];

export const whole = (): gitlab.GroupProtectedEnvironment =>
  new gitlab.GroupProtectedEnvironment("p", {
    group: digits,
    name: "production",
    deployAccessLevels: pulumi.output([{ groupId: 9 }]),
    approvalRules: [pulumi.output({ groupPath: "acme/qa", requiredApprovals: 2 }), { username: "dana" }],
    adopt: "overwrite",
  });
