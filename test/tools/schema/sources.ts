import { join } from "node:path";

import ts from "typescript";

/** The package's own sources, for what only they know: doc comments, and the types of answers. */
export class Sources {
  readonly checker: ts.TypeChecker;
  readonly #program: ts.Program;

  constructor(private readonly root: string) {
    const { config } = ts.readConfigFile(join(root, "tsconfig.base.json"), (file) =>
      ts.sys.readFile(file),
    ) as { config: { compilerOptions: object } };
    const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
    const files = ["provider/native.ts", "provider/functions/invokes.ts"].map((file) => join(root, file));
    this.#program = ts.createProgram(files, { ...options, noEmit: true });
    this.checker = this.#program.getTypeChecker();
  }

  /** What a file exports under this name. */
  exported(file: string, name: string): ts.Symbol {
    const source = this.#program.getSourceFile(join(this.root, file));
    const module = source && this.checker.getSymbolAtLocation(source);
    const symbol = module && this.checker.getExportsOfModule(module).find((each) => each.name === name);
    if (symbol === undefined) throw new Error(`${file} exports no ${name}.`);
    return symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }

  declared(file: string, name: string): ts.Type {
    return this.checker.getDeclaredTypeOfSymbol(this.exported(file, name));
  }

  property(type: ts.Type, name: string): ts.Symbol {
    const property = type.getProperty(name);
    if (property === undefined) throw new Error(`${this.checker.typeToString(type)} has no ${name}.`);
    return property;
  }

  example(symbol: ts.Symbol): string | undefined {
    const tag = symbol.getJsDocTags(this.checker).find(({ name }) => name === "example");
    return tag === undefined ? undefined : ts.displayPartsToString(tag.text).trim();
  }

  /** A doc comment as Markdown. */
  comment(symbol: ts.Symbol): string {
    return symbol
      .getDocumentationComment(this.checker)
      .map(({ kind, text }) =>
        kind === "linkName" || kind === "linkText" ? `\`${text.trim()}\`` : kind === "link" ? "" : text,
      )
      .join("")
      .trim();
  }
}
