import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Emulator, gitlab18 } from "./index";

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
const tooShort = { message: ["Deploy access levels is too short (minimum is 1 character)"] };

describe("a whole life", () => {
  it("protects, lists, changes and unprotects without a body", async () => {
    const made = await create({
      deploy_access_levels: [maintainers],
      approval_rules: [{ group_id: groupId("acme/qa"), required_approvals: 2 }],
    });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      name: "production",
      deploy_access_levels: [
        {
          id: expect.any(Number),
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
          id: expect.any(Number),
          user_id: null,
          group_id: groupId("acme/qa"),
          access_level: null,
          access_level_description: "QA",
          required_approvals: 2,
          group_inheritance_type: 0,
        },
      ],
    });
    await gitlab.api("POST", base, { name: "development", deploy_access_levels: [{ access_level: 30 }] });
    const listed = await gitlab.api("GET", base);
    expect(listed.body.map((each: { name: string }) => each.name)).toEqual(["development", "production"]);
    expect(await gitlab.api("DELETE", `${base}/production`)).toMatchObject({ status: 204, body: undefined });
    expect(await gitlab.api("GET", `${base}/production`)).toMatchObject({
      status: 404,
      body: { message: "404 Not found" },
    });
  });

  it("409s what is protected already", async () => {
    await create({ deploy_access_levels: [maintainers] });
    expect(await create({ deploy_access_levels: [maintainers] })).toMatchObject({
      status: 409,
      body: { message: "Protected environment 'production' already exists" },
    });
  });
});

describe("who may", () => {
  it.each([
    ["olivia", 200],
    ["dana", 403],
    ["stranger", 404],
    [null, 404],
  ])("answers %s's list with %i", async (user, status) => {
    expect((await gitlab.api("GET", base, undefined, user)).status).toBe(status);
  });

  it("looks at the role before the parameters", async () => {
    expect((await gitlab.api("POST", base, {}, "dana")).status).toBe(403);
    expect((await gitlab.api("POST", base, {})).body).toEqual({
      error: "name is missing, name does not have a valid value, deploy_access_levels is missing",
    });
  });

  it("does not know a job token: 404", async () => {
    const token = gitlab.addToken({ user: "olivia", kind: "job", jobProject: "acme/shop" });
    const answer = await fetch(`${gitlab.url}/api/v4${base}`, { headers: { "JOB-TOKEN": token } });
    expect([answer.status, await answer.json()]).toEqual([404, { message: "404 Group Not Found" }]);
  });

  it("has no such route in the Community Edition, and refuses without a licence", async () => {
    gitlab.world.setLicensed(false, "forbidden");
    expect((await gitlab.api("GET", base)).status).toBe(403);
    await gitlab.stop();
    gitlab = await Emulator.start({ switches: { edition: "ce" } });
    expect(await gitlab.api("GET", base)).toMatchObject({ status: 404, body: { error: "404 Not Found" } });
  });
});

describe("unqualified subjects vanish", () => {
  it("drops a foreign group and a mere developer, and says 201", async () => {
    const made = await create({
      deploy_access_levels: [maintainers, { group_id: groupId("other-co") }, { user_id: idOf("devon") }],
      approval_rules: [{ user_id: idOf("stranger") }, { user_id: idOf("dana") }],
    });
    expect(made.status).toBe(201);
    expect(made.body.deploy_access_levels).toHaveLength(1);
    expect(made.body.approval_rules).toMatchObject([{ user_id: idOf("dana"), required_approvals: 1 }]);
  });

  it.each([["stranger"], ["nobody"]])("422s a list that is empty after the drop (%s)", async () => {
    expect(await create({ deploy_access_levels: [{ user_id: 9999 }] })).toMatchObject({
      status: 422,
      body: tooShort,
    });
    expect(await create({ deploy_access_levels: [] })).toMatchObject({ status: 422, body: tooShort });
  });

  it("takes the group itself, those below, and shared ones where the version does", async () => {
    gitlab.world.shareGroup("acme", "other-co", "developer");
    const all = ["acme", "acme/qa", "other-co"].map((path) => ({ group_id: groupId(path) }));
    expect((await create({ deploy_access_levels: all })).body.deploy_access_levels).toHaveLength(3);
  });

  it("changes nothing when an update names one, and says 200", async () => {
    const made = await create({ deploy_access_levels: [{ group_id: groupId("acme/qa") }] });
    const [{ id }] = made.body.deploy_access_levels;
    const after = await update({ deploy_access_levels: [{ id, group_id: groupId("other-co") }] });
    expect(after).toMatchObject({ status: 200, body: made.body });
  });

  it("removes a departed user's rule all the same", async () => {
    gitlab.world.protect("acme", "production", [{ role: "maintainer" }], [{ user: "dana" }]);
    gitlab.world.removeMember("acme", "dana");
    const [rule] = gitlab.world.protection("acme", "production")?.approval_rules ?? [];
    const after = await update({ approval_rules: [{ id: rule?.id, user_id: idOf("dana"), _destroy: true }] });
    expect(after).toMatchObject({ status: 200, body: { approval_rules: [] } });
  });
});

describe("nested attributes", () => {
  const levels = async () => (await gitlab.api("GET", `${base}/production`)).body.deploy_access_levels;
  const rules = async () => (await gitlab.api("GET", `${base}/production`)).body.approval_rules;
  beforeEach(async () => {
    await create({
      deploy_access_levels: [maintainers],
      approval_rules: [{ user_id: idOf("dana") }, { group_id: groupId("acme/qa"), required_approvals: 3 }],
    });
  });

  it("adds elements without an id: the list sent again is doubled", async () => {
    await update({ deploy_access_levels: [maintainers] });
    const [first, second] = await levels();
    expect(second).toEqual({ ...first, id: expect.not.toSatisfy((id: number) => id === first.id) });
  });

  it("refuses another kind of subject unless the old one is nulled", async () => {
    const [{ id }] = await levels();
    const bad = await update({ deploy_access_levels: [{ id, user_id: idOf("dana") }] });
    expect(bad.status).toBe(422);
    expect(bad.body.message[0]).toContain("Exactly one of access_level, group_id, user_id must be present");
    const good = await update({ deploy_access_levels: [{ id, user_id: idOf("dana"), access_level: null }] });
    expect(good.body.deploy_access_levels).toMatchObject([{ id, access_level: null, user_id: idOf("dana") }]);
  });

  it("resets the count of approvals that an update leaves out", async () => {
    const rule = (await rules()).find(
      (each: { required_approvals: number }) => each.required_approvals === 3,
    );
    await update({ approval_rules: [{ id: rule.id, group_id: rule.group_id }] });
    expect(await rules()).toContainEqual({ ...rule, required_approvals: 1 });
  });

  it("422s the end of the last level, and swaps it in one request", async () => {
    const [{ id }] = await levels();
    const alone = await update({ deploy_access_levels: [{ id, _destroy: true }] });
    expect(alone).toMatchObject({ status: 422, body: tooShort });
    const swapped = await update({ deploy_access_levels: [{ id, _destroy: true }, { access_level: 30 }] });
    expect(swapped.body.deploy_access_levels).toMatchObject([{ access_level: 30 }]);
  });

  it("lets the last approval rule go", async () => {
    const all = (await rules()).map(({ id }: { id: number }) => ({ id, _destroy: true }));
    expect((await update({ approval_rules: all })).body.approval_rules).toEqual([]);
  });

  it("404s a foreign id like a missing protection, and saves nothing of the request", async () => {
    const before = await gitlab.api("GET", `${base}/production`);
    const bad = await update({
      deploy_access_levels: [{ access_level: 30 }, { id: 9999, access_level: 30 }],
    });
    expect(bad).toMatchObject({ status: 404, body: { message: "404 Not found" } });
    expect((await gitlab.api("GET", `${base}/production`)).body).toEqual(before.body);
  });

  it("takes an element of deployers with nothing but its id, which changes nothing, or refuses the whole where it is not there", async () => {
    const before = (await gitlab.api("GET", `${base}/production`)).body;
    const [{ id }] = before.deploy_access_levels;
    const added = { approval_rules: [{ access_level: 30 }] };
    const stale = await update({ deploy_access_levels: [{ id: 9999 }], ...added });
    expect(stale).toMatchObject({ status: 404, body: { message: "404 Not found" } });
    const { status, body } = await update({ deploy_access_levels: [{ id }], ...added });
    expect([status, body.deploy_access_levels]).toEqual([200, before.deploy_access_levels]);
    expect(body.approval_rules).toHaveLength(before.approval_rules.length + 1);
  });

  it("leaves lists alone that are missing, empty or null", async () => {
    const before = (await gitlab.api("GET", `${base}/production`)).body;
    for (const body of [{}, { approval_rules: [] }, { deploy_access_levels: null }]) {
      expect((await update(body)).body).toEqual(before);
    }
  });

  it("ignores a name in the body and `_destroy` without an id", async () => {
    const after = await update({
      name: "staging",
      deploy_access_levels: [{ access_level: 30, _destroy: true }],
    });
    expect(after).toMatchObject({ status: 200, body: { name: "production" } });
    expect(after.body.deploy_access_levels).toHaveLength(1);
  });

  it("destroys a rule by its id alone, or only with its subject by version", async () => {
    const [{ id, user_id }] = await rules();
    expect((await update({ approval_rules: [{ id, _destroy: true }] })).status).toBe(200);
    await gitlab.stop();
    gitlab = await Emulator.start({ switches: gitlab18 });
    await create({ deploy_access_levels: [maintainers], approval_rules: [{ user_id }] });
    const [old] = await rules();
    expect(await update({ approval_rules: [{ id: old.id, _destroy: true }] })).toMatchObject({
      status: 400,
      body: {
        error:
          "approval_rules[0][access_level], approval_rules[0][user_id], approval_rules[0][group_id] are missing, at least one parameter must be provided",
      },
    });
    const withSubject = { id: old.id, user_id: old.user_id, _destroy: true };
    expect((await update({ approval_rules: [withSubject] })).body.approval_rules).toEqual([]);
  });

  it("wants exactly one key in the oldest versions, nulls included", async () => {
    await gitlab.stop();
    gitlab = await Emulator.start({ switches: { approvalRuleDestroyNeedsSubject: "exactly-one" } });
    await create({ deploy_access_levels: [maintainers], approval_rules: [{ user_id: idOf("dana") }] });
    const [{ id, user_id }] = await rules();
    const both = await update({ approval_rules: [{ id, user_id, group_id: null, _destroy: true }] });
    expect(both.body.error).toContain("are mutually exclusive");
    expect((await update({ approval_rules: [{ id, user_id, _destroy: true }] })).status).toBe(200);
  });

  it("moves an updated row to the end, or keeps the order of ids", async () => {
    const [first, second] = await rules();
    await update({ approval_rules: [{ id: first.id, user_id: first.user_id, required_approvals: 1 }] });
    expect((await rules()).map((each: { id: number }) => each.id)).toEqual([second.id, first.id]);
  });

  it("takes the same lists from a form", async () => {
    const form = new URLSearchParams({
      "deploy_access_levels[][access_level]": "30",
      "approval_rules[][user_id]": String(idOf("olivia")),
      "approval_rules[][required_approvals]": "2",
    });
    const after = await gitlab.api("PUT", `${base}/production`, form);
    expect(after.body.deploy_access_levels).toMatchObject([{ access_level: 40 }, { access_level: 30 }]);
    expect(after.body.approval_rules.at(-1)).toMatchObject({
      user_id: idOf("olivia"),
      required_approvals: 2,
    });
  });
});
