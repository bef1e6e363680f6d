import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { asking, deployment, shop } from "./asking";
import { Emulator, gitlab18 } from "./index";

let gitlab: Emulator;
beforeEach(async () => {
  gitlab = await Emulator.start();
});
afterEach(() => gitlab.stop());

const base = "/groups/acme/protected_environments";
const production = `${base}/production`;

const status = asking(() => gitlab);

describe("an approval rule without a subject", () => {
  const missing = (i: number) =>
    `approval_rules[${i}][access_level], approval_rules[${i}][user_id], approval_rules[${i}][group_id] are missing, at least one parameter must be provided`;

  it.each([["newest", {}] as const, ["18", gitlab18] as const])(
    "is refused beside an id: %s",
    async (_, switches) => {
      await gitlab.stop();
      gitlab = await Emulator.start({ switches });
      gitlab.world.protect("acme", "production", [{ role: "maintainer" }], [{ role: "developer" }]);
      const id = gitlab.world.protection("acme", "production")?.approval_rules[0]?.id;
      expect(await status("PUT", production, { approval_rules: [{ id, required_approvals: 3 }] })).toEqual([
        400,
        { error: missing(0) },
      ]);
    },
  );

  it("passes only where every element is destroyed", async () => {
    gitlab.world.protect("acme", "production", [{ role: "maintainer" }], [{ role: "developer" }]);
    const id = gitlab.world.protection("acme", "production")?.approval_rules[0]?.id;
    const gone = { id, _destroy: true };
    expect(await status("PUT", production, { approval_rules: [gone, { access_level: 40 }] })).toEqual([
      400,
      { error: missing(0) },
    ]);
    expect((await gitlab.api("PUT", production, { approval_rules: [gone] })).body.approval_rules).toEqual([]);
  });
});

describe("a protection", () => {
  it("refuses a null inheritance type as a model does", async () => {
    const levels = [{ access_level: 40, group_inheritance_type: null }];
    expect(await status("POST", base, { name: "production", deploy_access_levels: levels })).toEqual([
      422,
      { message: ["Deploy access levels group inheritance type is not included in the list"] },
    ]);
  });

  it("that is missing is 404 in a PUT before the dead count is 422, in a POST it is 422", async () => {
    const dead = { required_approval_count: 2, deploy_access_levels: [{ access_level: 40 }] };
    expect((await status("PUT", production, dead))[0]).toBe(404);
    expect((await status("POST", base, { name: "production", ...dead }))[0]).toBe(422);
  });

  it("has entries whose ids groups and projects share", async () => {
    const levels = { deploy_access_levels: [{ access_level: 40 }], approval_rules: [{ access_level: 40 }] };
    const group = await gitlab.api("POST", base, { name: "production", ...levels });
    const project = await gitlab.api("POST", `${shop}/protected_environments`, { name: "eu", ...levels });
    expect(
      [group, project].map(({ body }) => [body.deploy_access_levels[0].id, body.approval_rules[0].id]),
    ).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  it.each([
    ["accepts", 201, true],
    ["forbidden", 403, false],
    ["missing", 404, false],
  ] as const)("without a licence is, as switched, %s: %i", async (answer, code, stored) => {
    gitlab.world.setLicensed(false, answer);
    const made = await gitlab.api("POST", base, {
      name: "production",
      deploy_access_levels: [{ access_level: 60 }],
    });
    expect(made.status).toBe(code);
    expect(gitlab.world.protection("acme", "production") !== undefined).toBe(stored);
    // Whatever is stored, nothing is protected.
    expect((await gitlab.api("POST", `${shop}/deployments`, deployment, "devon")).status).toBe(201);
  });
});
