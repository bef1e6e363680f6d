import { join } from "node:path";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";

import { actionCalls } from "../../provider/functions/actions";
import { dataCalls } from "../../provider/functions/invokes";
import { isNamed } from "../../provider/doors/native/preflight";
import { OfflineStack } from "../../testing/engine";
import { TestProgram } from "../support/program";
import { ROOT } from "../support/root";

describe("both doors", () => {
  let checker: ts.TypeChecker;
  let doors: Record<"index" | "native", Map<string, ts.Symbol>>;

  beforeAll(() => {
    const files = { index: join(ROOT, "provider/index.ts"), native: join(ROOT, "provider/native.ts") };
    const { config } = ts.readConfigFile(join(ROOT, "tsconfig.base.json"), (file) =>
      ts.sys.readFile(file),
    ) as {
      config: { compilerOptions: object };
    };
    const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
    const program = ts.createProgram(Object.values(files), { ...options, noEmit: true });
    checker = program.getTypeChecker();
    const exported = (file: string) => {
      const module = checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
      return new Map(checker.getExportsOfModule(module).map((symbol) => [symbol.name, resolved(symbol)]));
    };
    doors = { index: exported(files.index), native: exported(files.native) };
  });

  const resolved = (symbol: ts.Symbol): ts.Symbol =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

  it("export the same names; the second one providers as well", () => {
    const own = [...doors.native.keys()].filter((name) => !doors.index.has(name));
    expect(own.sort()).toEqual(["Provider", "ProviderArgs"]);
    expect([...doors.index.keys()].filter((name) => !doors.native.has(name))).toEqual([]);
  });

  it("say the same of each class, whose arguments and outputs are the same", () => {
    const classes = [...doors.index].filter(([, symbol]) =>
      symbol.exports?.has(ts.escapeLeadingUnderscores("__pulumiType")),
    );
    expect(classes).toHaveLength(8);
    for (const [name, symbol] of classes) {
      const other = doors.native.get(name)!;
      const said = (of: ts.Symbol) => [
        ts.displayPartsToString(of.getDocumentationComment(checker)),
        of.getJsDocTags(checker).map(({ text }) => ts.displayPartsToString(text)),
        signatures(of),
      ];
      expect(said(other), name).toEqual(said(symbol));
      expect(said(other)[0]).not.toBe("");
    }
  });

  it("say the same of each function, wherever its name stands", () => {
    const functions = [...doors.index].filter(
      ([, symbol]) =>
        symbol.flags & ts.SymbolFlags.Variable &&
        checker.getTypeOfSymbol(symbol).getCallSignatures().length > 0,
    );
    expect(functions).toHaveLength(2 * Object.keys(dataCalls).length + Object.keys(actionCalls).length);
    for (const [name, symbol] of functions) {
      const said = (of: ts.Symbol) => ts.displayPartsToString(of.getDocumentationComment(checker));
      expect(said(symbol), name).not.toBe("");
      expect(said(doors.native.get(name)!), name).toBe(said(symbol));
    }
  });

  const signatures = (symbol: ts.Symbol): string[] => {
    const constructor = checker.getTypeOfSymbol(symbol);
    const instance = checker.getDeclaredTypeOfSymbol(symbol);
    const properties = instance
      .getProperties()
      .filter(({ name }) => !name.startsWith("__"))
      .map((each) => `${each.name}: ${checker.typeToString(checker.getTypeOfSymbol(each))}`);
    const calls = constructor.getConstructSignatures().map((each) => checker.signatureToString(each));
    return [...calls, ...properties.sort()];
  };
});

describe("the search for the provider", () => {
  it.each([
    ["plugins:\n  providers:\n    - name: gitlab-cd\n      path: node_modules/pulumi-gitlab-cd/plugin", true],
    ["plugins: { providers: [{ name: gitlab-cd, path: ./plugin }] }", true],
    ["plugins:\n  providers:\n    - path: ./plugin\n      name: 'gitlab-cd' # ours", true],
    ["packages:\n  gitlab-cd: ./plugin", true],
    ['{ "plugins": { "providers": [{ "name": "gitlab-cd", "path": "x" }] } }', true],
    ["name: gitlab-cd-infra\nruntime: nodejs", false],
    ["name: shop\nconfig:\n  gitlab-cd:baseUrl: https://gitlab.example.com", false],
    ["name: shop\n# name: gitlab-cd", false],
    ["name: shop\nplugins:\n  providers:\n    - name: gitlab-cd-other\n      path: x", false],
  ])("reads %j: %s", (text, named) => {
    expect(isNamed(text)).toBe(named);
  });

  it("says which lines to add to which file, before anything is registered", async () => {
    const program = new TestProgram(
      `const native = require("pulumi-gitlab-cd/native"); new native.Environment("e", { project: "acme/shop", name: "x" });`,
    );
    const stack = await OfflineStack.create({
      program: program.folder,
      env: { PULUMI_HOME: program.folder },
    });
    try {
      const { errors, steps } = await stack.preview();
      expect(errors).toEqual([
        `Pulumi does not know where the provider gitlab-cd is: it never looks into node_modules. Add these lines to ${join(program.folder, "Pulumi.yaml")}:

plugins:
  providers:
    - name: gitlab-cd
      path: node_modules/pulumi-gitlab-cd/plugin`,
      ]);
      expect(steps.map(({ type }) => type)).toEqual(["pulumi:pulumi:Stack"]);
    } finally {
      await stack.dispose();
      program.remove();
    }
  });
});
