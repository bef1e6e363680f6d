import { beforeEach } from "vitest";

import type { ApprovalRule } from "../../provider/lifecycle/access/entries";
import type { ProtectionTarget } from "../../provider/lifecycle/access/words";
import type { FakeGitLab } from "./fakeGitLab";
import type { Row } from "./nestedAttributes";

/** Who stands in the protections of these tests, as GitLab holds them and as programs declare them. */

export const project = { level: "project", container: "acme/shop", name: "review/x" } as const;
export const GET = "GET /groups/acme/protected_environments/production";
export const PUT = "PUT /groups/acme/protected_environments/production";
export const POST = "POST /groups/acme/protected_environments";
export const DELETE = "DELETE /groups/acme/protected_environments/production";

export const row = (id: number, fields: Partial<Row>): Row => ({
  id,
  access_level: null,
  user_id: null,
  group_id: null,
  group_inheritance_type: 0,
  required_approvals: 1,
  ...fields,
});
export const maintainers = row(1, { access_level: 40 });
export const qa = row(2, { group_id: 9 });
export const dana = row(3, { user_id: 7 });
export const toMaintainers: ApprovalRule[] = [{ accessLevel: 40 }];
export const byQa: ApprovalRule = {
  groupPath: "acme/qa",
  groupId: 9,
  groupInheritanceType: 0,
  requiredApprovals: 1,
};
export const byDana: ApprovalRule = { username: "dana", userId: 7, requiredApprovals: 1 };

/** What was said under the stack, in this test. */
export const said: string[] = [];
beforeEach(() => void (said.length = 0));

export const at = (client: FakeGitLab, target: ProtectionTarget) => ({
  client,
  target,
  say: (line: string) => void said.push(line),
});
