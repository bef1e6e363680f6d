import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { asking, deployment, shop } from "./asking";
import { Emulator } from "./index";

let gitlab: Emulator;
beforeEach(async () => {
  gitlab = await Emulator.start();
});
afterEach(() => gitlab.stop());

const base = "/groups/acme/protected_environments";
const production = `${base}/production`;

const status = asking(() => gitlab);
const form = (path: string, pairs: [string, string][], method = "POST") =>
  status(method, path, new URLSearchParams(pairs));

describe("parameters", () => {
  it("that are required and null are no valid value", async () => {
    const error = (name: string) => [400, { error: `${name} does not have a valid value` }];
    expect(await status("POST", `${shop}/deployments`, { ...deployment, status: null })).toEqual(
      error("status"),
    );
    expect(await status("POST", `${shop}/deployments/1/approval`, { status: null })).toEqual(error("status"));
    expect(await status("POST", base, { name: null, deploy_access_levels: [] })).toEqual(error("name"));
  });

  it("tell both faults of one", async () => {
    expect(await status("POST", `${shop}/deployments/1/approval`, {})).toEqual([
      400,
      { error: "status is missing, status does not have a valid value" },
    ]);
    expect(await status("POST", `${shop}/environments`, { name: "one", tier: {} })).toEqual([
      400,
      { error: "tier is invalid, tier does not have a valid value" },
    ]);
    expect(await status("DELETE", `${shop}/environments/review_apps?limit=abc`)).toEqual([
      400,
      { error: "limit is invalid, limit does not have a valid value" },
    ]);
  });

  it("that are lists take no objects and no numbered keys", async () => {
    const error = (name: string) => [400, { error: `${name} is invalid` }];
    const body = { name: "production", deploy_access_levels: [{ access_level: 40 }] };
    for (const wrong of [{}, { "0": { access_level: 40 } }])
      expect(await status("POST", base, { ...body, deploy_access_levels: wrong })).toEqual(
        error("deploy_access_levels"),
      );
    expect(await status("POST", base, { ...body, approval_rules: {} })).toEqual(error("approval_rules"));
    expect(
      await form(base, [
        ["name", "production"],
        ["deploy_access_levels[0][access_level]", "40"],
      ]),
    ).toEqual(error("deploy_access_levels"));
    expect(await status("POST", `${shop}/pipeline`, { ref: "main", variables: {} })).toEqual(
      error("variables"),
    );
  });

  it("are numbers as Ruby reads them, in paths too", async () => {
    const { id } = gitlab.world.addEnvironment("acme/shop", "one");
    for (const spelling of [`%20${id}`, `0_${id}`, `+${id}`])
      expect((await gitlab.api("GET", `${shop}/environments/${spelling}`)).body.name).toBe("one");
    expect(await status("GET", `${shop}/environments/${id}.5`)).toEqual([
      400,
      { error: "environment_id is invalid" },
    ]);
    const made = await gitlab.api("POST", base, {
      name: "production",
      deploy_access_levels: [{ access_level: 40.5 }, { access_level: " 3_0" }],
    });
    expect(made.body.deploy_access_levels).toMatchObject([{ access_level: 40 }, { access_level: 30 }]);
  });

  it("are booleans only in the spellings there are", async () => {
    gitlab.world.protect("acme", "production", [{ role: "maintainer" }, { role: "developer" }]);
    const id = gitlab.world.protection("acme", "production")?.deploy_access_levels[0]?.id;
    expect(await status("PUT", production, { deploy_access_levels: [{ id, _destroy: "tRUE" }] })).toEqual([
      400,
      { error: "deploy_access_levels[0][_destroy] is invalid" },
    ]);
    const gone = await gitlab.api("PUT", production, { deploy_access_levels: [{ id, _destroy: "On" }] });
    expect(gone.body.deploy_access_levels).toHaveLength(1);
  });

  it("of broken JSON get Grape's sentence", async () => {
    const answer = await fetch(`${gitlab.url}/api/v4${shop}/environments`, {
      method: "POST",
      headers: { "PRIVATE-TOKEN": gitlab.token, "Content-Type": "application/json" },
      body: "{",
    });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      {
        error:
          "Problem:\n  message body does not match declared format\nResolution:\n  when specifying application/json as content-type, you must pass valid application/json in the request's 'body'\n ",
      },
    ]);
  });
});

describe("pipelines", () => {
  it("read the inputs of a form as JSON", async () => {
    const [code] = await form(`${shop}/pipeline`, [
      ["ref", "main"],
      ["inputs[count]", "3"],
      ["inputs[dry]", "true"],
      ["inputs[places]", '["eu"]'],
      ["inputs[name]", "plain"],
    ]);
    expect(code).toBe(201);
    expect(gitlab.world.store.pipelines.all()[0]?.inputs).toEqual({
      count: 3,
      dry: true,
      places: ["eu"],
      name: "plain",
    });
  });

  it("take refs in full, and refuse a name that is a branch and a tag", async () => {
    const refs = [];
    for (const ref of ["refs/heads/main", "refs/tags/v1.0.0"])
      refs.push((await gitlab.api("POST", `${shop}/pipeline`, { ref })).body.ref);
    expect(refs).toEqual(["main", "v1.0.0"]);
    gitlab.world.project("acme/shop").tags.set("main", "0".repeat(40));
    expect(await status("POST", `${shop}/pipeline`, { ref: "main" })).toEqual([
      400,
      { message: { base: ["Ref is ambiguous"] } },
    ]);
    expect((await gitlab.api("POST", `${shop}/pipeline`, { ref: "refs/tags/main" })).body.tag).toBe(true);
  });
});
