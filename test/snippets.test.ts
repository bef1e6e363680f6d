import { readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";

import { shown } from "./support/docs";
import { ROOT } from "./support/root";

const PAGES = [
  "README.md",
  "testing/README.md",
  ...["docs", "examples"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".md") && !file.includes("node_modules"))
      .map((file) => join(folder, file)),
  ),
];

/** Programs that pages show, by page. What has `…` in it shows this package's own code, and is none. */
const SNIPPETS = PAGES.flatMap((page) => {
  const programs = shown(page, "(?:ts|typescript)").filter((text) => !text.includes("…"));
  return programs.map((text, index) => ({ page, nth: index + 1, text }));
});

/** One line above each, so that a failure has the line of the page's block, and one. */
const prelude = (text: string): string =>
  text.includes("import ") ? "export {};" : `import * as gitlab from "pulumi-gitlab-cd";`;

describe("programs in documentation", () => {
  let program: ts.Program;

  /** In the folder of the package, whose name they import; with `await` outside of functions. */
  const fileOf = (index: number): string => join(ROOT, `snippet${index}.mts`);

  beforeAll(() => {
    const texts = new Map(SNIPPETS.map(({ text }, i) => [fileOf(i), `${prelude(text)}\n${text}`]));
    const { config } = ts.readConfigFile(join(ROOT, "tsconfig.base.json"), (file) =>
      ts.sys.readFile(file),
    ) as { config: { compilerOptions: object } };
    const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
    // A snippet ends where its reader goes on.
    const own = { ...options, noEmit: true, noUnusedLocals: false };
    const host = ts.createCompilerHost(own);
    const system = { fileExists: host.fileExists.bind(host), readFile: host.readFile.bind(host) };
    host.fileExists = (file) => texts.has(file) || system.fileExists(file);
    host.readFile = (file) => texts.get(file) ?? system.readFile(file);
    program = ts.createProgram([...texts.keys()], own, host);
  });

  const failuresOf = (index: number): string[] => {
    const file = program.getSourceFile(fileOf(index));
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ start = 0, messageText }) => {
        const line = file?.getLineAndCharacterOfPosition(start).line;
        return `line ${line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
      },
    );
  };

  it("there are some to check", () => {
    expect(SNIPPETS.map(({ page }) => page)).toEqual(
      expect.arrayContaining(["README.md", "testing/README.md", "docs/start.md", "docs/doors.md"]),
    );
  });

  it.each(SNIPPETS.map(({ page, nth }, index) => [page, nth, index] as const))(
    "%s, program %i, compiles against the package",
    (_page, _nth, index) => {
      expect(failuresOf(index)).toEqual([]);
    },
  );
});
