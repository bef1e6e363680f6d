import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { api, type ApiPath } from "../../provider/gitlab/request/paths";
import { json, refusalOf, TestServer, type Handler } from "./server";

let server: TestServer;
const start = async (handler: Handler): Promise<TestServer> => (server = await TestServer.start(handler));
afterEach(() => server?.stop());

const path = api`projects/${1}/environments`;

describe("a success that is none", () => {
  it.each<[string, Handler, RegExp]>([
    [
      "HTML",
      (_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>"),
      /HTML page/,
    ],
    [
      "another type",
      (_, response) => response.writeHead(200, { "content-type": "image/png" }).end("[]"),
      /not JSON/,
    ],
    [
      "truncated JSON",
      (_, response) => response.writeHead(200, { "content-type": "application/json" }).end('[{"id":'),
      /not valid JSON/,
    ],
    ["no body", (_, response) => response.writeHead(200).end(), /is empty/],
    [
      "deep nesting",
      (_, response) =>
        response
          .writeHead(200, { "content-type": "application/json" })
          .end("[".repeat(1e5) + "]".repeat(1e5)),
      /deep|valid/,
    ],
    [
      "a flood",
      (_, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        const chunk = Buffer.alloc(1 << 20, 32);
        const pour = (): void => {
          while (!response.destroyed && response.write(chunk));
          if (!response.destroyed) response.once("drain", pour);
        };
        pour();
      },
      /32 MiB/,
    ],
    [
      "a bomb",
      (_, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
        response.end(gzipSync(Buffer.alloc(64 << 20, 32)));
      },
      /32 MiB/,
    ],
  ])("%s is refused", async (_, handler, message) => {
    await start(handler);
    const error = await refusalOf(server.client().put(path));
    expect(error).toMatchObject({ kind: "bad-answer", applied: "unknown" });
    expect(error.message).toMatch(message);
    expect(server.seen).toHaveLength(1);
  });

  it("may not carry prototypes", async () => {
    await start((_, response) =>
      response
        .writeHead(200, { "content-type": "application/json" })
        .end('{"id":1,"__proto__":{"a":1},"b":{"\\u005f_proto__":{"a":1}}}'),
    );
    const value = await server.client().get<Record<string, unknown>>(api`things`);
    expect(JSON.stringify(value)).toBe('{"id":1,"b":{}}');
    expect((Object.assign({}, value) as { a?: number }).a).toBeUndefined();
  });
});

describe("an answer of the wrong shape", () => {
  const environment = { id: 1, name: "a", slug: "a", state: "available", tier: "other" };
  const entry = { id: 1, access_level: 40, user_id: null, group_id: null };
  const protection = { name: "production", deploy_access_levels: [entry], approval_rules: [] };
  const cases: [string, ApiPath, unknown, RegExp][] = [
    ["a list", api`projects/${1}/environments`, { id: 1 }, /environments: the answer is not a list\./],
    ["a row", api`projects/${1}/environments`, [environment, []], /the answer has a row that is no record\./],
    [
      "a field",
      api`projects/${1}/environments`,
      [{ ...environment, description: ["${process.exit()}"] }],
      /environments: the answer has no usable "description"\./,
    ],
    ["a number", api`projects/${1}/environments/${1}`, { ...environment, id: "1" }, /no usable "id"/],
    [
      "an entry",
      api`groups/${"acme"}/protected_environments/${"production"}`,
      { ...protection, deploy_access_levels: [entry, { ...entry, user_id: ["7"] }] },
      /production: the answer has no usable "deploy_access_levels\[1\]\.user_id"\./,
    ],
    [
      "an entry without an id",
      api`groups/${"acme"}/protected_environments`,
      [{ ...protection, deploy_access_levels: [{ ...entry, id: undefined }] }],
      /GitLab before 15\.4 cannot change access rules one by one/,
    ],
    [
      "a member",
      api`projects/${1}/members/all`,
      [{ id: 1, username: {}, access_level: 30 }],
      /no usable "username"/,
    ],
    ["a project", api`projects/${1}`, { id: 1, path_with_namespace: 1 }, /no usable "path_with_namespace"/],
    ["a user", api`user`, { id: 0, username: "dana" }, /no usable "id"/],
    ["a job", api`projects/${1}/pipelines/${1}/jobs`, [{ id: 1, name: null }], /no usable "name"/],
  ];

  it.each(cases)("of %s is one error that names it", async (_, at, body, words) => {
    await start((_request, response) => json(response, 200, body));
    const error = await refusalOf(server.client().get(at));
    expect(error.kind).toBe("bad-answer");
    expect(error.message).toMatch(words);
  });
});
