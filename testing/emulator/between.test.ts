import { afterEach, describe, expect, it } from "vitest";
import { Emulator } from "./index";

let gitlab: Emulator;
afterEach(() => gitlab.stop());

const shop = "/projects/acme%2Fshop";
const page = (title: string) => expect.stringContaining(`<h1>${title}</h1>`) as unknown;

describe("a proxy", () => {
  it("that decodes %2F makes another route of the path: 404 as JSON", async () => {
    gitlab = await Emulator.start();
    const takeAway = gitlab.putBetween({ encodedSlashes: "decode" });
    expect(await gitlab.api("GET", shop)).toMatchObject({ status: 404, body: { error: "404 Not Found" } });
    expect((await gitlab.api("GET", `/projects/${gitlab.world.project("acme/shop").id}`)).status).toBe(200);
    takeAway();
    expect((await gitlab.api("GET", shop)).status).toBe(200);
  });

  it("that refuses %2F answers a page of its own", async () => {
    gitlab = await Emulator.start();
    gitlab.putBetween({ encodedSlashes: "refuse" });
    const answer = await gitlab.api("GET", shop);
    expect([answer.status, answer.body, answer.headers.get("content-type")]).toEqual([
      404,
      page("404 Not Found"),
      "text/html",
    ]);
  });

  it("that knows only GET and POST answers 405, and nothing happens", async () => {
    gitlab = await Emulator.start();
    gitlab.world.protect("acme", "production", [{ role: "maintainer" }]);
    gitlab.putBetween({ methods: ["GET", "POST"] });
    const path = "/groups/acme/protected_environments/production";
    expect(await gitlab.api("DELETE", path)).toMatchObject({
      status: 405,
      body: page("405 Method Not Allowed"),
    });
    expect((await gitlab.api("GET", path)).status).toBe(200);
  });

  it("that is broken answers everything with its page", async () => {
    gitlab = await Emulator.start();
    gitlab.putBetween({ answers: 502 });
    expect(await gitlab.api("POST", `${shop}/environments`, { name: "one" })).toMatchObject({
      status: 502,
      body: page("502 Bad Gateway"),
    });
    expect(gitlab.world.environments("acme/shop")).toEqual([]);
    expect(gitlab.requests.map(({ method, status }) => [method, status])).toEqual([["POST", 502]]);
  });

  it("that loses the query answers the first page again and again", async () => {
    gitlab = await Emulator.start();
    gitlab.world.addEnvironments("acme/shop", 3);
    gitlab.putBetween({ dropsQuery: true });
    const answer = await gitlab.api("GET", `${shop}/environments?page=2&per_page=1&name=review/3`);
    expect(answer.body).toHaveLength(3);
    expect(gitlab.requests[0]?.query).toMatchObject({ page: "2", per_page: "1" });
  });

  it("that waits only so long answers 504 while the write takes effect", async () => {
    gitlab = await Emulator.start();
    gitlab.putBetween({ limitMs: 5 });
    const removeDelay = gitlab.fault({ method: "POST", delayMs: 600_000 });
    expect(await gitlab.api("POST", `${shop}/environments`, { name: "one" })).toMatchObject({
      status: 504,
      body: page("504 Gateway Time-out"),
    });
    removeDelay();
    expect(gitlab.world.environments("acme/shop")).toMatchObject([{ name: "one" }]);
  });
});

describe("what was renamed", () => {
  it("is not redirected on the group level", async () => {
    gitlab = await Emulator.start();
    gitlab.world.renameGroup("acme", { path: "acme-inc" });
    expect(await gitlab.api("GET", "/groups/acme/protected_environments")).toMatchObject({
      status: 404,
      body: { message: "404 Group Not Found" },
    });
    expect((await gitlab.api("GET", "/groups/acme-inc/protected_environments")).status).toBe(200);
  });

  it("redirects projects by id, to the address that GitLab believes to have", async () => {
    gitlab = await Emulator.start({ externalUrl: "https://gitlab.example.com" });
    const { id } = gitlab.world.project("acme/shop");
    gitlab.world.transferGroup("acme", "other-co/acme");
    const read = await gitlab.api("GET", `${shop}/environments?per_page=5`);
    expect([read.status, read.headers.get("location")]).toEqual([
      301,
      `https://gitlab.example.com/api/v4/projects/${id}/environments?per_page=5`,
    ]);
    expect(await gitlab.api("POST", `${shop}/environments`, { name: "one" })).toMatchObject({
      status: 405,
      body: { message: "Non GET methods are not allowed for moved projects" },
    });
    expect((await gitlab.api("GET", "/projects/other-co%2Facme%2Fshop")).status).toBe(200);
  });
});

describe("what was archived or switched off", () => {
  const deployment = { environment: "one", ref: "main", sha: "main", tag: false, status: "running" };

  it("is read and not written when archived", async () => {
    gitlab = await Emulator.start();
    gitlab.world.addEnvironment("acme/shop", "one");
    gitlab.world.archiveProject("acme/shop");
    expect((await gitlab.api("GET", `${shop}/environments`)).status).toBe(200);
    for (const answer of [
      await gitlab.api("POST", `${shop}/environments`, { name: "two" }),
      await gitlab.api("POST", `${shop}/deployments`, deployment),
      await gitlab.api("POST", `${shop}/pipeline`, { ref: "main" }),
    ])
      expect(answer).toMatchObject({ status: 403, body: { message: "403 Forbidden" } });
  });

  it("has no environments and deployments, even to read, when environments are off", async () => {
    gitlab = await Emulator.start();
    gitlab.world.switchOff("acme/shop", "environments");
    for (const path of ["environments", "environments/1", "deployments", "deployments/1"])
      expect(await gitlab.api("GET", `${shop}/${path}`)).toMatchObject({
        status: 403,
        body: { message: "403 Forbidden" },
      });
    expect((await gitlab.api("POST", `${shop}/pipeline`, { ref: "main" })).status).toBe(201);
    expect((await gitlab.api("GET", `${shop}/protected_environments`)).status).toBe(200);
  });

  it("refuses a pipeline with a sentence when CI/CD is off, and all else with 403", async () => {
    gitlab = await Emulator.start();
    const { id } = gitlab.world.addPipeline("acme/shop");
    gitlab.world.switchOff("acme/shop", "ci");
    expect(await gitlab.api("POST", `${shop}/pipeline`, { ref: "main" })).toMatchObject({
      status: 400,
      body: { message: { base: ["Pipelines are disabled!"] } },
    });
    expect((await gitlab.api("GET", `${shop}/pipelines/${id}`)).status).toBe(200);
    for (const path of ["environments", "deployments", "protected_environments", "pipelines"])
      expect((await gitlab.api("GET", `${shop}/${path}`)).status).toBe(403);
  });
});
