import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Emulator } from "./index";

let gitlab: Emulator;

beforeEach(async () => {
  gitlab = await Emulator.start();
});
afterEach(() => gitlab.stop());

const environments = "/projects/acme%2Fshop/environments";
async function get(
  path: string,
  headers: Record<string, string>,
  method = "GET",
): Promise<[number, unknown]> {
  const answer = await fetch(`${gitlab.url}/api/v4${path}`, { headers, method, redirect: "manual" });
  const text = await answer.text();
  return [answer.status, text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text];
}

describe("tokens", () => {
  it("come in four ways", async () => {
    const { token } = gitlab;
    expect((await get("/user", { "PRIVATE-TOKEN": token }))[0]).toBe(200);
    expect((await get("/user", { Authorization: `Bearer ${token}` }))[0]).toBe(200);
    expect((await get(`/user?private_token=${token}`, {}))[0]).toBe(200);
    expect((await get(`/user?access_token=${token}`, {}))[0]).toBe(200);
    expect(JSON.stringify(gitlab.requests)).not.toContain(token);
  });

  it("are unknown, expired or revoked: 401 each with its body", async () => {
    expect(await get("/user", { "PRIVATE-TOKEN": "nonsense" })).toEqual([
      401,
      { message: "401 Unauthorized" },
    ]);
    expect(await get("/user", {})).toEqual([401, { message: "401 Unauthorized" }]);
    const expired = gitlab.addToken({ user: "dana", expiresAt: new Date(Date.now() + 60_000) });
    gitlab.world.advance(61_000);
    expect(await get("/user", { "PRIVATE-TOKEN": expired })).toEqual([
      401,
      {
        error: "invalid_token",
        error_description: "Token is expired. You can either do re-authorization or token refresh.",
      },
    ]);
    const revoked = gitlab.tokenFor("dana");
    gitlab.revokeToken(revoked);
    expect(await get("/user", { "PRIVATE-TOKEN": revoked })).toEqual([
      401,
      {
        error: "invalid_token",
        error_description: "Token was revoked. You have to re-authorize from the user.",
      },
    ]);
  });

  it("write only with the scope for it", async () => {
    const reader = gitlab.addToken({ user: "olivia", scopes: ["read_api"] });
    expect((await get(environments, { "PRIVATE-TOKEN": reader }))[0]).toBe(200);
    const [status, body] = await get(environments, { "PRIVATE-TOKEN": reader }, "POST");
    expect(status).toBe(403);
    expect(body).toMatchObject({ error: "insufficient_scope", scope: "api" });
    const user = gitlab.addToken({ user: "olivia", scopes: ["read_user"] });
    expect((await get("/user", { "PRIVATE-TOKEN": user }))[0]).toBe(200);
    expect((await get(environments, { "PRIVATE-TOKEN": user }))[0]).toBe(403);
  });

  it("tell of themselves", async () => {
    expect((await gitlab.api("GET", "/personal_access_tokens/self")).body).toMatchObject({
      scopes: ["api"],
      active: true,
      revoked: false,
      expires_at: null,
    });
  });

  it("let only administrators be someone else", async () => {
    const root = gitlab.addToken({ user: "root", scopes: ["api", "sudo"] });
    expect(await get("/user", { "PRIVATE-TOKEN": root, Sudo: "dana" })).toMatchObject([
      200,
      { username: "dana" },
    ]);
    expect(await get("/user", { "PRIVATE-TOKEN": gitlab.token, Sudo: "dana" })).toEqual([
      403,
      { message: "403 Forbidden - Must be admin to use sudo" },
    ]);
  });

  it("of deployment are none here", async () => {
    const token = gitlab.addToken({ user: "olivia", kind: "deploy" });
    expect((await get(environments, { "PRIVATE-TOKEN": token }))[0]).toBe(401);
  });
});

describe("job tokens", () => {
  const job = (jobProject: string) => ({
    "JOB-TOKEN": gitlab.addToken({ user: "dana", kind: "job", jobProject }),
  });

  it("reach environments, deployments and pipeline metadata of their own project", async () => {
    expect((await get(environments, job("acme/shop")))[0]).toBe(200);
    expect((await get("/projects/acme%2Fshop/deployments", job("acme/shop")))[0]).toBe(200);
  });

  it("reach another project only from its allowlist", async () => {
    expect(await get(environments, job("acme/api"))).toEqual([
      403,
      {
        message: "403 Forbidden - Authentication by CI/CD job token not allowed from acme/api to acme/shop.",
      },
    ]);
    gitlab.world.allowJobsFrom("acme/shop", "acme/api");
    expect((await get(environments, job("acme/api")))[0]).toBe(200);
  });

  it.each([
    ["/user", "GET", 401],
    ["/projects/acme%2Fshop", "GET", 404],
    ["/projects/acme%2Fshop/protected_environments", "GET", 404],
    ["/groups/acme/protected_environments", "POST", 404],
    ["/projects/acme%2Fshop/pipelines/latest", "GET", 404],
    ["/projects/acme%2Fshop/pipeline", "POST", 401],
  ])("are as if not sent on %s (%s: %i)", async (path, method, status) => {
    expect((await get(path, job("acme/shop"), method))[0]).toBe(status);
  });

  it("are 401 when the job is over", async () => {
    const headers = job("acme/shop");
    gitlab.revokeToken(headers["JOB-TOKEN"]);
    expect((await get(environments, headers))[0]).toBe(401);
  });
});

describe("paths", () => {
  it("want their slashes encoded", async () => {
    const headers = { "PRIVATE-TOKEN": gitlab.token };
    expect((await get("/projects/acme%2Fshop", headers))[0]).toBe(200);
    expect((await get("/projects/ACME%2fShop", headers))[0]).toBe(200);
    expect(await get("/projects/acme/shop", headers)).toEqual([404, { error: "404 Not Found" }]);
    expect(await get("/projects/shop", headers)).toEqual([404, { message: "404 Project Not Found" }]);
    expect((await get("/groups/acme", headers))[0]).toBe(200);
    expect((await get("/groups/acme%2Fqa", headers))[0]).toBe(200);
    expect(await get("/groups/nowhere", headers)).toEqual([404, { message: "404 Group Not Found" }]);
  });

  it("of old projects redirect a GET and refuse the rest", async () => {
    const { id } = gitlab.world.project("acme/shop");
    gitlab.world.moveProject("acme/shop", "acme/release/store");
    const url = `${gitlab.url}/api/v4${environments}?per_page=5`;
    const headers = { "PRIVATE-TOKEN": gitlab.token };
    const moved = await fetch(url, { headers, redirect: "manual" });
    expect(moved.status).toBe(301);
    expect(moved.headers.get("location")).toBe(`${gitlab.url}/api/v4/projects/${id}/environments?per_page=5`);
    expect(moved.headers.get("content-type")).toContain("text/plain");
    expect((await fetch(url, { headers })).status).toBe(200);
    expect(await gitlab.api("POST", environments, { name: "x" })).toMatchObject({
      status: 405,
      body: { message: "Non GET methods are not allowed for moved projects" },
    });
    expect((await gitlab.api("GET", "/projects/acme%2Frelease%2Fstore")).body.id).toBe(id);
  });

  it("of version 3 are gone", async () => {
    expect((await fetch(`${gitlab.url}/api/v3/projects`)).status).toBe(410);
  });
});

describe("look-ups", () => {
  const paths = async (path: string, user?: string) =>
    (await gitlab.api("GET", path, undefined, user)).body.map(
      (row: { full_path?: string; path_with_namespace?: string }) => row.full_path ?? row.path_with_namespace,
    );

  it("find users by name, each once", async () => {
    expect((await gitlab.api("GET", "/users?username=DANA")).body).toMatchObject([{ username: "dana" }]);
    expect((await gitlab.api("GET", "/users?username=nobody")).body).toEqual([]);
    const { id } = gitlab.world.user("dana");
    expect((await gitlab.api("GET", `/users/${id}`)).body.name).toBe("Dana Maintainer");
    expect((await gitlab.api("GET", "/users/9999")).body).toEqual({ message: "404 User Not Found" });
    expect((await gitlab.api("GET", "/version")).body).toMatchObject({ version: "19.2.0-ee" });
  });

  it("list the groups that one may see", async () => {
    expect(await paths("/groups?top_level_only=true")).toEqual(["acme"]);
    expect(await paths("/groups/acme/subgroups")).toEqual(["acme/qa", "acme/release", "acme/security"]);
    expect(await paths("/groups/acme/descendant_groups")).toHaveLength(3);
    expect(await paths("/groups", "stranger")).toEqual(["other-co"]);
  });

  it("list the projects of a group", async () => {
    gitlab.world.addProject({ path: "acme/release/tools", archived: true });
    expect(await paths("/groups/acme/projects?order_by=name&sort=asc")).toEqual(["acme/api", "acme/shop"]);
    expect(await paths("/groups/acme/projects?include_subgroups=true&archived=true")).toEqual([
      "acme/release/tools",
    ]);
    expect(await paths("/groups/acme%2Fqa/projects")).toEqual(["acme/shop"]);
    expect(await paths("/groups/acme%2Fqa/projects?with_shared=false")).toEqual([]);
  });

  it("show a group with or without its projects, and the invited groups of a project", async () => {
    expect((await gitlab.api("GET", "/groups/acme?with_projects=false")).body).not.toHaveProperty("projects");
    expect((await gitlab.api("GET", "/groups/acme")).body.projects).toHaveLength(2);
    expect((await gitlab.api("GET", "/projects/acme%2Fshop")).body.shared_with_groups).toMatchObject([
      { group_full_path: "acme/release", group_access_level: 40 },
      { group_full_path: "acme/qa", group_access_level: 30 },
    ]);
  });

  it("list members with what they inherit", async () => {
    const names = async (path: string) =>
      (await gitlab.api("GET", path)).body.map((row: { username: string; access_level: number }) => [
        row.username,
        row.access_level,
      ]);
    expect(await names("/groups/acme%2Fqa/members/all")).toContainEqual(["dana", 40]);
    expect(await names("/groups/acme%2Fqa/members")).toEqual([
      ["quinn", 30],
      ["tess", 30],
    ]);
    expect(await names("/projects/acme%2Fshop/members/all")).toContainEqual(["quinn", 30]);
    const { id } = gitlab.world.user("dana");
    expect((await gitlab.api("GET", `/groups/acme/members/all/${id}`)).body.access_level).toBe(40);
    expect((await gitlab.api("GET", "/groups/acme/members/all/9999")).status).toBe(404);
  });
});

describe("notes", () => {
  it("are written, found and changed by their author", async () => {
    const request = gitlab.world.addMergeRequest("acme/shop");
    const path = `/projects/acme%2Fshop/merge_requests/${request.iid}/notes`;
    const made = await gitlab.api("POST", path, { body: "first" }, "rita");
    expect(made.status).toBe(201);
    const one = `${path}/${made.body.id}`;
    expect((await gitlab.api("PUT", one, { body: "second" }, "devon")).status).toBe(403);
    expect((await gitlab.api("PUT", one, { body: "second" }, "rita")).body.body).toBe("second");
    expect((await gitlab.api("GET", path)).body).toMatchObject([
      { body: "second", author: { username: "rita" } },
    ]);
    expect(gitlab.world.notes(request)).toHaveLength(1);
  });
});
