import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Emulator } from "./index";

let gitlab: Emulator;
beforeEach(async () => {
  gitlab = await Emulator.start();
});
afterEach(() => gitlab.stop());

const shop = "/projects/acme%2Fshop";

const withJob = async (
  path: string,
  method = "GET",
  job = gitlab.addToken({ user: "olivia", kind: "job" }),
) => {
  const answer = await fetch(`${gitlab.url}/api/v4${path}`, { method, headers: { "JOB-TOKEN": job } });
  return [answer.status, await answer.json()] as [number, unknown];
};

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
  expect(await ask("/groups/acme/protected_environments")).toEqual([200, undefined]);
  for (const path of ["/user", shop, `${shop}/environments`])
    expect(await ask(path)).toEqual([403, "insufficient_granular_scope"]);
});
