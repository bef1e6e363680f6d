import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Asked } from "./index";
import { Emulator, gitlab18 } from "./index";

let gitlab: Emulator;
beforeEach(async () => {
  gitlab = await Emulator.start();
});
afterEach(() => gitlab.stop());

const shop = "/projects/acme%2Fshop";
const base = "/groups/acme/protected_environments";
const production = `${base}/production`;
const deployment = { environment: "production", ref: "main", sha: "main", tag: false, status: "success" };

const status = (method: string, path: string, body?: unknown, user?: string) =>
  gitlab.api(method, path, body, user).then(({ status: code, body: said }) => [code, said as unknown]);
const form = (path: string, pairs: [string, string][], method = "POST") =>
  status(method, path, new URLSearchParams(pairs));
const withJob = async (
  path: string,
  method = "GET",
  job = gitlab.addToken({ user: "olivia", kind: "job" }),
) => {
  const answer = await fetch(`${gitlab.url}/api/v4${path}`, { method, headers: { "JOB-TOKEN": job } });
  return [answer.status, await answer.json()] as [number, unknown];
};

describe("an equal successful deployment", () => {
  it("is answered with the old record, and wakes nothing up", async () => {
    const first = await gitlab.api("POST", `${shop}/deployments`, deployment, "dana");
    gitlab.world.runWorkers();
    const environmentId = gitlab.world.environment("acme/shop", "production").id;
    await gitlab.api("POST", `${shop}/environments/${environmentId}/stop`);
    const second = await gitlab.api("POST", `${shop}/deployments`, deployment, "devon");
    const told = ({ body: { id, created_at, user } }: Asked) => [id, created_at, user.username];
    expect(second.status).toBe(201);
    expect(told(second)).toEqual(told(first));
    gitlab.world.runWorkers();
    expect(gitlab.world.environment("acme/shop", "production").state).toBe("stopped");
    expect(gitlab.world.deployments("acme/shop")).toHaveLength(1);
  });

  it("is one that CI made, too; another ref, or a failure, makes a new one", async () => {
    const ci = gitlab.world.addCiDeployment("acme/shop", { environment: "production" });
    const same = { ...deployment, sha: ci.sha };
    const ids = [];
    for (const body of [same, { ...same, ref: "develop" }, { ...same, status: "failed" }])
      ids.push((await gitlab.api("POST", `${shop}/deployments`, body)).body.id);
    expect(ids).toEqual([ci.id, ci.id + 1, ci.id + 2]);
  });
});

it("restarts a stopping environment, not only a stopped one", async () => {
  const { id } = gitlab.world.addEnvironment("acme/shop", "production");
  gitlab.world.addOnStopJob("acme/shop", "production");
  gitlab.world.store.switches.stopJobReads = "manual";
  expect((await gitlab.api("POST", `${shop}/environments/${id}/stop`)).body.state).toBe("stopping");
  await gitlab.api("POST", `${shop}/deployments`, deployment);
  gitlab.world.runWorkers();
  expect(gitlab.world.environment("acme/shop", "production").state).toBe("available");
});

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

describe("job tokens", () => {
  it("read pipelines, their jobs and bridges, and nothing else of them", async () => {
    const { id } = gitlab.world.addPipeline("acme/shop");
    const codes: Record<string, number> = {};
    const one = `/${id}`;
    for (const path of [
      "",
      one,
      `${one}/jobs`,
      `${one}/bridges`,
      `${one}/trigger_jobs`,
      "/latest",
      `${one}/variables`,
      `${one}/test_report`,
    ])
      codes[path.replace(one, "/1")] = (await withJob(`${shop}/pipelines${path}`))[0];
    expect(codes).toEqual({
      "": 200,
      "/1": 200,
      "/1/jobs": 200,
      "/1/bridges": 200,
      "/1/trigger_jobs": 200,
      "/latest": 404,
      "/1/variables": 404,
      "/1/test_report": 404,
    });
    for (const path of [`/pipelines${one}/retry`, `/pipelines${one}/cancel`, "/pipeline"])
      expect((await withJob(shop + path, "POST"))[0]).toBe(401);
  });

  it("were not taken there by older versions, which have no trigger jobs either", async () => {
    const { id } = gitlab.world.addPipeline("acme/shop");
    Object.assign(gitlab.world.store.switches, { jobTokensReadPipelines: false, triggerJobs: false });
    expect((await withJob(`${shop}/pipelines/${id}`))[0]).toBe(404);
    expect((await withJob(`${shop}/pipelines/${id}/jobs`))[0]).toBe(200);
    expect(await withJob(`${shop}/pipelines/${id}/trigger_jobs`)).toEqual([404, { error: "404 Not Found" }]);
  });

  it("with fine-grained permissions are told which one is missing", async () => {
    const job = gitlab.addToken({ user: "olivia", kind: "job", jobProject: "acme/api" });
    gitlab.world.allowJobsFrom("acme/shop", "acme/api", ["read_deployments"]);
    expect((await withJob(`${shop}/deployments`, "GET", job))[0]).toBe(200);
    const lacks = "403 Forbidden - Insufficient permissions to access this resource in project shop.";
    expect(await withJob(`${shop}/environments`, "GET", job)).toEqual([
      403,
      { message: `${lacks} The following token permission is required: read_environments.` },
    ]);
    const query = "?environment=production&ref=main&sha=main&tag=false&status=success";
    expect(await withJob(`${shop}/deployments${query}`, "POST", job)).toEqual([
      403,
      {
        message: `${lacks} The following token permissions are required: admin_deployments and admin_environments.`,
      },
    ]);
  });
});

it("granular personal tokens reach what they name and nothing more", async () => {
  const token = gitlab.addToken({ user: "olivia", permissions: ["read_protected_environment"] });
  const ask = async (path: string) => {
    const answer = await fetch(`${gitlab.url}/api/v4${path}`, { headers: { "PRIVATE-TOKEN": token } });
    return [answer.status, ((await answer.json()) as { error?: string }).error];
  };
  expect(await ask(base)).toEqual([200, undefined]);
  for (const path of ["/user", shop, `${shop}/environments`])
    expect(await ask(path)).toEqual([403, "insufficient_granular_scope"]);
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

describe("what is looked up before the role", () => {
  it("is 404 to a guest where it is missing, 403 where it is there", async () => {
    const { id } = await gitlab
      .api("POST", `${shop}/deployments`, deployment)
      .then(({ body }) => body as { id: number });
    const pipeline = gitlab.world.addPipeline("acme/shop").id;
    gitlab.world.project("acme/shop").publicPipelines = false;
    for (const [method, path, there] of [
      ["PUT", "deployments", id],
      ["DELETE", "deployments", id],
      ["GET", "pipelines", pipeline],
      ["DELETE", "pipelines", pipeline],
    ] as const) {
      const body = method === "PUT" ? { status: "failed" } : undefined;
      expect((await status(method, `${shop}/${path}/999`, body, "gus"))[0]).toBe(404);
      expect((await status(method, `${shop}/${path}/${there}`, body, "gus"))[0]).toBe(403);
    }
    for (const action of ["retry", "cancel"]) {
      expect((await status("POST", `${shop}/pipelines/999/${action}`, undefined, "gus"))[0]).toBe(404);
      expect((await status("POST", `${shop}/pipelines/${pipeline}/${action}`, undefined, "gus"))[0]).toBe(
        403,
      );
    }
  });
});

it("lists no merge requests of a deployment that is not there", async () => {
  expect(await status("GET", `${shop}/deployments/999/merge_requests`)).toEqual([200, []]);
});

it("searches the beginning of a name and of its part inside a folder", async () => {
  for (const name of ["review/fix-foo", "fixtures", "prefix", "a/b/fix"])
    gitlab.world.addEnvironment("acme/shop", name);
  const found = await gitlab.api("GET", `${shop}/environments?search=FIX`);
  expect((found.body as { name: string }[]).map(({ name }) => name)).toEqual(["review/fix-foo", "fixtures"]);
});

describe("approvals", () => {
  const approve = (id: number, user: string, body: object = {}) =>
    status("POST", `${shop}/deployments/${id}/approval`, { status: "approved", ...body }, user);

  it("are one a person, also of one whom two rules name", async () => {
    gitlab.world.addMember("acme/security", "quinn", "developer");
    gitlab.world.protect(
      "acme",
      "production",
      [{ role: "maintainer" }],
      [{ group: "acme/qa" }, { group: "acme/security" }],
    );
    const { id } = gitlab.world.blockDeployment("acme/shop", { environment: "production" });
    expect((await approve(id, "quinn"))[0]).toBe(201);
    expect((await approve(id, "quinn", { represented_as: "Security" }))[0]).toBe(201);
    const shown = (await gitlab.api("GET", `${shop}/deployments/${id}`)).body;
    expect([shown.approvals.length, shown.pending_approval_count]).toEqual([1, 1]);
    gitlab.world.store.switches.approvalsOfOnePerson = "one-per-rule";
    expect((await approve(id, "quinn", { represented_as: "Security" }))[0]).toBe(201);
    expect((await gitlab.api("GET", `${shop}/deployments/${id}`)).body.pending_approval_count).toBe(0);
  });

  it("have a comment of 255 characters at most", async () => {
    gitlab.world.protect("acme", "production", [{ role: "maintainer" }], [{ group: "acme/qa" }]);
    const { id } = gitlab.world.blockDeployment("acme/shop", { environment: "production" });
    expect(await approve(id, "quinn", { comment: "x".repeat(256) })).toEqual([
      400,
      { message: ["Comment is too long (maximum is 255 characters)"] },
    ]);
    expect((await approve(id, "quinn", { comment: "x".repeat(255) }))[0]).toBe(201);
  });

  it("start the waiting job with the last one where a count asked for them, and not where rules did", async () => {
    gitlab.world.protect("acme", "production", [{ role: "maintainer" }]);
    gitlab.world.setLegacyApprovalCount("acme", "production", 1);
    gitlab.world.protect("acme", "staging", [{ role: "maintainer" }], [{ role: "maintainer" }]);
    const statusAfter = async (environment: string) => {
      const { id } = gitlab.world.blockDeployment("acme/shop", { environment });
      expect((await approve(id, "dana"))[0]).toBe(201);
      gitlab.world.runWorkers();
      return gitlab.world.store.deployments.get(id)?.status;
    };
    expect([await statusAfter("production"), await statusAfter("staging")]).toEqual(["running", "blocked"]);
  });

  it("are asked for by rules where there are any, else by the largest count and not the sum", async () => {
    gitlab.world.addEnvironment("acme/shop", "production");
    for (const place of ["acme", "acme/shop"]) {
      gitlab.world.protect(place, "production", [{ role: "maintainer" }]);
      gitlab.world.setLegacyApprovalCount(place, "production", place === "acme" ? 2 : 3);
    }
    const { id } = gitlab.world.blockDeployment("acme/shop", { environment: "production" });
    const pending = async () =>
      (await gitlab.api("GET", `${shop}/deployments/${id}`)).body.pending_approval_count;
    expect(await pending()).toBe(3);
    gitlab.world.addStrangerEntry("acme", "production", { role: "maintainer" }, "rules");
    expect(await pending()).toBe(1);
  });
});
