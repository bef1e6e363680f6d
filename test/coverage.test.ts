import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import * as gitlab from "../provider";
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

/** The four APIs; `jobs` and `bridges` of a pipeline belong to the Jobs API. */
const DELIVERY =
  /^\/(projects|groups)\/:\w+\/(environments|protected_environments|deployments|pipelines?)(?!.*\/(jobs|bridges)$)(\/|$)/;

/** `POST projects/:/environments/:/stop`: what a request is called, whoever names its parameters. */
const nameless = (endpoint: string): string => endpoint.replace(/:\w+/g, ":");

/** Every path in the sources, as the `api` tag makes a template of it, and the words that are put behind one. */
const source = readdirSync(join(ROOT, "provider"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => readFileSync(join(ROOT, "provider", path), "utf8"))
  .join("\n");
const templates = new Set(
  [...source.matchAll(/api`(\/[^`]*)`/g)].map(([, path]) => (path ?? "").replace(/\$\{[^}]*\}/g, ":")),
);
const tails = [...source.matchAll(/template\}(\/\w+)`/g)].map(([, tail]) => tail ?? "");

test("the table has each endpoint of the four APIs once, and no other", () => {
  const known = endpoints
    .filter(({ pattern }) => DELIVERY.test(pattern))
    .map(({ method, pattern }) => nameless(`${method} ${pattern}`));
  expect(known.length).toBeGreaterThan(30);
  expect(rows.map(({ endpoint }) => nameless(endpoint)).sort()).toEqual([...new Set(known)].sort());
});

test.each(rows)("$endpoint is really requested, exported and tested", ({ endpoint, where, tests }) => {
  const path = nameless(endpoint.split(" ")[1] ?? "");
  const built = tails.some((tail) => path.endsWith(tail) && templates.has(path.slice(0, -tail.length)));
  expect(built || templates.has(path), `a request of ${path} in provider/`).toBe(true);

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

test("no delivery request is missing in the table", () => {
  const inTable = new Set(rows.map(({ endpoint }) => nameless(endpoint.split(" ")[1] ?? "")));
  const requested = [...templates].filter((template) => DELIVERY.test(template.replaceAll("/:", "/:x")));
  expect(requested.length).toBeGreaterThan(10);
  expect(requested.filter((template) => !inTable.has(template))).toEqual([]);
});
