import { afterEach, describe, expect, it } from "vitest";
import { lookupsFor } from "../../provider/gitlab/reads/lookups";
import { api } from "../../provider/gitlab/request/paths";
import { readEnvironment, readProtection, wasListed } from "../../provider/gitlab/reads/shared";
import { json, refusalOf, TestServer, type Handler } from "./server";

let server: TestServer;
const start = async (handler: Handler): Promise<TestServer> => (server = await TestServer.start(handler));
afterEach(() => server?.stop());

describe("a name", () => {
  it("costs one request, however often and in whatever case it is asked", async () => {
    await start((_, response) => json(response, 200, [{ id: 7, username: "Dana" }]));
    const client = server.client();
    const ids = await Promise.all(
      ["dana", "DANA", "dana"].map((name) => lookupsFor(client).userIdByUsername(name)),
    );
    expect(ids).toEqual([7, 7, 7]);
    expect(await lookupsFor(client).userIdByUsername("Dana")).toBe(7);
    expect(server.log).toEqual(["GET /api/v4/users?username=dana"]);
  });

  it("of a group is looked up by its full path, without the group's projects", async () => {
    await start((_, response) => json(response, 200, { id: 9, full_path: "acme/qa" }));
    expect(await lookupsFor(server.client()).groupIdByPath("acme/qa")).toBe(9);
    expect(server.log).toEqual(["GET /api/v4/groups/acme%2Fqa?with_projects=false"]);
  });

  it("that is not there is said, and asked again the next time", async () => {
    await start((_, response, count) =>
      count === 1
        ? json(response, 404, { message: "404 Group Not Found" })
        : json(response, 200, { id: 9, full_path: "a/b" }),
    );
    const lookups = lookupsFor(server.client());
    const error = await refusalOf(lookups.groupIdByPath("a/b"));
    expect(error).toMatchObject({ kind: "not-found", status: 404 });
    expect(error.message).toContain('the group "a/b"');
    expect(await lookups.groupIdByPath("a/b")).toBe(9);
  });

  it("of a user that GitLab does not have is not taken for another one", async () => {
    await start((_, response) => json(response, 200, [{ id: 7, username: "dana2" }]));
    expect((await refusalOf(lookupsFor(server.client()).userIdByUsername("dana"))).kind).toBe("not-found");
  });

  it("comes back from an id", async () => {
    await start(({ url }, response) =>
      url.includes("users")
        ? json(response, 200, { id: 7, username: "dana", name: "Dana" })
        : json(response, 200, { id: 5, path_with_namespace: "acme/shop" }),
    );
    const lookups = lookupsFor(server.client());
    expect([(await lookups.user(7)).username, (await lookups.project(5)).path_with_namespace]).toEqual([
      "dana",
      "acme/shop",
    ]);
    expect(server.log).toEqual(["GET /api/v4/users/7", "GET /api/v4/projects/5"]);
  });
});

/** As many environments in each project as asked for; ids are unique over all. */
const environments =
  (perProject: number, projects: number): Handler =>
  ({ url, method }, response) => {
    const [, project = "", id] = /projects\/([^/]+)\/environments(?:\/(\d+))?/.exec(url) ?? [];
    const all = Array.from({ length: perProject }, (_, i) => row(Number(project) + i * projects));
    if (method !== "GET") return json(response, 201, row(1));
    if (id !== undefined) {
      const found = all.find((environment) => environment.id === Number(id));
      return found === undefined
        ? json(response, 404, { message: "404 Not found" })
        : json(response, 200, found);
    }
    const query = new URL(url, "http://x").searchParams;
    const page = Number(query.get("page"));
    const items = all.slice((page - 1) * 100, page * 100);
    const more = page * 100 < perProject ? String(page + 1) : "";
    json(response, 200, items, {
      "x-next-page": more,
      ...(perProject > 10_000 ? {} : { "x-total": perProject }),
    });
  };

const row = (id: number) => ({
  id,
  name: `e${id}`,
  slug: `e${id}`,
  state: "available",
  tier: "other",
  external_url: null,
  project: { id: 1, description: "long" },
});

/** Reads sixteen at a time. */
async function refresh(reads: (() => Promise<unknown>)[]): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < reads.length) expect(await reads[next++]?.()).toBeDefined();
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

describe("a refresh", () => {
  it("of 1,000 environments in 10 projects costs at most 20 requests", async () => {
    await start(environments(100, 10));
    const client = server.client();
    await refresh(Array.from({ length: 1000 }, (_, i) => () => readEnvironment(client, (i % 10) + 1, i + 1)));
    expect(server.seen.length).toBeLessThanOrEqual(20);
  });

  it("of 1,000 environments in one project costs at most 11", async () => {
    await start(environments(1000, 1));
    const client = server.client();
    await refresh(Array.from({ length: 1000 }, (_, i) => () => readEnvironment(client, 1, i + 1)));
    expect(server.seen.length).toBeLessThanOrEqual(11);
  });

  it("of one environment among 20,000 costs one", async () => {
    await start(environments(20_000, 1));
    expect(await readEnvironment(server.client(), 1, 19_000)).toMatchObject({ name: "e19000" });
    expect(server.log).toEqual(["GET /api/v4/projects/1/environments/19000"]);
  });

  it("leaves out the project that lists repeat in every row", async () => {
    await start(environments(2, 1));
    const client = server.client();
    const [first] = await Promise.all([readEnvironment(client, 1, 1), readEnvironment(client, 1, 2)]);
    expect(first).not.toHaveProperty("project");
  });

  it("says whether the list was seen, so that a missing row needs no look at the project", async () => {
    await start(environments(2, 1));
    const client = server.client();
    expect(wasListed(client, "project", 1, 10_000)).toBe(false);
    const [, gone] = await Promise.all([readEnvironment(client, 1, 1), readEnvironment(client, 1, 99)]);
    expect(gone).toBeUndefined();
    expect(wasListed(client, "project", 1, 10_000)).toBe(true);
    expect(wasListed(client, "project", 1, -1)).toBe(false);
    expect(server.log).toEqual([
      "GET /api/v4/projects/1/environments?per_page=100&page=1",
      "GET /api/v4/projects/1/environments/99",
    ]);
  });

  it("does the same for protections, by name", async () => {
    const protection = (name: string) => ({ name, deploy_access_levels: [], approval_rules: [] });
    await start((_, response) =>
      json(response, 200, [protection("production"), protection("staging")], { "x-total": "2" }),
    );
    const client = server.client();
    const read = (name: string) => readProtection(client, "group", "acme", name);
    expect(await Promise.all([read("production"), read("staging")])).toEqual([
      protection("production"),
      protection("staging"),
    ]);
    expect(server.log).toEqual(["GET /api/v4/groups/acme/protected_environments?per_page=100&page=1"]);
  });
});

describe("a write", () => {
  const seenAfter = async (write: ReturnType<typeof api>): Promise<number> => {
    await start(environments(3, 1));
    const client = server.client();
    const readTwo = () => Promise.all([readEnvironment(client, "1", 1), readEnvironment(client, "1", 2)]);
    await readTwo();
    await client.post(write, {});
    await readTwo();
    return server.seen.filter(({ method }) => method === "GET").length;
  };

  it("drops what was read of its project", async () => {
    expect(await seenAfter(api`/projects/${1}/environments`)).toBe(2);
  });

  it("drops it too where the project is spelled as a path", async () => {
    expect(await seenAfter(api`projects/${"acme/shop"}/things`)).toBe(2);
  });

  it("keeps what was read of another project, and of groups", async () => {
    expect(await seenAfter(api`projects/${2}/environments`)).toBe(1);
    expect(await seenAfter(api`groups/${1}/things`)).toBe(1);
  });
});
