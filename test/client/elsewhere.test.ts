import { afterEach, describe, expect, it } from "vitest";

import { api, type ApiPath } from "../../provider/gitlab/request/paths";
import { json, refusalOf, TestServer } from "./server";

/** Answers of success that are about nothing, or about something else than was asked for. */

let server: TestServer;
afterEach(() => server?.stop());
const answering = async (body: unknown, status = 200): Promise<TestServer> =>
  (server = await TestServer.start((_request, response) => json(response, status, body)));

const environment = { id: 8, name: "other", slug: "other", state: "available", tier: "other" };
const pipeline = {
  id: 8,
  sha: "a",
  ref: "main",
  status: "running",
  created_at: "2026-01-01T00:00:00Z",
  web_url: "https://gitlab.example/p/8",
};
const protection = { name: "Production", deploy_access_levels: [] };
const project = { id: 8, path_with_namespace: "acme/other" };

describe("an answer about another record than was asked for is refused:", () => {
  it.each<[string, ApiPath, unknown, RegExp]>([
    ["GET", api`projects/${1}/environments/${7}`, environment, /its id is 8/],
    ["PUT", api`projects/${1}/environments/${7}`, environment, /its id is 8/],
    ["POST", api`projects/${1}/environments/${7}/stop`, environment, /its id is 8/],
    ["POST", api`projects/${1}/environments`, environment, /its name is "other"/],
    ["POST", api`projects/${1}/pipelines/${7}/cancel`, pipeline, /its id is 8/],
    ["PUT", api`projects/${1}/pipelines/${7}/metadata`, pipeline, /its id is 8/],
    ["GET", api`groups/${"acme"}/protected_environments/${"production"}`, protection, /name is "Production"/],
    ["POST", api`groups/${"acme"}/protected_environments`, protection, /name is "Production"/],
    ["GET", api`projects/${7}`, project, /its id is 8/],
  ])("%s %o", async (method, path, body, words) => {
    const client = (await answering(body)).client();
    const sent = { name: "production" };
    const ask = {
      GET: () => client.get(path),
      PUT: () => client.put(path, sent),
      POST: () => client.post(path, sent),
    };
    const error = await refusalOf(ask[method as keyof typeof ask]());
    expect(error.message).toMatch(words);
    expect([error.kind, error.applied]).toEqual(["bad-answer", method === "GET" ? "no" : "unknown"]);
  });

  it("not where a project is asked for by its path, or a name is encoded", async () => {
    const client = (await answering({ ...project, ...protection, name: "eu/production" })).client();
    await client.get(api`projects/${"acme/shop"}`);
    await client.get(api`projects/${"acme/shop"}/protected_environments/${"eu/production"}`);
  });
});

describe("a refusal with a status of success", () => {
  it.each([
    [{ message: "404 Not Found" }, "says all the same: 404 Not Found"],
    [{ error: "blocked by policy" }, "says all the same: blocked by policy"],
  ])("deletes nothing: %j", async (body, words) => {
    const client = (await answering(body)).client();
    const error = await refusalOf(client.delete(api`projects/${1}/environments/${7}`));
    expect(error.message).toContain(words);
    expect(error.applied).toBe("unknown");
  });

  it("is no record, and told in its own words", async () => {
    const client = (await answering({ message: "the site is blocked" })).client();
    const error = await refusalOf(client.get(api`projects/${1}/environments/${7}`));
    expect(error.message).toContain("says all the same: the site is blocked");
  });

  it("is something else where GitLab answers a message or a record", async () => {
    const client = (await answering({ message: "Successfully scheduled" })).client();
    await client.post(api`projects/${1}/environments/stop_stale`, {});
    await server.stop();
    const other = (await answering({ ...environment, id: 7 })).client();
    await other.delete(api`projects/${1}/environments/${7}`);
  });
});

it("a point in time that is none, and a number beyond all numbers, are refused", async () => {
  const client = (await answering({ ...pipeline, id: 7, created_at: "yesterday-ish" })).client();
  const error = await refusalOf(client.get(api`projects/${1}/pipelines/${7}`));
  expect(error.message).toContain('has no usable "created_at"');
  await server.stop();
  server = await TestServer.start((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ ...pipeline, id: 7 }).replace("{", '{"duration":1e999,'));
  });
  const endless = await refusalOf(server.client().get(api`projects/${1}/pipelines/${7}`));
  expect(endless.message).toContain('has no usable "duration"');
});

it("a list of too much is given up long before memory ends", async () => {
  const row = { ...environment, description: "x".repeat(20 << 20) };
  server = await TestServer.start((request, response) => {
    const page = Number(new URL(request.url, "http://x").searchParams.get("page"));
    json(response, 200, [{ ...row, id: page }], { "x-next-page": String(page + 1) });
  });
  const error = await refusalOf(server.client().list(api`projects/${1}/environments`));
  expect(error.message).toContain("goes on after 128 MiB");
  expect(server.seen.length).toBeLessThan(10);
});
