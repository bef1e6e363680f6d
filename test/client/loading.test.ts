import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";

/** What a fresh process has loaded of axios: at first, with its first request, and with the first by a proxy. */
const script = `
  const { clientFor, baseUrlOf } = require("./provider/gitlab/connection/clients.ts");
  const { api } = require("./provider/gitlab/request/paths.ts");
  const { readEnvironment } = require("./provider/gitlab/reads/shared.ts");
  const loaded = () => Object.keys(require.cache).some((file) => /node_modules.axios/.test(file));
  const env = { GITLAB_TOKEN: "glpat-nobody", GITLAB_BASE_URL: "http://127.0.0.1:1" };
  const none = { get: () => undefined };
  baseUrlOf(undefined, none, env);
  const tokenless = clientFor(undefined, none, {}).get(api\`version\`).catch(() => undefined);
  const client = clientFor(undefined, none, env);
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  tokenless.then(async () => {
    const before = loaded();
    client.get(api\`version\`).catch(() => undefined);
    await turn();
    const direct = loaded();
    process.env.http_proxy = "http://127.0.0.1:1";
    client.get(api\`version\`).catch(() => undefined);
    await turn();
    console.log(JSON.stringify([before, direct, loaded()]));
    process.exit();
  });`;

it("loads axios at the first request that goes by a proxy, not before", () => {
  const withoutProxies = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/_proxy$/i.test(name)),
  );
  const output = execFileSync(process.execPath, ["-r", "ts-node/register/transpile-only", "-e", script], {
    encoding: "utf8",
    env: withoutProxies,
  });
  expect(JSON.parse(output)).toEqual([false, false, true]);
});
