import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

import { ROOT } from "../support/root";

/** Two requests by what the plugin's folder has of axios, as `transport.ts` sends them. */
const PROGRAM = `
const axios = require(${JSON.stringify(join(ROOT, "plugin", "axios.js"))});
const send = axios.getAdapter("http");
const ask = (url) => {
  const headers = new axios.AxiosHeaders({ accept: "application/json" });
  return send({ method: "GET", url, headers, maxRedirects: 0, responseType: "text", validateStatus: () => true });
};
(async () => {
  const { status, data } = await ask("http://gitlab.example.com/api/v4/version");
  console.log(status, data);
  console.log((await ask("https://gitlab.example.com/api/v4/version").catch(({ code }) => ({ status: code }))).status);
})();
`;

it("the axios of the native provider's folder goes by a proxy: plainly for http, through a tunnel for https", async () => {
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.end("by the proxy");
  });
  proxy.on("connect", (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  try {
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const env = { PATH: process.env["PATH"], http_proxy: address, https_proxy: address };
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", PROGRAM], { env });
    expect(stdout.trim().split("\n")).toEqual(["200 by the proxy", "403"]);
    expect(asked).toEqual(["GET http://gitlab.example.com/api/v4/version", "CONNECT gitlab.example.com:443"]);
  } finally {
    await new Promise((resolve) => proxy.close(resolve));
  }
});
