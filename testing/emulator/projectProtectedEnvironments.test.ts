import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Emulator } from "./index";

const base = "/projects/acme%2Fshop/protected_environments";
let gitlab: Emulator;

beforeEach(async () => {
  gitlab = await Emulator.start();
});
afterEach(() => gitlab.stop());

const maintainers = { access_level: 40 };
const groupId = (path: string) => gitlab.world.group(path).id;

it("protects any name, slashes and dots included, before the environment exists", async () => {
  const name = "review/feature.1";
  const one = `${base}/${encodeURIComponent(name)}`;
  const made = await gitlab.api("POST", base, { name, deploy_access_levels: [maintainers] });
  expect(made).toMatchObject({ status: 201, body: { name, approval_rules: [] } });
  expect((await gitlab.api("GET", one)).body.name).toBe(name);
  expect((await gitlab.api("GET", `${base}/review/feature.1`)).body).toEqual({ error: "404 Not Found" });
  expect(gitlab.world.environments("acme/shop")).toEqual([]);
  const changed = await gitlab.api("PUT", one, { approval_rules: [maintainers] });
  expect(changed.body.approval_rules).toMatchObject([{ access_level: 40, required_approvals: 1 }]);
  expect((await gitlab.api("DELETE", one)).status).toBe(204);
});

it("409s with a sentence of its own", async () => {
  await gitlab.api("POST", base, { name: "production", deploy_access_levels: [maintainers] });
  expect(
    (await gitlab.api("POST", base, { name: "production", deploy_access_levels: [maintainers] })).body,
  ).toEqual({
    message: "Environment 'production' is already protected",
  });
});

it("takes only invited groups, and users from developer up", async () => {
  const made = await gitlab.api("POST", base, {
    name: "production",
    deploy_access_levels: [
      { group_id: groupId("acme/qa") },
      { group_id: groupId("acme") },
      { group_id: groupId("acme/security") },
      { user_id: gitlab.world.user("devon").id },
      { user_id: gitlab.world.user("rita").id },
    ],
  });
  expect(made.body.deploy_access_levels).toMatchObject([
    { group_id: groupId("acme/qa") },
    { user_id: gitlab.world.user("devon").id },
  ]);
});

it("leaves a legacy count alone", async () => {
  gitlab.world.protect("acme/shop", "production", [{ role: "maintainer" }]);
  gitlab.world.setLegacyApprovalCount("acme/shop", "production", 2);
  expect((await gitlab.api("PUT", `${base}/production`, {})).body.required_approval_count).toBe(2);
});

it.each([
  ["dana", 200],
  ["devon", 403],
  ["stranger", 404],
])("answers %s with %i", async (user, status) => {
  expect((await gitlab.api("GET", base, undefined, user)).status).toBe(status);
});

it("refuses everything where CI/CD is switched off", async () => {
  gitlab.world.project("acme/shop").ciEnabled = false;
  expect((await gitlab.api("GET", base)).status).toBe(403);
});

describe("effect", () => {
  it("lets deploy whom all of the rules name, group and project together", async () => {
    gitlab.world.protect("acme", "production", [{ role: "developer" }]);
    gitlab.world.protect("acme/shop", "production", [{ user: "dana" }]);
    const sha = gitlab.world.project("acme/shop").branches.get("main");
    const body = { environment: "production", sha, ref: "main", tag: false, status: "running" };
    const deploy = async (user: string) =>
      (await gitlab.api("POST", "/projects/acme%2Fshop/deployments", body, user)).status;
    expect([await deploy("devon"), await deploy("dana"), await deploy("root")]).toEqual([403, 201, 201]);
    gitlab.world.setLicensed(false, "forbidden");
    expect(await deploy("devon")).toBe(201);
  });

  it("means only direct members of a group, unless inherited ones are asked for", async () => {
    gitlab.world.protect("acme/shop", "production", [{ group: "acme/qa" }]);
    gitlab.world.protect("acme/shop", "staging", [{ group: "acme/qa", inherited: true }]);
    const stop = async (name: string) => {
      const { id } = gitlab.world.addEnvironment("acme/shop", name);
      return (await gitlab.api("POST", `/projects/acme%2Fshop/environments/${id}/stop`, {}, "devon")).status;
    };
    expect([await stop("production"), await stop("staging")]).toEqual([403, 200]);
  });
});
