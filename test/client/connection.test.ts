import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { isLoopback } from "../../provider/gitlab/connection/baseUrl";
import { clientFor } from "../../provider/gitlab/connection/clients";
import { baseUrlOf, resolveConnection, type ConfigSource } from "../../provider/gitlab/connection/connection";
import { isGitLabError } from "../../provider/gitlab/answer/errors";
import { api } from "../../provider/gitlab/request/paths";
import { CANARY, refusalOf } from "./server";

const config = (values: Record<string, string> = {}): ConfigSource => ({
  get: (namespace, key) => values[`${namespace}:${key}`],
});

/** Where a request goes, with which token, as one line. */
function route(values: Record<string, string>, env: NodeJS.ProcessEnv, name?: string): string {
  try {
    const { baseUrl, credential } = resolveConnection(name, config(values), env);
    const [header, token] = Object.entries(credential?.header() ?? { "-": "-" })[0] ?? [];
    return `${baseUrl} ${header} ${token}`;
  } catch (error) {
    if (!isGitLabError(error, "configuration")) throw error;
    return `refused: ${error.message}`;
  }
}

const A = "https://a.example";
const B = "https://b.example";
const TOKEN = "token-1";

describe("a token from the environment goes", () => {
  it.each<[string, Record<string, string>, NodeJS.ProcessEnv, string]>([
    ["to GITLAB_BASE_URL first", { "gitlab:baseUrl": B }, { GITLAB_BASE_URL: A, CI_API_V4_URL: B }, A],
    ["to the configured one next", { "gitlab:baseUrl": B }, { CI_API_V4_URL: A }, B],
    ["to the GitLab of the CI job", {}, { CI_API_V4_URL: `${A}/api/v4` }, A],
    ["to gitlab.com", {}, {}, "https://gitlab.com"],
  ])("%s", (_, values, env, to) => {
    expect(route(values, { GITLAB_TOKEN: TOKEN, ...env })).toBe(`${to}/api/v4 PRIVATE-TOKEN ${TOKEN}`);
    expect(baseUrlOf(undefined, config(values), env)).toBe(`${to}/api/v4`);
  });

  it("before one from the configuration", () => {
    expect(route({ "gitlab:token": "other-token" }, { GITLAB_TOKEN: ` ${TOKEN}\n` })).toContain(TOKEN);
  });
});

describe("a named connection without an address of its own", () => {
  it("goes where the default connection goes", () => {
    const named = { ALICE_TOKEN: TOKEN };
    const to = (url: string): string => `${url}/api/v4 PRIVATE-TOKEN ${TOKEN}`;
    expect(route({}, { ...named, GITLAB_BASE_URL: A, CI_API_V4_URL: B }, "alice")).toBe(to(A));
    expect(route({ "gitlab:baseUrl": A }, { ...named, CI_API_V4_URL: B }, "alice")).toBe(to(A));
    expect(route({}, { ...named, CI_API_V4_URL: `${B}/api/v4` }, "alice")).toBe(to(B));
    expect(route({}, named, "alice")).toBe(to("https://gitlab.com"));
    expect(baseUrlOf("alice", config({}), { GITLAB_BASE_URL: A })).toBe(`${A}/api/v4`);
  });

  it("never takes a token from the configuration to an address from the environment", () => {
    const values = { "alice:token": TOKEN };
    expect(route({ ...values, "gitlab:baseUrl": A }, {}, "alice")).toBe(`${A}/api/v4 PRIVATE-TOKEN ${TOKEN}`);
    for (const env of [{ GITLAB_BASE_URL: A }, { ALICE_BASE_URL: A }, { CI_API_V4_URL: A }])
      expect(route(values, env, "alice")).toMatch(
        /^refused: The token in alice:token belongs to https:\/\/gitlab\.com/,
      );
    const both = { ...values, "gitlab:baseUrl": A };
    expect(route(both, { GITLAB_BASE_URL: B }, "alice")).toMatch(/^refused: .* GITLAB_BASE_URL says/);
  });
});

describe("a token beside one address while the environment names another", () => {
  const said = { "gitlab:token": TOKEN };

  it("belongs where the address beside it says, once the variable that the error names is unset", () => {
    const values = { ...said, "gitlab:baseUrl": A };
    const refused = route(values, { GITLAB_BASE_URL: B });
    expect(refused).toContain(`If ${A}/api/v4 gave the token, unset GITLAB_BASE_URL;`);
    expect(route(values, {})).toBe(`${A}/api/v4 PRIVATE-TOKEN ${TOKEN}`);
  });

  it("belongs to the other one, once the setting that the error names says so", () => {
    const refused = route(said, { GITLAB_BASE_URL: B });
    expect(refused).toContain(`if ${B}/api/v4 did, set gitlab:baseUrl to it.`);
    expect(route({ ...said, "gitlab:baseUrl": B }, { GITLAB_BASE_URL: B })).toMatch(`${B}/api/v4`);
  });

  it.each([
    [undefined, { CI_API_V4_URL: B }],
    ["alice", { GITLAB_BASE_URL: B }],
    ["alice", { CI_API_V4_URL: B }],
  ])("belongs where the setting says that the error names, whichever it is (%s, %o)", (name, env) => {
    const at = name ?? "gitlab";
    const values = { [`${at}:token`]: TOKEN };
    expect(route(values, env, name)).toContain(`Set ${at}:baseUrl to the GitLab that gave the token.`);
    for (const url of [A, B, "https://gitlab.com"])
      expect(route({ ...values, [`${at}:baseUrl`]: url }, env, name)).toContain(
        `${url}/api/v4 PRIVATE-TOKEN`,
      );
  });
});

describe("a client certificate", () => {
  const of = (env: NodeJS.ProcessEnv, name?: string) =>
    resolveConnection(name, config(), env).clientCertificate;
  const pair = { GITLAB_CLIENT_CERT: "/c.pem", GITLAB_CLIENT_KEY: "/k.pem" };

  it("comes from the environment, both files or none", () => {
    expect(of({})).toBeUndefined();
    expect(of(pair)).toEqual({ cert: "/c.pem", key: "/k.pem" });
    expect(() => of({ GITLAB_CLIENT_CERT: "/c.pem" })).toThrow("GITLAB_CLIENT_KEY is missing.");
  });

  it("of the default connection serves named ones on the same GitLab, and no other", () => {
    expect(of(pair, "alice")).toEqual({ cert: "/c.pem", key: "/k.pem" });
    expect(of({ ...pair, ALICE_BASE_URL: A }, "alice")).toBeUndefined();
  });
});

describe("a token from the configuration goes", () => {
  it("to the address beside it", () => {
    const values = { "gitlab:token": TOKEN, "gitlab:baseUrl": A };
    expect(route(values, { CI_API_V4_URL: B })).toBe(`${A}/api/v4 PRIVATE-TOKEN ${TOKEN}`);
    expect(route(values, { GITLAB_BASE_URL: `${A}/api/v4/` })).toBe(`${A}/api/v4 PRIVATE-TOKEN ${TOKEN}`);
  });

  it("to gitlab.com without one", () => {
    expect(route({ "gitlab:token": TOKEN }, {})).toBe(`https://gitlab.com/api/v4 PRIVATE-TOKEN ${TOKEN}`);
  });

  it.each<[Record<string, string>, NodeJS.ProcessEnv]>([
    [{ "gitlab:baseUrl": A }, { GITLAB_BASE_URL: B }],
    [{}, { GITLAB_BASE_URL: B }],
    [{}, { CI_API_V4_URL: B }],
  ])("nowhere, naming both, where %j meets %j", (values, env) => {
    const refused = route({ "gitlab:token": CANARY, ...values }, env);
    expect(refused).toMatch(/^refused: /);
    expect(refused).toContain(B);
    expect(refused).toContain(values["gitlab:baseUrl"] ?? "https://gitlab.com");
    expect(refused).not.toContain(CANARY);
  });
});

describe("the job token goes", () => {
  const job = { CI_JOB_TOKEN: "job-token", CI_API_V4_URL: `${A}/api/v4` };

  it("to the GitLab of the job, when there is no other token", () => {
    expect(route({}, job)).toBe(`${A}/api/v4 JOB-TOKEN job-token`);
    expect(route({}, { ...job, GITLAB_TOKEN: TOKEN })).toContain("PRIVATE-TOKEN");
  });

  it.each<[string, Record<string, string>, NodeJS.ProcessEnv, string | undefined]>([
    ["another GitLab", {}, { ...job, GITLAB_BASE_URL: B }, undefined],
    ["another configured GitLab", { "gitlab:baseUrl": B }, job, undefined],
    ["gitlab.com", {}, { CI_JOB_TOKEN: "job-token" }, undefined],
    ["a connection asked for by name", {}, job, "other"],
  ])("never to %s", (_, values, env, name) => {
    expect(route(values, env, name)).toMatch(/ - -$/);
  });
});

describe("a named connection", () => {
  it("has its own namespace and its own variables", () => {
    const env = { GITLAB_TOKEN: TOKEN, GITLAB_BASE_URL: A, QA_TEAM_TOKEN: "token-2", QA_TEAM_BASE_URL: B };
    expect(route({}, env, "qa-team")).toBe(`${B}/api/v4 PRIVATE-TOKEN token-2`);
    expect(route({ "qa:token": "token-3", "qa:baseUrl": B }, env, "qa")).toBe(
      `${B}/api/v4 PRIVATE-TOKEN token-3`,
    );
  });

  it.each(["", "a b", "../x", "1a", "x".repeat(80)])("is not called %j", (name) => {
    expect(route({}, {}, name)).toMatch(/^refused: /);
  });
});

it("sends OAuth tokens as Bearer", () => {
  const token = "0123456789abcdef".repeat(4);
  expect(route({}, { GITLAB_TOKEN: token })).toBe(`https://gitlab.com/api/v4 Authorization Bearer ${token}`);
});

describe("a base URL", () => {
  it.each([
    ["https://git.example", "https://git.example/api/v4"],
    ["https://git.example/", "https://git.example/api/v4"],
    ["https://git.example/api/v4", "https://git.example/api/v4"],
    ["https://GIT.example:443/api/v4///", "https://git.example/api/v4"],
    ["https://host.example/gitlab", "https://host.example/gitlab/api/v4"],
    ["https://host.example/gitlab/api/v4/", "https://host.example/gitlab/api/v4"],
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080/api/v4"],
  ])("%s is read as %s", (text, url) => {
    expect(baseUrlOf(undefined, config(), { GITLAB_BASE_URL: text })).toBe(url);
  });

  it.each([
    "git.example",
    "git.example:8443",
    "ftp://git.example",
    "https://git.example/api/v3",
    "https://git.example/api/graphql",
    "https://git.example?private_token=x",
    "https://git.example/#x",
    "https://user:hunter22@git.example",
    "https://",
  ])("%s is refused, and what it may hide is not repeated", (text) => {
    const refused = route({}, { GITLAB_BASE_URL: text });
    expect(refused).toMatch(/^refused: GITLAB_BASE_URL /);
    expect(refused).not.toContain("hunter22");
  });
});

it("takes limits set for the default connection for named ones too", () => {
  const most = (env: NodeJS.ProcessEnv): number | undefined =>
    resolveConnection("qa", config(), env).maxRequests;
  expect(most({})).toBeUndefined();
  expect(most({ GITLAB_MAX_REQUESTS: "3" })).toBe(3);
  expect(most({ GITLAB_MAX_REQUESTS: "3", QA_MAX_REQUESTS: "4" })).toBe(4);
});

it.each([
  ["http://localhost:1", true],
  ["http://[::1]:1", true],
  ["http://127.0.0.1", true],
  ["http://127.evil.example", false],
  ["http://localhost.evil.example", false],
])("takes %s for this machine: %j", (url, loopback) => {
  expect(isLoopback(url)).toBe(loopback);
});

it.each(["0", "1.5", "many", "101", "-1"])("refuses %s requests at a time", (value) => {
  expect(route({}, { GITLAB_MAX_REQUESTS: value })).toMatch(/^refused: GITLAB_MAX_REQUESTS /);
  expect(route({ "gitlab:maxRequests": value }, {})).toMatch(/^refused: gitlab:maxRequests /);
});

it.each(["abcd", "glpat-with space", "glpat-\u0007-bell", "glpät-umlaut"])(
  "refuses %j as a token unseen",
  (token) => {
    const refused = route({}, { GITLAB_TOKEN: token });
    expect(refused).toMatch(/^refused: GITLAB_TOKEN /);
    expect(refused).not.toContain(token);
  },
);

describe("a client", () => {
  it("without a token is made all the same, and says at its first request what to set", async () => {
    const named = await refusalOf(clientFor("qa", config(), {}).get(api`version`));
    expect(named.kind).toBe("token-missing");
    expect(named.message).toMatch(/QA_TOKEN.*pulumi config set --secret qa:token/s);
    const { message } = await refusalOf(clientFor(undefined, config(), {}).get(api`version`));
    expect(message).toMatch(/GITLAB_TOKEN.*pulumi config set --secret gitlab:token/s);
  });

  it("with the job token refuses what GitLab does not accept it for, unsent", async () => {
    const env = { CI_JOB_TOKEN: CANARY, CI_API_V4_URL: "http://127.0.0.1:1/api/v4" };
    const client = clientFor(undefined, config(), env);
    const error = await refusalOf(client.get(api`/groups/${"acme"}/protected_environments`));
    expect(error.kind).toBe("token-missing");
    expect(error.message).toMatch(/CI_JOB_TOKEN.*access token/s);
  });

  it("is the same for equal settings and another one for another token", () => {
    const env = { GITLAB_TOKEN: TOKEN };
    expect(clientFor(undefined, config(), env)).toBe(clientFor("gitlab", config(), { ...env }));
    expect(clientFor(undefined, config(), env)).not.toBe(
      clientFor(undefined, config(), { GITLAB_TOKEN: "token-2" }),
    );
  });

  it("shows its token nowhere", () => {
    const env = { GITLAB_TOKEN: CANARY };
    const shown = [resolveConnection(undefined, config(), env), clientFor(undefined, config(), env)].map(
      (value) => inspect(value, { depth: null, showHidden: true }) + JSON.stringify(value),
    );
    expect(shown.join("\n")).not.toContain(CANARY);
  });
});
