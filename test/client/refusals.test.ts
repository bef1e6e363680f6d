import { afterEach, describe, expect, it } from "vitest";
import { GitLabError, isGitLabError } from "../../provider/gitlab/answer/errors";
import { resolveConnection } from "../../provider/gitlab/connection/connection";
import { createClient } from "../../provider/gitlab/request/http";
import { api } from "../../provider/gitlab/request/paths";
import { asOneOperation } from "../../provider/gitlab/request/patience";
import { redactorOf } from "../../provider/lifecycle/redaction";
import { fields as pipelineFields } from "../../provider/resources/pipeline";
import { CANARY, json, QUICK, refusalOf, TestServer, type Handler } from "./server";

let server: TestServer;
const start = async (handler: Handler): Promise<TestServer> => (server = await TestServer.start(handler));
afterEach(() => server?.stop());

const path = api`projects/${1}/environments`;

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
