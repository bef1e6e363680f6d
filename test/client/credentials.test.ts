import { inspect } from "node:util";
import { createServer, type AddressInfo } from "node:net";
import { execFile } from "node:child_process";
import { afterEach, describe, expect, it } from "vitest";
import { api } from "../../provider/gitlab/request/paths";
import { createClient } from "../../provider/gitlab/request/http";
import { resolveConnection } from "../../provider/gitlab/connection/connection";
import { CANARY, json, QUICK, refusalOf, TestServer, type Handler } from "./server";

const servers: TestServer[] = [];
async function start(handler: Handler): Promise<TestServer> {
  const server = await TestServer.start(handler);
  servers.push(server);
  return server;
}
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

const path = api`projects/${"acme/shop"}/things`;
const bare = (error: Error): string =>
  inspect(error, { depth: null, showHidden: true }) + error.message + String(error.stack);

describe("a redirect", () => {
  it("within the API is followed for reads: a renamed project", async () => {
    const server = await start(({ url }, response) =>
      url.includes("acme")
        ? response
            .writeHead(301, { location: "/api/v4/projects/7/things", "content-type": "text/plain" })
            .end("moved")
        : json(response, 200, [{ id: 1 }]),
    );
    expect(await server.client().get(path)).toEqual([{ id: 1 }]);
    expect(server.log).toEqual(["GET /api/v4/projects/acme%2Fshop/things", "GET /api/v4/projects/7/things"]);
  });

  it.each([301, 302, 303, 307, 308])("%i to another origin never carries the token there", async (status) => {
    const other = await start((_, response) => json(response, 200, []));
    const server = await start((_, response) =>
      response
        .writeHead(status, { location: `${other.origin}/api/v4/projects/7/things?private_token=x` })
        .end(),
    );
    const error = await refusalOf(server.client().get(path));
    expect(error).toMatchObject({ kind: "configuration" });
    expect(error.message).toContain(other.origin);
    expect(error.message).not.toContain("private_token");
    expect(other.seen).toEqual([]);
  });

  it.each([
    "/users/sign_in",
    "//evil.example/api/v4/x",
    "/api/v4/../../x",
    "http://%zz",
    "javascript:alert(1)",
  ])("to %s is not followed", async (location) => {
    const server = await start((_, response) => response.writeHead(302, { location }).end());
    expect((await refusalOf(server.client().get(path))).kind).toBe("configuration");
    expect(server.seen).toHaveLength(1);
  });

  it("is never followed for writes", async () => {
    const server = await start((_, response) =>
      response.writeHead(307, { location: "/api/v4/projects/7" }).end(),
    );
    expect(await refusalOf(server.client().delete(path))).toMatchObject({
      kind: "configuration",
      applied: "no",
    });
    expect(server.seen).toHaveLength(1);
  });

  it.each(
    ["GET", "POST", "PUT", "DELETE"].flatMap((method) =>
      [301, 302, 303, 307, 308].map((status) => [method, status] as const),
    ),
  )("of a %s by %i to another host is one error, and nothing of it arrives there", async (method, status) => {
    const other = await start((_, response) => json(response, 200, { id: 1 }));
    // The other host under a name of its own, which the token is not for either.
    const elsewhere = other.origin.replace("127.0.0.1", "localhost");
    const server = await start((_, response) =>
      response.writeHead(status, { location: `${elsewhere}/api/v4/projects/7?private_token=x` }).end(),
    );
    const client = server.client();
    const asked = {
      GET: () => client.get(path),
      POST: () => client.post(path, { ref: "main" }),
      PUT: () => client.put(path, { name: "x" }),
      DELETE: () => client.delete(path),
    }[method];
    const error = await refusalOf(asked?.() ?? Promise.resolve());
    expect(error.message).toBe(
      `${method} ${server.origin}/api/v4/projects/acme%2Fshop/things: GitLab redirected to ${elsewhere}/api/v4/projects/7, ` +
        "which is not followed. Where GitLab itself has moved, set the base URL to its new address. The token is sent nowhere else.",
    );
    expect(bare(error)).not.toContain(CANARY);
    expect(server.seen).toHaveLength(1);
    expect(other.connections).toBe(0);
  });

  it("from within the API to another host is not followed either", async () => {
    const other = await start((_, response) => json(response, 200, []));
    const server = await start(({ url }, response) =>
      response
        .writeHead(302, {
          location: url.includes("acme") ? "/api/v4/projects/7" : `${other.origin}/api/v4/x`,
        })
        .end(),
    );
    expect((await refusalOf(server.client().get(path))).message).toContain(`redirected to ${other.origin}/`);
    expect(server.log).toEqual(["GET /api/v4/projects/acme%2Fshop/things", "GET /api/v4/projects/7"]);
    expect(other.connections).toBe(0);
  });

  it("in circles ends", async () => {
    const server = await start((_, response) => response.writeHead(301, { location: "/api/v4/x" }).end());
    expect((await refusalOf(server.client().get(path))).kind).toBe("bad-answer");
    expect(server.seen).toHaveLength(6);
  });
});

describe("the token", () => {
  it.each<[string, Handler]>([
    [
      "echoed in JSON",
      (_, response) => json(response, 400, { message: { [CANARY]: [`bad ${CANARY}`] }, error: CANARY }),
    ],
    [
      "echoed in text",
      (_, response) => response.writeHead(400, { "content-type": "text/plain" }).end(`x${CANARY}x`),
    ],
    ["echoed in HTML", (_, response) => response.writeHead(500).end(`<title>${CANARY}</title>`)],
    [
      "echoed in base64",
      (_, response) => json(response, 400, { error: Buffer.from(CANARY).toString("base64") }),
    ],
    [
      "echoed with invisible letters",
      (_, response) => json(response, 400, { error: CANARY.replace("-", "\u200b-\u001b[31m") }),
    ],
    ["echoed in an address", (_, response) => response.writeHead(302, { location: `/x/${CANARY}` }).end()],
    [
      "echoed as a content type",
      (_, response) => response.writeHead(200, { "content-type": CANARY }).end("x"),
    ],
    ["sent into nothing", (_, response) => response.socket?.resetAndDestroy()],
  ])("%s is in no error", async (_, handler) => {
    const server = await start(handler);
    const client = server.client({ limits: { ...QUICK, repeats: 0 } });
    for (const request of [client.get(path), client.post(path, { token: CANARY }), client.list(path)]) {
      expect(bare(await refusalOf(request))).not.toContain(CANARY);
    }
  });

  it("is in no debug output of the client's own making", async () => {
    const server = await start((_, response) => json(response, 500, {}));
    const script = `
      const { clientFor } = require(${JSON.stringify(`${process.cwd()}/provider/gitlab/connection/clients.ts`)});
      const { api } = require(${JSON.stringify(`${process.cwd()}/provider/gitlab/request/paths.ts`)});
      clientFor(undefined, { get: () => undefined }, process.env).post(api\`x\`, {}).catch((e) => { console.log(e); throw e; });`;
    const output = await new Promise<string>((resolve) =>
      execFile(
        process.execPath,
        ["-r", "ts-node/register/transpile-only", "-e", script],
        {
          env: {
            ...process.env,
            DEBUG: "*",
            PULUMI_DEBUG: "true",
            GITLAB_TOKEN: CANARY,
            GITLAB_BASE_URL: server.origin,
          },
        },
        (_, stdout, stderr) => resolve(stdout + stderr),
      ),
    );
    expect(output).toContain("GitLab answered 500");
    expect(output).not.toContain(CANARY);
  });
});

describe("plain http", () => {
  it("to this machine is nobody's business", async () => {
    const warnings: string[] = [];
    const server = await start((_, response) => json(response, 200, {}));
    await server.client({ warn: (sentence) => warnings.push(sentence) }).get(path);
    expect(warnings).toEqual([]);
  });

  it("to another one is warned about once", async () => {
    const warnings: string[] = [];
    const connection = resolveConnection(
      undefined,
      { get: () => undefined },
      { GITLAB_TOKEN: CANARY, GITLAB_BASE_URL: "http://gitlab.invalid" },
    );
    for (let i = 0; i < 2; i++) {
      const client = createClient(connection, { warn: (sentence) => warnings.push(sentence), limits: QUICK });
      expect((await refusalOf(client.get(path))).kind).toBe("network");
    }
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("http://gitlab.invalid/api/v4 is plain http");
  });
});

it("goes through the tunnel of a proxy, which sees neither token nor path", async () => {
  const heard: string[] = [];
  const proxy = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (data) => heard.push(data.toString("latin1")));
    socket.once("data", () => socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"));
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const before = { ...process.env };
  process.env["https_proxy"] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  try {
    const connection = resolveConnection(
      undefined,
      { get: () => undefined },
      { GITLAB_TOKEN: CANARY, GITLAB_BASE_URL: "https://gitlab.invalid" },
    );
    await refusalOf(createClient(connection, { limits: { ...QUICK, repeats: 0 } }).get(path));
  } finally {
    process.env = before;
    proxy.close();
  }
  expect(heard.join("")).toMatch(/^CONNECT gitlab\.invalid:443 HTTP\/1\.1/);
  expect(heard.join("")).not.toMatch(/glpat|acme/);
});

it("says that nobody listens, without a stack or the request's headers", async () => {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  const connection = resolveConnection(
    undefined,
    { get: () => undefined },
    { GITLAB_TOKEN: CANARY, GITLAB_BASE_URL: `http://127.0.0.1:${port}` },
  );
  const error = await refusalOf(createClient(connection, { limits: { ...QUICK, repeats: 0 } }).post(path));
  expect(error.message).toContain("ECONNREFUSED");
  expect(bare(error)).not.toContain(CANARY);
  expect(error.stack).toBe("");
});
