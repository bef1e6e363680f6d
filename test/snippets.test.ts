import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";

import { shown } from "./support/docs";
import { ROOT } from "./support/root";

/** Files below folders with names that end so. */
const filesIn = (folder: string, end: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(end))
    .map((file) => join(folder, file));

/** Without what `npm run docs` makes of doc comments, which are here themselves. */
const PAGES = [
  "README.md",
  "testing/README.md",
  ...filesIn("docs", ".md"),
  ...filesIn("examples", ".md"),
].filter((page) => !page.includes("node_modules") && !page.startsWith(join("docs", "api")));

interface Snippet {
  readonly place: string;
  readonly nth: number;
  readonly text: string;
}

const numbered = (place: string, texts: readonly string[]): Snippet[] =>
  texts.map((text, index) => ({ place, nth: index + 1, text }));

/** The examples of doc comments. */
function examplesIn(file: string): string[] {
  const source = readFileSync(join(ROOT, file), "utf8");
  return [...source.matchAll(/ \* @example\n((?: \* .*\n)+)/g)].map(([, block]) =>
    (block ?? "").replace(/^ \* /gm, ""),
  );
}

/** Programs that pages and doc comments show. What has `…` in it shows this package's own code, and is none. */
const SNIPPETS = [
  ...PAGES.flatMap((page) =>
    numbered(
      page,
      shown(page, "(?:ts|typescript)").filter((text) => !text.includes("…")),
    ),
  ),
  ...[...filesIn("provider/resources", ".ts"), "provider/doors/native/provider.ts"].flatMap((file) =>
    numbered(file, examplesIn(file)),
  ),
];

/** What examples that are no whole programs leave to their reader. */
const LEFT_OUT =
  "declare global { var commit: string, imageDigest: string, waiting: { id: number }, protection: pulumi.Resource, config: pulumi.Config; }";

/** One line above each, so that a failure has the line of the block, and one. */
const prelude = (text: string): string =>
  text.includes("import ")
    ? "export {};"
    : `import * as gitlab from "pulumi-gitlab-cd/native"; import * as pulumi from "@pulumi/pulumi"; ${LEFT_OUT}`;

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
    expect(SNIPPETS.map(({ place }) => place)).toEqual(
      expect.arrayContaining([
        "README.md",
        "testing/README.md",
        "docs/start.md",
        "docs/doors.md",
        "provider/doors/native/provider.ts",
        "provider/resources/pipeline.ts",
      ]),
    );
  });

  it.each(SNIPPETS.map(({ place, nth }, index) => [place, nth, index] as const))(
    "%s, program %i, compiles against the package",
    (_place, _nth, index) => {
      expect(failuresOf(index)).toEqual([]);
    },
  );
});
