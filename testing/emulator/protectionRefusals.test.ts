import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Emulator } from "./index";

const base = "/groups/acme/protected_environments";
let gitlab: Emulator;

beforeEach(async () => {
  gitlab = await Emulator.start();
});
afterEach(() => gitlab.stop());

const idOf = (name: string) => gitlab.world.user(name).id;
const groupId = (path: string) => gitlab.world.group(path).id;
const maintainers = { access_level: 40 };
const create = (body: object) => gitlab.api("POST", base, { name: "production", ...body });
const update = (body: object) => gitlab.api("PUT", `${base}/production`, body);

describe("refusals", () => {
  it.each([
    [
      { deploy_access_levels: [{ access_level: 10 }] },
      "deploy_access_levels[0][access_level] does not have a valid value",
    ],
    [{ deploy_access_levels: ["x"] }, "deploy_access_levels is invalid"],
    [{ deploy_access_levels: [{ user_id: "x" }] }, "deploy_access_levels[0][user_id] is invalid"],
    [{ name: "prod", deploy_access_levels: [maintainers] }, "name does not have a valid value"],
  ])("400s %j", async (body, error) => {
    expect(await create(body)).toMatchObject({ status: 400, body: { error } });
  });

  it.each([
    [{ deploy_access_levels: [{}] }],
    [{ deploy_access_levels: [{ access_level: 40, group_id: 1 }] }],
    [{ deploy_access_levels: [maintainers], approval_rules: [{ access_level: 40, required_approvals: 6 }] }],
    [{ deploy_access_levels: [maintainers], approval_rules: [{ access_level: 40, required_approvals: 0 }] }],
  ])("422s %j with an array of sentences", async (body) => {
    const bad = await create(body);
    expect(bad.status).toBe(422);
    expect(bad.body.message).toEqual([expect.any(String)]);
    expect(gitlab.world.protection("acme", "production")).toBeUndefined();
  });

  it("422s the deprecated count with a string, and overwrites an old one with 0", async () => {
    const levels = { deploy_access_levels: [maintainers] };
    const bad = await create({ ...levels, required_approval_count: 1 });
    expect(bad.status).toBe(422);
    expect(bad.body.message).toMatch(/^Parameter 'required_approval_count' is deprecated/);
    expect((await create({ ...levels, required_approval_count: 0 })).status).toBe(201);
    gitlab.world.setLegacyApprovalCount("acme", "production", 2);
    expect((await gitlab.api("GET", `${base}/production`)).body.required_approval_count).toBe(2);
    expect((await update({})).body.required_approval_count).toBe(0);
  });

  it("knows an unknown tier by version", async () => {
    expect(await gitlab.api("GET", `${base}/prod`)).toMatchObject({
      status: 400,
      body: { error: "name does not have a valid value" },
    });
    await gitlab.stop();
    gitlab = await Emulator.start({ switches: { groupNameCheck: "model" } });
    expect((await gitlab.api("GET", `${base}/prod`)).status).toBe(404);
    expect(await create({ name: "prod", deploy_access_levels: [maintainers] })).toMatchObject({
      status: 422,
      body: {
        message: ["Name must be one of environment tiers: production, staging, testing, development, other."],
      },
    });
  });
});

it("404s an approval rule that brings an id, like any foreign one", async () => {
  expect(
    await create({ deploy_access_levels: [maintainers], approval_rules: [{ id: 1, access_level: 40 }] }),
  ).toMatchObject({
    status: 404,
    body: { message: "404 Not found" },
  });
});

describe("what people do", () => {
  it("follows renames in descriptions", async () => {
    await create({ deploy_access_levels: [{ user_id: idOf("dana") }, { group_id: groupId("acme/qa") }] });
    gitlab.world.renameUser("dana", { name: "Dana Dee" });
    gitlab.world.renameGroup("acme/qa", { name: "Testers" });
    const { body } = await gitlab.api("GET", `${base}/production`);
    expect(body.deploy_access_levels).toMatchObject([
      { access_level_description: "Dana Dee", access_level: null },
      { access_level_description: "Testers", access_level: null },
    ]);
  });

  it("can be left without any level when a member leaves; then only an addition is accepted", async () => {
    await create({ deploy_access_levels: [{ user_id: idOf("dana") }] });
    gitlab.world.removeMember("acme", "dana");
    expect((await gitlab.api("GET", `${base}/production`)).body.deploy_access_levels).toEqual([]);
    expect(await update({})).toMatchObject({
      status: 422,
      body: { message: ["Deploy access levels is too short (minimum is 1 character)"] },
    });
    expect((await update({ deploy_access_levels: [maintainers] })).status).toBe(200);
  });
});
