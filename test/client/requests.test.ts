import { afterEach, describe, expect, it, vi } from "vitest";
import { api } from "../../provider/gitlab/request/paths";
import { json, QUICK, refusalOf, TestServer, CANARY, type Handler } from "./server";

let server: TestServer;
const start = async (handler: Handler): Promise<TestServer> => (server = await TestServer.start(handler));
afterEach(() => server?.stop());

describe("a request", () => {
  it("carries token, JSON and encoded path parts, and nothing else of ours", async () => {
    await start((_, response) => json(response, 201, { id: 7 }));
    const made = await server.client().post(api`projects/${"acme/shop"}/things`, { name: "review/a b" });

    expect(made).toEqual({ id: 7 });
    expect(server.log).toEqual(["POST /api/v4/projects/acme%2Fshop/things"]);
    expect(server.seen[0]?.body).toBe('{"name":"review/a b"}');
    expect(server.seen[0]?.headers).toMatchObject({
      "private-token": CANARY,
      "content-type": "application/json",
      accept: "application/json",
      "user-agent": "pulumi-gitlab-cd",
    });
    expect(Object.keys(server.seen[0]?.headers ?? {}).sort()).toEqual([
      "accept",
      "accept-encoding",
      "connection",
      "content-length",
      "content-type",
      "host",
      "private-token",
      "user-agent",
    ]);
  });

  it("writes arrays and times into the query as GitLab reads them", async () => {
    await start((_, response) => json(response, 200, []));
    await server.client().page(api`projects/${1}/pipelines/${2}/jobs`, {
      scope: ["failed", "success"],
      updated_after: "2026-01-02T03:04:05+02:00",
      name: undefined,
      include_retried: true,
    });
    const query = new URL(server.seen[0]?.url ?? "", server.origin).searchParams;
    expect([...query]).toEqual([
      ["scope[]", "failed"],
      ["scope[]", "success"],
      ["updated_after", "2026-01-02T03:04:05+02:00"],
      ["include_retried", "true"],
    ]);
    expect(server.seen[0]?.url).not.toMatch(/[+]/);
  });

  it("resolves to undefined for a 204", async () => {
    await start((_, response) => response.writeHead(204).end());
    expect(
      await server.client().delete(api`groups/${"acme"}/protected_environments/${"production"}`),
    ).toBeUndefined();
  });

  it.each(["..", ".", ""])(
    "is not sent where a part is %j: the address would mean something else",
    async (name) => {
      await start((_, response) => response.writeHead(204).end());
      const error = await refusalOf(
        server.client().delete(api`projects/${1}/protected_environments/${name}`),
      );
      expect(error.kind).toBe("invalid");
      expect(server.log).toEqual([]);
    },
  );

  it("reuses its connections", async () => {
    await start((_, response) => json(response, 200, {}));
    const client = server.client();
    for (let i = 0; i < 5; i++) await client.get(api`version`);
    expect(server.connections).toBe(1);
  });
});

describe("lists", () => {
  const pages =
    (rows: number, told = true): Handler =>
    ({ url }, response) => {
      const query = new URL(url, "http://x").searchParams;
      const page = Number(query.get("page"));
      const size = Number(query.get("per_page"));
      const items = Array.from({ length: rows }, (_, i) => ({ id: i + 1 })).slice(
        (page - 1) * size,
        page * size,
      );
      const next = page * size < rows ? String(page + 1) : "";
      json(response, 200, items, told ? { "x-next-page": next, "x-total": String(rows) } : {});
    };

  it("takes all pages of 100", async () => {
    await start(pages(250));
    const rows = await server.client().list<{ id: number }>(api`projects/${1}/things`, { states: "stopped" });
    expect(rows.map((row) => row.id)).toEqual(Array.from({ length: 250 }, (_, i) => i + 1));
    expect(server.log).toEqual(
      [1, 2, 3].map((page) => `GET /api/v4/projects/1/things?states=stopped&per_page=100&page=${page}`),
    );
  });

  it("asks for no more than the limit", async () => {
    await start(pages(250));
    expect(await server.client().list(api`projects/${1}/things`, {}, 3)).toHaveLength(3);
    expect(server.log).toEqual(["GET /api/v4/projects/1/things?per_page=3&page=1"]);
  });

  it("goes by Link where a proxy drops GitLab's own headers, and never to another host", async () => {
    await start(({ url }, response) => {
      const last = url.includes("page=2");
      const link = last
        ? ""
        : '<https://evil.example/api/v4/x?id=1&page=2&per_page=100>; rel="next", <https://x/?page=9>; rel="last"';
      json(response, 200, [{ id: last ? 2 : 1 }], { link });
    });
    expect(await server.client().list(api`projects/${1}/things`)).toEqual([{ id: 1 }, { id: 2 }]);
    expect(server.seen).toHaveLength(2);
  });

  it.each([
    [250, 3],
    [200, 3],
    [199, 2],
    [0, 1],
  ])(
    "takes all of %i rows where something on the way drops every header about pages",
    async (rows, requests) => {
      await start(pages(rows, false));
      expect(await server.client().list(api`projects/${1}/things`)).toHaveLength(rows);
      expect(server.seen).toHaveLength(requests);
    },
  );

  it("refuses a list of which something on the way drops every header about pages, and the page that is asked for", async () => {
    const rows = Array.from({ length: 100 }, (_, i) => ({ id: i }));
    await start((_, response) => json(response, 200, rows));
    const error = await refusalOf(server.client().list(api`projects/${1}/things`));
    expect(error.message).toContain("the answer shows the same page again");
    expect(server.seen).toHaveLength(2);
  });

  it("gives up on a list whose pages all come, and take too long together", async () => {
    await start(({ url }, response) => {
      const page = Number(new URL(url, "http://x").searchParams.get("page"));
      vi.advanceTimersByTime(10);
      json(response, 200, [{ id: page }], { "x-next-page": String(page + 1) });
    });
    vi.useFakeTimers({ toFake: ["performance"] });
    const limits = { ...QUICK, list: 200 };
    const error = await refusalOf(server.client({ limits }).list(api`projects/${1}/things`)).finally(() =>
      vi.useRealTimers(),
    );
    expect(server.seen).toHaveLength(21);
    expect(error).toMatchObject({ kind: "bad-answer", applied: "no" });
    expect(error.message).toMatch(/goes on after \d+ minutes.*Ask for less, with filters or a limit\./);
  });

  it("refuses a list that goes round in circles", async () => {
    await start((_, response) => json(response, 200, [{ id: 1 }], { "x-next-page": "1" }));
    expect((await refusalOf(server.client().list(api`projects/${1}/things`))).kind).toBe("bad-answer");
    expect(server.seen).toHaveLength(1);
  });

  it("gives up on a list without end", async () => {
    await start(({ url }, response) => {
      const page = Number(new URL(url, "http://x").searchParams.get("page"));
      json(response, 200, [{ id: page }], { "x-next-page": String(page + 1) });
    });
    expect((await refusalOf(server.client().list(api`projects/${1}/things`))).message).toContain(
      "1000 pages",
    );
  });
});
