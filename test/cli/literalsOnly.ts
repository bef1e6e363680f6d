import ts from "typescript";

/** Everything in a program that is not a literal where values belong; read by the compiler's own parser. */
export function codeInside(text: string): string[] {
  const file = ts.createSourceFile("index.ts", text, ts.ScriptTarget.ES2022, true);
  const broken = (file as unknown as { parseDiagnostics: ts.Diagnostic[] }).parseDiagnostics;
  const found = broken.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
  const names = new Set<string>();
  const wrong = (node: ts.Node) => void found.push(node.getText(file));
  for (const statement of file.statements) checkStatement(statement, names, wrong);
  return found;
}

type Wrong = (node: ts.Node) => void;

function checkStatement(node: ts.Statement, names: Set<string>, wrong: Wrong): void {
  if (ts.isImportDeclaration(node)) {
    if (node.getText() !== 'import * as gitlab from "pulumi-gitlab-cd";') wrong(node);
  } else if (ts.isVariableStatement(node)) {
    for (const { name, initializer } of node.declarationList.declarations) {
      if (ts.isIdentifier(name) && initializer !== undefined) checkMaker(initializer, names, wrong);
      else wrong(node);
      names.add(name.getText());
    }
  } else if (ts.isForOfStatement(node)) {
    checkValue(node.expression, names, wrong);
    const bound = node.initializer.getText();
    if (bound !== "const name" && bound !== "const { name, externalUrl }") wrong(node.initializer);
    const inner = new Set([...names, "name", "externalUrl"]);
    if (!ts.isBlock(node.statement)) wrong(node);
    else for (const each of node.statement.statements) checkStatement(each, inner, wrong);
  } else if (ts.isExpressionStatement(node)) {
    checkMaker(node.expression, names, wrong);
  } else wrong(node);
}

function checkMaker(node: ts.Expression, names: Set<string>, wrong: Wrong): void {
  if (!ts.isNewExpression(node)) return checkValue(node, names, wrong);
  const made = /^gitlab\.(Environment|GroupProtectedEnvironment|ProjectProtectedEnvironment)$/;
  if (!made.test(node.expression.getText())) wrong(node.expression);
  for (const argument of node.arguments ?? []) checkValue(argument, names, wrong);
}

function checkValue(node: ts.Expression, names: Set<string>, wrong: Wrong): void {
  if (ts.isStringLiteral(node) || ts.isNumericLiteral(node)) return;
  if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword) return;
  if (ts.isPrefixUnaryExpression(node) && ts.isNumericLiteral(node.operand)) return;
  if (ts.isIdentifier(node)) return names.has(node.text) ? undefined : wrong(node);
  if (ts.isPropertyAccessExpression(node)) {
    const constant = /^gitlab\.(AccessLevel\.(Developer|Maintainer|Admin)|GroupInheritanceType\.All)$/;
    return constant.test(node.getText()) ? undefined : wrong(node);
  }
  if (ts.isTemplateExpression(node)) {
    return node.templateSpans.forEach(({ expression }) => checkValue(expression, names, wrong));
  }
  if (ts.isArrayLiteralExpression(node))
    return node.elements.forEach((each) => checkValue(each, names, wrong));
  if (!ts.isObjectLiteralExpression(node)) return wrong(node);
  for (const property of node.properties) {
    if (ts.isPropertyAssignment(property) && ts.isIdentifier(property.name))
      checkValue(property.initializer, names, wrong);
    else if (ts.isShorthandPropertyAssignment(property)) checkValue(property.name, names, wrong);
    else wrong(property);
  }
}

/** Characters that do not show, or change how the rest shows. */
export const INVISIBLE = /(?!\n)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u034f\u115f\u1160\u2800\u3164\uffa0]/u;
