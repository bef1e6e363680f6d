import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Server as NetServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { resolveConnection } from "../../provider/gitlab/connection/connection";
import type { GitLabClient } from "../../provider/gitlab/request/client";
import { createClient } from "../../provider/gitlab/request/http";
import { api } from "../../provider/gitlab/request/paths";
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

function clientOf(baseUrl: string, env: NodeJS.ProcessEnv = {}): GitLabClient {
  const settings = { GITLAB_TOKEN: CANARY, GITLAB_BASE_URL: baseUrl, ...env };
  return createClient(resolveConnection(undefined, { get: () => undefined }, settings), { limits: QUICK });
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

const openssl = (() => {
  try {
    return execFileSync("openssl", ["version"]).length > 0;
  } catch {
    return false;
  }
})();

describe.runIf(openssl)("over TLS", () => {
  function certificate(): { cert: string; key: string } {
    const folder = mkdtempSync(join(tmpdir(), "certificate-"));
    cleanUp.push(() => rmSync(folder, { recursive: true }));
    const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
    const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    const options = [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-days",
      "2",
      "-keyout",
      key,
      "-out",
      cert,
    ];
    execFileSync("openssl", [...options, ...names], { stdio: "ignore" });
    return { cert, key };
  }

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
    writeFileSync(key, "not a key");
    const missing = { GITLAB_CLIENT_CERT: join(cert, "none"), GITLAB_CLIENT_KEY: key };
    expect((await refusalOf(clientOf(url, missing).get(api`things`))).message).toContain(
      "client certificate (ENOTDIR)",
    );
  });
});
