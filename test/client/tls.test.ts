import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Server as NetServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { resolveConnection } from "../../provider/gitlab/connection/connection";
import type { GitLabClient } from "../../provider/gitlab/request/client";
import { createClient } from "../../provider/gitlab/request/http";
import { api } from "../../provider/gitlab/request/paths";
import { ROOT } from "../support/root";
import { CANARY, QUICK, refusalOf } from "./server";

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const act of cleanUp.splice(0).reverse()) await act();
});

function setEnv(name: string, value: string): void {
  const before = process.env[name];
  process.env[name] = value;
  cleanUp.push(() => (before === undefined ? delete process.env[name] : (process.env[name] = before)));
}

function clientOf(baseUrl: string, env: NodeJS.ProcessEnv = {}, name?: string): GitLabClient {
  const prefix = name?.toUpperCase() ?? "GITLAB";
  const settings = { [`${prefix}_TOKEN`]: CANARY, [`${prefix}_BASE_URL`]: baseUrl, ...env };
  return createClient(resolveConnection(name, { get: () => undefined }, settings), { limits: QUICK });
}

async function listening(server: NetServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanUp.push(() => void server.close());
  return (server.address() as AddressInfo).port;
}

it("tells a refused CONNECT as the proxy's, and sends nothing", async () => {
  const asked: string[] = [];
  const proxy = createHttpServer();
  proxy.on("connect", ({ url }, socket) => {
    asked.push(url ?? "");
    socket.end("HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\ncontent-length: 3\r\n\r\nno!");
  });
  setEnv("https_proxy", `http://127.0.0.1:${await listening(proxy)}`);
  setEnv("no_proxy", "");
  const error = await refusalOf(clientOf("https://gitlab.invalid").post(api`things`));
  expect(error).toMatchObject({ kind: "network", applied: "no" });
  expect(error.message).toContain("the proxy refused CONNECT with 502");
  expect(error.message).toContain("name the host in NO_PROXY");
  expect(asked.every((url) => url === "gitlab.invalid:443")).toBe(true);
});

it("tells a proxy that wants a sign-in from one that refuses, and signs in with what its address holds", async () => {
  const signedInAs: (string | undefined)[] = [];
  const proxy = createHttpServer();
  proxy.on("connect", ({ headers }, socket) => {
    signedInAs.push(headers["proxy-authorization"]);
    const status = headers["proxy-authorization"] === undefined ? "407 Sign in" : "403 Forbidden";
    socket.end(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`);
  });
  const port = await listening(proxy);
  setEnv("no_proxy", "");
  setEnv("https_proxy", `http://127.0.0.1:${port}`);
  const unknown = await refusalOf(clientOf("https://gitlab.invalid").get(api`things`));
  expect(unknown.message).toContain("the proxy refused CONNECT with 407");
  expect(unknown.message).toContain("as http://user:password@proxy.example:3128.");
  expect(unknown.message).not.toContain("NO_PROXY");
  process.env["https_proxy"] = `http://ann:s3cr3t@127.0.0.1:${port}`;
  const known = await refusalOf(clientOf("https://gitlab.invalid").get(api`things`));
  expect(known.message).toContain("the proxy refused CONNECT with 403");
  expect(known.message).toContain("name the host in NO_PROXY");
  expect(known.message).not.toContain("s3cr");
  expect(signedInAs[0]).toBeUndefined();
  expect(signedInAs.at(-1)).toBe(`Basic ${Buffer.from("ann:s3cr3t").toString("base64")}`);
});

it.each([
  ["an address as people write it", "ann:p+s!$'*", "ann:p+s!$'*"],
  ["signs that only fit in encoded", `ann%40corp:${encodeURIComponent("p@:/?#% é")}`, "ann@corp:p@:/?#% é"],
  ["signs that the address encodes by itself", "ann:p^|;=s", "ann:p^|;=s"],
  ["a percent sign that encodes nothing", "ann:100%", "ann:100%"],
])("signs in at a proxy, for https and http, with what is meant by %s", async (_, written, meant) => {
  const signedInAs: (string | undefined)[] = [];
  const proxy = createHttpServer(({ headers }, response) => {
    signedInAs.push(headers["proxy-authorization"]);
    response.writeHead(200, { "content-type": "application/json" }).end("[]");
  });
  proxy.on("connect", ({ headers }, socket) => {
    signedInAs.push(headers["proxy-authorization"]);
    socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
  });
  const address = `http://${written}@127.0.0.1:${await listening(proxy)}`;
  setEnv("no_proxy", "gitlab.direct.invalid");
  setEnv("https_proxy", address);
  setEnv("http_proxy", address);
  const refused = await refusalOf(clientOf("https://gitlab.invalid").get(api`things`));
  expect(refused.message).toContain("the proxy refused CONNECT with 403");
  expect(refused.message).not.toContain("ann");
  expect(await clientOf("http://gitlab.invalid").get(api`things`)).toEqual([]);
  expect(new Set(signedInAs)).toEqual(new Set([`Basic ${Buffer.from(meant).toString("base64")}`]));
  // What NO_PROXY names goes by no proxy all the same.
  signedInAs.length = 0;
  const direct = await refusalOf(clientOf("https://gitlab.direct.invalid").get(api`things`));
  expect(direct.message).toMatch(/no connection could be made \((ENOTFOUND|EAI_AGAIN)\)/);
  expect(signedInAs).toEqual([]);
});

const openssl = (() => {
  try {
    return execFileSync("openssl", ["version"]).length > 0;
  } catch {
    return false;
  }
})();

describe.runIf(openssl)("over TLS", () => {
  function certificate(host = "localhost", days = 2): { cert: string; key: string } {
    const folder = mkdtempSync(join(tmpdir(), "certificate-"));
    cleanUp.push(() => rmSync(folder, { recursive: true }));
    const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
    const [subject, names] = [`/CN=${host}`, `subjectAltName=DNS:${host}`];
    const openssl = (...args: string[]): unknown => execFileSync("openssl", args, { stdio: "ignore" });
    const made = [
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      key,
      "-out",
      cert,
      "-subj",
      subject,
      "-addext",
      names,
    ];
    openssl("req", ...(days > 0 ? ["-x509", "-days", String(days)] : ["-new"]), ...made);
    // Only this command takes a number of days that has passed.
    if (days <= 0) openssl("x509", "-req", "-in", cert, "-signkey", key, "-days", String(days), "-out", cert);
    return { cert, key };
  }

  /** Node reads the authorities it trusts when it starts: a process of its own, in which this certificate is one. */
  async function askedTrusting({ cert, key }: { cert: string; key: string }): Promise<string> {
    const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) });
    const url = `https://localhost:${await listening(server)}`;
    const program = `
      const { createClient } = require("./dist/provider/gitlab/request/http");
      const { resolveConnection } = require("./dist/provider/gitlab/connection/connection");
      const connection = resolveConnection(undefined, { get: () => undefined }, process.env);
      createClient(connection).get({ path: "/things", template: "/things" }).catch((error) => console.log(error.message));
    `;
    const env = {
      PATH: process.env["PATH"],
      NODE_EXTRA_CA_CERTS: cert,
      GITLAB_TOKEN: CANARY,
      GITLAB_BASE_URL: url,
    };
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", program], { cwd: ROOT, env });
    return stdout;
  }

  it.each([
    ["out of date", "localhost", -1, /CERT_HAS_EXPIRED.*its operator must renew it/],
    [
      "for another host",
      "other.example",
      2,
      /ALTNAME_INVALID.*use the host name that it names in the base URL/,
    ],
  ])("says of a certificate %s that it is, and what helps", async (_, host, days, words) => {
    const said = await askedTrusting(certificate(host, days));
    expect(said).toMatch(words);
    expect(said).not.toMatch(/NODE_EXTRA_CA_CERTS|may have happened/);
  });

  it("names the authority that is not known, and repeats nothing", async () => {
    const { cert, key } = certificate();
    const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) });
    const error = await refusalOf(clientOf(`https://localhost:${await listening(server)}`).get(api`things`));
    expect(error.kind).toBe("network");
    expect(error.message).toContain("name its file in NODE_EXTRA_CA_CERTS");
  });

  it("shows the client certificate where one is demanded, and says what is missing where none is set", async () => {
    const { cert, key } = certificate();
    const [certPem, keyPem] = [readFileSync(cert), readFileSync(key)];
    const server = createServer(
      { cert: certPem, key: keyPem, ca: certPem, requestCert: true },
      (_, response) => response.writeHead(200, { "content-type": "application/json" }).end("[]"),
    );
    const url = `https://localhost:${await listening(server)}`;
    setEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    const error = await refusalOf(clientOf(url).post(api`things`));
    expect(error).toMatchObject({ kind: "network", applied: "no" });
    expect(error.message).toMatch(/set GITLAB_CLIENT_CERT and GITLAB_CLIENT_KEY/);
    const env = { GITLAB_CLIENT_CERT: cert, GITLAB_CLIENT_KEY: key };
    expect(await clientOf(url, env).get(api`things`)).toEqual([]);
    // The default connection's certificate is not for another GitLab.
    const other = await refusalOf(clientOf(url, env, "other").get(api`things`));
    expect(other.message).toMatch(/set OTHER_CLIENT_CERT and OTHER_CLIENT_KEY/);
    const own = { OTHER_CLIENT_CERT: cert, OTHER_CLIENT_KEY: key };
    expect(await clientOf(url, own, "other").get(api`things`)).toEqual([]);
    writeFileSync(key, "not a key");
    const missing = { GITLAB_CLIENT_CERT: join(cert, "none"), GITLAB_CLIENT_KEY: key };
    expect((await refusalOf(clientOf(url, missing).get(api`things`))).message).toContain(
      "client certificate (ENOTDIR)",
    );
  });
});
