import ts from "typescript";
import { stringify } from "yaml";

import { AccessLevel, GroupInheritanceType } from "../../../provider/lifecycle/access/subjects";
import { token } from "./spec";

const CONSTANTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  AccessLevel,
  GroupInheritanceType,
};

/** The example of a class for each language that there is one for. https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/ */
export function usage(example: string): string {
  const program = `import * as gitlab from "pulumi-gitlab-cd/native";\n\n${example}`;
  return [
    "{{% examples %}}",
    "## Example Usage",
    "{{% example %}}",
    "",
    "```typescript",
    program,
    "```",
    "```yaml",
    inYaml(example).trimEnd(),
    "```",
    "{{% /example %}}",
    "{{% /examples %}}",
  ].join("\n");
}

/** `new gitlab.Environment("name", {…}, {…})` as a part of a YAML program. */
function inYaml(example: string): string {
  const source = ts.createSourceFile("example.ts", example, ts.ScriptTarget.ES2022, true);
  const made: ts.NewExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node)) made.push(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  const resources = made.map((node) => {
    const [name, properties, options] = node.arguments ?? [];
    const type = token(node.expression.getText().replace(/^gitlab\./, ""));
    return [
      valueOf(name),
      {
        type,
        properties: valueOf(properties),
        ...(options === undefined ? {} : { options: valueOf(options) }),
      },
    ] as const;
  });
  return stringify({ resources: Object.fromEntries(resources) as object }, { lineWidth: 0 });
}

function valueOf(node: ts.Node | undefined): unknown {
  if (node === undefined) return undefined;
  if (ts.isStringLiteral(node)) return node.text;
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (node.kind === ts.SyntaxKind.FalseKeyword) return false;
  if (ts.isArrayLiteralExpression(node)) return node.elements.map(valueOf);
  if (ts.isObjectLiteralExpression(node)) {
    const pairs = node.properties.filter(ts.isPropertyAssignment);
    return Object.fromEntries(pairs.map((pair) => [pair.name.getText(), valueOf(pair.initializer)]));
  }
  const [, constant, key] = /^gitlab\.(\w+)\.(\w+)$/.exec(node.getText()) ?? [];
  return CONSTANTS[constant ?? ""]?.[key ?? ""] ?? `\${${node.getText()}}`;
}
