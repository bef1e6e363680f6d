import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { readErrorBody } from "../../provider/gitlab/answer/errorBody";
import { GitLabError, isGitLabError } from "../../provider/gitlab/answer/errors";
import { redactorOf } from "../../provider/lifecycle/redaction";
import { fields as pipelineFields } from "../../provider/resources/pipeline";
import { asOneOperation } from "../../provider/gitlab/request/patience";
import { createClient } from "../../provider/gitlab/request/http";
import { resolveConnection } from "../../provider/gitlab/connection/connection";
import { lookupsFor } from "../../provider/gitlab/reads/lookups";
import { api, type ApiPath } from "../../provider/gitlab/request/paths";
import { readEnvironment, readProtection } from "../../provider/gitlab/reads/shared";
import { CANARY, json, QUICK, refusalOf, TestServer, type Handler } from "./server";

let server: TestServer;
const start = async (handler: Handler): Promise<TestServer> => (server = await TestServer.start(handler));
afterEach(() => server?.stop());

const path = api`projects/${1}/environments`;
const read = (body: unknown): ReturnType<typeof readErrorBody>["details"] =>
  readErrorBody(typeof body === "string" ? body : JSON.stringify(body), (text) => text).details;

describe("GitLab's own words are read from", () => {
  it.each<[string, unknown, string[], Record<string, string[]>]>([
    ["a sentence", { message: "404 Project Not Found" }, ["404 Project Not Found"], {}],
    [
      "fields",
      { message: { name: ["has already been taken"], slug: ["has already been taken"] } },
      ["name has already been taken", "slug has already been taken"],
      { name: ["has already been taken"], slug: ["has already been taken"] },
    ],
    [
      "fields with whole sentences",
      { message: { ref: ["The branch or tag does not exist"] } },
      ["ref: The branch or tag does not exist"],
      { ref: ["The branch or tag does not exist"] },
    ],
    ["the pseudo-field base", { message: { base: ["Reference not found"] } }, ["Reference not found"], {}],
    ["a list", { message: ["Deploy access levels is too short"] }, ["Deploy access levels is too short"], {}],
    ["error", { error: "name is missing, slug is invalid" }, ["name is missing, slug is invalid"], {}],
    [
      "error with its description",
      {
        error: "insufficient_scope",
        error_description: "The request requires higher privileges.",
        scope: "api",
      },
      ["insufficient_scope", "The request requires higher privileges."],
      {},
    ],
    ["a nested error", { message: { error: "Try again later." } }, ["Try again later."], {}],
    [
      "a nested message beside records",
      {
        message: {
          scheduled_entries: [],
          unprocessable_entries: [{ id: 1, name: "x" }],
          message: "No environments",
        },
      },
      ["No environments"],
      {},
    ],
    ["plain text", "Retry later\n", ["Retry later"], {}],
    [
      "an HTML page",
      "<html><head><title>502 Bad\nGateway</title></head><body>long</body>",
      ["502 Bad Gateway"],
      {},
    ],
    ["an HTML page without a title", "<!doctype html><p>x", ["an HTML page"], {}],
    ["nothing", "", [], {}],
    ["null", "null", ["null"], {}],
    [
      "control characters",
      { message: "\u001b[31mred\u001b[0m\u0007 \u202eevil\r\nline" },
      ["red evil line"],
      {},
    ],
  ])("%s", (_, body, sentences, fields) => {
    const { records: _records, ...words } = read(body);
    expect(words).toEqual({ sentences, fields });
  });

  it("records only by their number: what is in them is the server's", () => {
    const { records } = read({
      message: { scheduled_entries: [], unprocessable_entries: [{ name: CANARY }] },
    });
    expect(records).toEqual({ scheduled_entries: 0, unprocessable_entries: 1 });
  });

  it("bodies that are too deep, too long or too many, within bounds", () => {
    const deep = "[".repeat(50_000) + "]".repeat(50_000);
    expect(read(`{"message":${deep}}`).sentences).toEqual([]);
    expect(read({ message: "x".repeat(100_000) }).sentences[0]).toHaveLength(500);
    expect(
      read({ message: Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, ["bad"]])) })
        .sentences,
    ).toHaveLength(20);
  });

  it("fields called __proto__ without touching any prototype", () => {
    const { fields } = read('{"message":{"__proto__":{"polluted":["yes"]},"constructor":["no"]}}');
    expect(Object.keys(fields).sort()).toEqual(["__proto__.polluted", "constructor"]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

describe("a refusal", () => {
  it.each<[number, unknown, string, RegExp]>([
    [400, { error: "name is missing" }, "invalid", /GitLab answered 400: name is missing\.$/],
    [
      401,
      { message: "401 Unauthorized" },
      "unauthorized",
      /token in GITLAB_TOKEN is not \(or no longer\) valid/,
    ],
    [
      401,
      { error: "invalid_token", error_description: "Token was revoked." },
      "unauthorized",
      /expired or was revoked/,
    ],
    [401, { message: { message: "no right" } }, "forbidden", /no right\. That takes the Developer role /],
    [
      403,
      { message: "403 Forbidden" },
      "forbidden",
      /403 Forbidden\. That takes the Developer role .* An archived project, and one with environments or CI\/CD switched off/,
    ],
    [
      403,
      { error: "insufficient_granular_scope", error_description: "x" },
      "forbidden",
      /fine-grained token/,
    ],
    [
      403,
      "<title>Access denied</title>",
      "forbidden",
      /the answer was 403: Access denied\. Something between/,
    ],
    [400, "", "invalid", /the answer was 400\. Something between .*encoded slashes \(%2F\)/],
    [400, "<title>400 No required SSL certificate was sent</title>", "invalid", /GITLAB_CLIENT_CERT/],
    [
      404,
      { error: "404 Not Found" },
      "not-found",
      /This GitLab has no such address.*Premium, and GitLab 15\.4/,
    ],
    [404, "<h1>Not Found</h1>", "not-found", /the answer was 404: Not Found\. Something between/],
    [405, { error: "405 Not Allowed" }, "invalid", /changed by PUT since 15\.4/],
    [403, { error: "insufficient_scope", error_description: "More." }, "forbidden", /scope `api`/],
    [404, { message: "404 Not found" }, "not-found", /404 Not found\.$/],
    [
      405,
      { message: "Non GET methods are not allowed for moved projects" },
      "invalid",
      /new path, or its numeric id/,
    ],
    [409, { message: "taken" }, "conflict", /taken\.$/],
    [412, { message: "412 Precondition Failed" }, "invalid", /changed in the meantime/],
    [422, { message: ["too short"] }, "invalid", /too short\.$/],
    [429, "Retry later", "rate-limited", /GITLAB_MAX_REQUESTS/],
    [500, { message: "500 Internal Server Error" }, "server", /may have happened/],
    [502, "<title>Bad gateway</title>", "server", /502: Bad gateway/],
  ])("with %i %j is %s", async (status, body, kind, message) => {
    await start((_, response) =>
      typeof body === "string" ? response.writeHead(status).end(body) : json(response, status, body),
    );
    const error = await refusalOf(server.client({ limits: { ...QUICK, rateLimitRepeats: 0 } }).post(path));
    expect(error).toMatchObject({ kind, status, method: "POST", applied: status >= 500 ? "unknown" : "no" });
    expect(error.message).toMatch(message);
    expect(error.url).toBe(`${server.origin}/api/v4/projects/1/environments`);
  });

  it.each([
    ["gitlab", "GITLAB_TOKEN"],
    ["on-call", "ON_CALL_TOKEN"],
  ])(
    "of a token from the configuration explains that refresh and destroy see the old one (%s)",
    async (name, variable) => {
      await start((_, response) => json(response, 401, { message: "401 Unauthorized" }));
      const values: Record<string, string> = {
        [`${name}:token`]: CANARY,
        [`${name}:baseUrl`]: server.origin,
      };
      const config = { get: (space: string, key: string) => values[`${space}:${key}`] };
      const { message } = await refusalOf(createClient(resolveConnection(name, config, {})).get(path));
      expect(message).toContain(`(${name}:token) is not (or no longer) valid there.`);
      expect(message).toContain(
        `as of the last \`pulumi up\`, so run \`pulumi up\` first, add \`--run-program\`, or set ${variable}.`,
      );
    },
  );

  it("of a job token by 404 names the allowlist", async () => {
    await start((_, response) => json(response, 404, { message: "404 Project Not Found" }));
    const env = { CI_JOB_TOKEN: CANARY, CI_API_V4_URL: `${server.origin}/api/v4` };
    const client = createClient(resolveConnection(undefined, { get: () => undefined }, env));
    expect((await refusalOf(client.get(path))).message).toContain("job token allowlist");
    expect(server.seen[0]?.headers["job-token"]).toBe(CANARY);
  });

  it.each([
    [
      "403 Forbidden - Authentication by CI/CD job token not allowed from acme/a to acme/b.",
      /Add the job's project to the job token allowlist of the project it asks for/,
    ],
    [
      "403 Forbidden - Insufficient permissions to access this resource in project acme/b. The following token permission is required: read_environments.",
      /required: read_environments\. Grant the job's project the permission/,
    ],
    [
      "403 Forbidden",
      /A job token may do what the user who started the job may: here that takes the Developer role/,
    ],
  ])("of a job token by %j is told with its own cure", async (message, cure) => {
    await start((_, response) => json(response, 403, { message }));
    const env = { CI_JOB_TOKEN: CANARY, CI_API_V4_URL: `${server.origin}/api/v4` };
    const client = createClient(resolveConnection(undefined, { get: () => undefined }, env));
    expect((await refusalOf(client.post(path))).message).toMatch(cure);
  });

  it("of a Maintainer by 403 on a group's protection asks for the Owner role", async () => {
    await start((_, response) => json(response, 403, { message: "403 Forbidden" }));
    const group = api`groups/${"acme"}/protected_environments/${"production"}`;
    expect((await refusalOf(server.client().put(group))).message).toContain(
      "That takes the Owner role in the group (Maintainer is not enough).",
    );
  });

  it("takes what the operation declared out of GitLab's words, whole, before they are cut", async () => {
    const secret = `canary ${"s3cret<".repeat(80)}`;
    await start((_, response) =>
      json(response, 400, { message: `x${secret.replaceAll("<", "&lt;")} refused` }),
    );
    const error = await asOneOperation(
      () => refusalOf(server.client().post(path)),
      redactorOf(pipelineFields, { variables: [{ key: "PASSWORD", value: secret }] }),
    );
    expect(error.message).toContain("x[value of PASSWORD] refused");
    expect(error.message).not.toContain("s3cret");
  });

  it("is recognised by name and kind, whichever copy of the package made it", () => {
    const error = new GitLabError("x", { kind: "conflict" });
    const copy = Object.assign(new Error("x"), { name: "GitLabError", kind: "conflict" });
    for (const value of [error, copy]) {
      expect(isGitLabError(value)).toBe(true);
      expect(isGitLabError(value, "server", "conflict")).toBe(true);
      expect(isGitLabError(value, "server")).toBe(false);
    }
    expect(isGitLabError(new Error("GitLabError"))).toBe(false);
  });
});

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

it("gives a bounded, clean GitLabError or a value for whatever a server sends", async () => {
  let next: { status: number; headers: Record<string, string>; body: string } = {
    status: 200,
    headers: {},
    body: "",
  };
  await start((_, response) => response.writeHead(next.status, next.headers).end(next.body));
  const client = server.client({ limits: { ...QUICK, repeats: 0, rateLimitRepeats: 0 } });
  const environment = { id: 1, name: "x", slug: "x", state: "available", tier: "other", external_url: null };
  const body = fc.oneof(
    { weight: 3, arbitrary: fc.json({ maxDepth: 8 }) },
    { weight: 2, arbitrary: fc.string({ unit: "binary" }) },
    fc.constantFrom("", "null", "[null]", "[[]]", `{"message":"${CANARY}"}`, JSON.stringify([environment])),
    fc.record({ ...map(environment, () => fc.jsonValue()) }).map((row) => JSON.stringify([row])),
    fc.record({ message: fc.jsonValue(), error: fc.jsonValue() }).map((value) => JSON.stringify(value)),
  );
  const header = fc.string({ unit: fc.constantFrom(...'0123456789,;<>?&=pagenext/:" -'), maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(200, 201, 204, 301, 400, 401, 404, 422, 429, 500, 503),
      fc.constantFrom("application/json", "text/plain", "text/html", "application/json; charset=x", ""),
      fc.record(
        { "x-next-page": header, "x-total": header, link: header, "retry-after": header, location: header },
        { requiredKeys: [] },
      ),
      body,
      async (status, type, headers, text) => {
        next = { status, headers: { ...headers, "content-type": type }, body: status === 204 ? "" : text };
        const lookups = lookupsFor(client);
        const requests = [
          client.get(path),
          client.page(path),
          client.list(path, {}, 3),
          client.put(path, {}),
          client.delete(path),
          lookups.userIdByUsername("dana"),
          lookups.group("acme"),
          readEnvironment(client, 1, 1),
          readProtection(client, "group", "acme", "production"),
        ];
        for (const result of await Promise.allSettled(requests)) {
          if (result.status === "fulfilled") continue;
          const error = result.reason as GitLabError;
          expect(isGitLabError(error)).toBe(true);
          expect(error.message.length).toBeLessThan(6000);
          expect(error.message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
          expect(error.message).not.toContain(CANARY);
        }
      },
    ),
    { numRuns: 1000, interruptAfterTimeLimit: 8000 },
  );
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

function map<K extends string, A, B>(record: Record<K, A>, change: (value: A) => B): Record<K, B> {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, change(value as A)]),
  ) as Record<K, B>;
}

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
