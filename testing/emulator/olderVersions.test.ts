import { afterEach, expect, it } from "vitest";
import { Emulator, gitlab14, gitlab15 } from "./index";

let gitlab: Emulator;
afterEach(() => gitlab.stop());

const production = "/groups/acme/protected_environments/production";
const levels = { deploy_access_levels: [{ access_level: 40 }] };

it("before 15.4 shows entries without ids and cannot update them", async () => {
  gitlab = await Emulator.start({ switches: gitlab15 });
  const { id } = gitlab.world.group("acme/qa");
  gitlab.world.protect(
    "acme",
    "production",
    [{ role: "maintainer" }],
    [{ group: "acme/qa", requiredApprovals: 2 }],
  );
  expect((await gitlab.api("GET", production)).body).toEqual({
    name: "production",
    deploy_access_levels: [
      {
        access_level: 40,
        access_level_description: "Maintainers",
        user_id: null,
        group_id: null,
        group_inheritance_type: 0,
      },
    ],
    required_approval_count: 0,
    approval_rules: [
      {
        user_id: null,
        group_id: id,
        access_level: 40,
        access_level_description: "QA",
        required_approvals: 2,
        group_inheritance_type: 0,
      },
    ],
  });
  const answer = await gitlab.api("PUT", production, levels);
  expect([answer.status, answer.body, answer.headers.get("allow")]).toEqual([
    405,
    { error: "405 Not Allowed" },
    "DELETE, GET",
  ]);
});

it("before 15.0 knows no approval rules: the parameter is ignored and the key is missing", async () => {
  gitlab = await Emulator.start({ switches: gitlab14 });
  const made = await gitlab.api("POST", "/groups/acme/protected_environments", {
    name: "production",
    ...levels,
    approval_rules: [{ access_level: 30 }],
  });
  expect([made.status, Object.keys(made.body)]).toEqual([
    201,
    ["name", "deploy_access_levels", "required_approval_count"],
  ]);
});
