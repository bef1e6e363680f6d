import { join } from "node:path";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";

import * as resources from "../../provider/resources";
import { ROOT } from "../support/root";

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
