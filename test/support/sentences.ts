import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";

/** What one place of the sources says; `…` stands for what differs. */
export interface Saying {
  /** `lifecycle/stored.ts:35`. */
  readonly at: string;
  /** The texts of one error, of one return or of one row: a sentence, and perhaps the one that says what to do about it. */
  readonly texts: readonly string[];
}

/** Every place below `provider` in one of the folders that says a sentence to a user. */
export function sayings(root: string, folders: readonly string[]): Saying[] {
  return readdirSync(join(root, "provider"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && folders.some((folder) => path.startsWith(`${folder}/`)))
    .sort()
    .flatMap((path) => sayingsOf(path, readFileSync(join(root, "provider", path), "utf8")));
}

/** The sentences of one file. */
export function sayingsOf(path: string, code: string): Saying[] {
  const file = ts.createSourceFile(path, code, ts.ScriptTarget.Latest, true);
  const places = new Map<ts.Node, string[]>();
  const visit = (node: ts.Node): void => {
    if (isText(node)) {
      const text = written(node).trim();
      const place = placeOf(node);
      if (isSentence(text)) places.set(place, [...(places.get(place) ?? []), text]);
      if (!ts.isTemplateExpression(node)) return;
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...places].map(([place, texts]) => ({
    at: `${path}:${file.getLineAndCharacterOfPosition(place.getStart()).line + 1}`,
    texts,
  }));
}

const isJoined = (node: ts.Node): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;

/** A text as a whole: not the pieces of one that is put together. */
const isText = (node: ts.Node): node is ts.Expression =>
  (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node) || isJoined(node)) && !isJoined(node.parent);

function written(node: ts.Expression): string {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join("");
  if (isJoined(node)) return written(node.left) + written(node.right);
  return "…";
}

/**
 * Ends as sentences do, or has one that ends in it, and has words enough. The reasons of the argument check are clauses behind
 * the name of their argument: they say what it must be, and are no sentences.
 */
function isSentence(text: string): boolean {
  const words = text.split(/\s+/).filter((word) => /[a-z]{2}/.test(word));
  return words.length >= 4 && (/[.:]$/.test(text) || /\S\. \S/.test(text));
}

/** What is said together: up to the statement, the function, the constant or the row of a table. */
function placeOf(node: ts.Node): ts.Node {
  const { parent } = node;
  const ends = ts.isStatement(parent) || ts.isFunctionLike(parent) || ts.isVariableDeclaration(parent);
  const isRow = ts.isArrayLiteralExpression(parent) && ts.isArrayLiteralExpression(parent.parent);
  const isBranch =
    ts.isConditionalExpression(parent) && !ts.isNewExpression(parent.parent) && parent.condition !== node;
  return ends || isRow || isBranch ? node : placeOf(parent);
}
