import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";

/** What a fresh process has loaded of axios, before and after its first request. */
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
  tokenless.then(() => {
    const before = loaded();
    client.get(api\`version\`).catch(() => undefined);
    setImmediate(() => { console.log(JSON.stringify([before, loaded()])); process.exit(); });
  });`;

it("loads axios at the first request that is sent, not before", () => {
  const output = execFileSync(process.execPath, ["-r", "ts-node/register/transpile-only", "-e", script], {
    encoding: "utf8",
  });
  expect(JSON.parse(output)).toEqual([false, true]);
});
