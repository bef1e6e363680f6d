import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";

import { namesOf } from "../../provider/fields/check";
import type { Table } from "../../provider/fields/field";
import { providerFields } from "../../provider/lifecycle/providerFields";
import * as resources from "../../provider/resources";
import { ROOT } from "../support/root";
import { SCHEMA } from "../tools/schema/file";

describe("doc comments on a table", () => {
  let checker: ts.TypeChecker;
  let exported: Map<string, ts.Symbol>;

  beforeAll(() => {
    const index = join(ROOT, "provider", "index.ts");
    const { config } = ts.readConfigFile(join(ROOT, "tsconfig.base.json"), ts.sys.readFile.bind(ts.sys)) as {
      config: { compilerOptions: object };
    };
    const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
    const files = ts.createProgram([index], { ...options, noEmit: true });
    checker = files.getTypeChecker();
    const module = checker.getSymbolAtLocation(files.getSourceFile(index)!)!;
    exported = new Map(checker.getExportsOfModule(module).map((symbol) => [symbol.name, symbol]));
  });

  const undocumented = (name: string): string[] => {
    const symbol = exported.get(name)!;
    const aliased = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const ofPulumi = ["urn", "id", "getProvider"];
    return checker
      .getDeclaredTypeOfSymbol(aliased)
      .getProperties()
      .filter(({ name: field }) => !field.startsWith("_") && !ofPulumi.includes(field))
      .filter((field) => field.getDocumentationComment(checker).length === 0)
      .map(({ name: field }) => field);
  };

  it.each(Object.values(resources).map(({ kind }) => kind))(
    "reach the editor for every argument and output of %s",
    (name) => {
      expect(exported.has(name)).toBe(true);
      expect(undocumented(`${name}Args`)).toEqual([]);
      expect(undocumented(name)).toEqual([]);
    },
  );
});

interface Said {
  readonly description?: string;
}
const { resources: classes, provider } = JSON.parse(readFileSync(SCHEMA, "utf8")) as {
  resources: Record<string, { inputProperties: Record<string, Said> }>;
  provider: { inputProperties: Record<string, Said> };
};
const TABLES: readonly (readonly [name: string, table: Table, said: Readonly<Record<string, Said>>])[] = [
  ...Object.values(resources).map(({ kind, fields }) => {
    const said = classes[`gitlab-cd:index:${kind}`]!.inputProperties;
    return [kind, fields, said] as const;
  }),
  ["Provider", providerFields, provider.inputProperties],
];
/** `at most 10,000 characters`, `1–255 letters`, `1–86,400`. */
const LIMITS = /(?:at most |\b(\d+)–)([\d,]+)( characters| letters| of)?/i;

const limits = TABLES.flatMap(([owner, table, said]) =>
  Object.entries(said).flatMap(([name, { description = "" }]) => {
    const [found, least = "0", most = "0", ofText] = LIMITS.exec(description) ?? [];
    const isNumber = ofText === undefined;
    const value = (size: number) => (isNumber ? size : "a".repeat(size));
    const fits = (size: number) => table[name]!.faults(value(size), name).length === 0;
    const from = isNumber ? Number(least) : 1;
    return found === undefined ? [] : [{ owner, name, least: from, most: count(most), isNumber, fits }];
  }),
);

function count(text: string): number {
  return Number(text.replaceAll(",", ""));
}

describe("limits in doc comments", () => {
  it("are found in many", () => expect(limits.length).toBeGreaterThan(15));

  it.each(limits)("are those that are checked: $owner, $name, $most", ({ least, most, isNumber, fits }) => {
    expect([least, most, most + 1].map(fits)).toEqual([true, true, false]);
    if (isNumber) expect(fits(least - 1)).toBe(false);
  });
});

const REPLACES = /(Changing (it|them)|another (project|group)) replaces|runs a new pipeline/i;
// What ran once, as a clean-up did, says it above all its arguments: any change runs it anew.
const OBJECTS = TABLES.filter(([name]) => !["ReviewAppCleanup", "StaleEnvironmentsStop"].includes(name));

it.each(OBJECTS)("a doc comment of %s says whether a change replaces", (_, table, said) => {
  const replacing = namesOf(table, "container", "identity", "trigger");
  const told = Object.keys(said).filter((name) => REPLACES.test(said[name]?.description ?? ""));
  expect(told.sort()).toEqual(replacing.sort());
});
