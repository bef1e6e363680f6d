import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import * as gitlab from "../provider";
import { ENDPOINTS } from "../provider/gitlab/request/endpoints";
import { endpoints } from "../testing/emulator/routes";

const ROOT = join(__dirname, "..");
const TABLE = readFileSync(join(ROOT, "docs", "coverage.md"), "utf8");

interface Row {
  endpoint: string;
  where: string;
  tests: string[];
}

const rows: Row[] = [...TABLE.matchAll(/^\| `([A-Z]+ [^`]+)` \| (.+) \| (.+) \|$/gm)].map(
  ([, endpoint, where, tests]) => ({
    endpoint: endpoint ?? "",
    where: where ?? "",
    tests: [...(tests ?? "").matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, path]) => path ?? ""),
  }),
);

/** The four APIs; `jobs`, `bridges` and `trigger_jobs` of a pipeline belong to the Jobs API. */
const DELIVERY =
  /^\/(projects|groups)\/:\w+\/(environments|protected_environments|deployments|pipelines?)(?!.*\/(jobs|bridges|trigger_jobs)$)(\/|$)/;

/** `POST projects/:/environments/:/stop`: what a request is called, whoever names its parameters. */
const nameless = (endpoint: string): string => endpoint.replace(/:\w+/g, ":");

/** Every endpoint that the client knows, `METHOD path`. */
const known = Object.entries(ENDPOINTS).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => `${method} ${path}`),
);

/** Every path in the sources, as the `api` tag makes a template of it. */
const requested = readdirSync(join(ROOT, "provider"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => readFileSync(join(ROOT, "provider", path), "utf8"))
  .flatMap((source) => [...source.matchAll(/api`(\/[^`]*)`/g)])
  .map(([, path]) => (path ?? "").replace(/\$\{[^}]*\}/g, ":"));

it("the table has each endpoint of the four APIs once, and no other", () => {
  const served = endpoints
    .filter(({ pattern }) => DELIVERY.test(pattern))
    .map(({ method, pattern }) => nameless(`${method} ${pattern}`));
  expect(served.length).toBeGreaterThan(30);
  expect(rows.map(({ endpoint }) => nameless(endpoint)).sort()).toEqual([...new Set(served)].sort());
});

it.each(rows)("$endpoint is really requested, exported and tested", ({ endpoint, where, tests }) => {
  expect(known).toContain(nameless(endpoint));

  const names = [...where.matchAll(/`(\w+)`/g)].map(([, name]) => name ?? "");
  expect(names.length).toBeGreaterThan(0);
  expect(Object.keys(gitlab)).toEqual(expect.arrayContaining(names));

  const texts = tests.map((file) => {
    expect(existsSync(join(ROOT, file)), file).toBe(true);
    return readFileSync(join(ROOT, file), "utf8");
  });
  for (const name of names) {
    expect(
      texts.some((text) => text.includes(name)),
      `${name} in ${tests.join(", ")}`,
    ).toBe(true);
  }
});

it("no delivery request is missing in the table", () => {
  const inTable = rows.map(({ endpoint }) => nameless(endpoint));
  const delivery = known.filter((endpoint) =>
    DELIVERY.test((endpoint.split(" ")[1] ?? "").replaceAll("/:", "/:x")),
  );
  expect(delivery.length).toBeGreaterThan(10);
  expect(delivery.filter((endpoint) => !inTable.includes(endpoint))).toEqual([]);
});

it("every path in the sources is an endpoint whose answers are checked", () => {
  expect(requested.length).toBeGreaterThan(40);
  expect(requested.filter((path) => ENDPOINTS[path] === undefined)).toEqual([]);
});
