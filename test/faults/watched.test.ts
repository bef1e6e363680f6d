import { expect, it } from "vitest";

import { Emulator } from "../../testing/emulator";

it("is a failure of any test, however it started its GitLab, that a request leaves a protection weaker than both declarations", async () => {
  const gitlab = await Emulator.start();
  const { world } = gitlab;
  world.protect("acme", "production", [{ role: "maintainer" }], [{ role: "maintainer" }]);
  const protection = "/groups/acme/protected_environments/production";
  const [rule] = world.protection("acme", "production")!.approval_rules;
  // Devon may not approve here: GitLab leaves this rule out without a word, and removes the other one all the same.
  const devon = { user_id: world.user("devon").id };
  const answer = await gitlab.api("PUT", protection, {
    approval_rules: [devon, { id: rule!.id, access_level: 40, _destroy: true }],
  });
  expect(answer).toMatchObject({ status: 200 });
  expect(world.protection("acme", "production")?.approval_rules).toEqual([]);
  await expect(gitlab.stop()).rejects.toThrow(`PUT /api/v4${protection}`);
});
