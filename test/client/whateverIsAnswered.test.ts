import fc from "fast-check";
import { afterEach, expect, it } from "vitest";
import { isGitLabError, type GitLabError } from "../../provider/gitlab/answer/errors";
import { lookupsFor } from "../../provider/gitlab/reads/lookups";
import { readEnvironment, readProtection } from "../../provider/gitlab/reads/shared";
import { api } from "../../provider/gitlab/request/paths";
import { CANARY, QUICK, TestServer, type Handler } from "./server";

let server: TestServer;
const start = async (handler: Handler): Promise<TestServer> => (server = await TestServer.start(handler));
afterEach(() => server?.stop());

const path = api`projects/${1}/environments`;

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
