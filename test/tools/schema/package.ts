import { readFileSync } from "node:fs";
import { join } from "node:path";

import { namesOf } from "../../../provider/fields/check";
import type { Table } from "../../../provider/fields/field";
import type { ValueType } from "../../../provider/fields/schema";
import { invokes } from "../../../provider/functions/invokes";
import { LIFECYCLES } from "../../../provider/plugin/resources";
import { usage } from "./examples";
import { Sources } from "./sources";
import { type FunctionSpec, PACKAGE, type PropertySpec, type ResourceSpec, token } from "./spec";
import { capital, Types } from "./types";
import { Words } from "./words";

const NATIVE = "provider/native.ts";
const INPUTS = ["container", "identity", "trigger", "setting", "steering", "creation"] as const;
const OUTPUTS = ["container", "identity", "setting", "computed", "answer", "number"] as const;

/** The schema of the package, from the tables, the types of answers and the doc comments of both. */
export function packageSchema(root: string): object {
  const sources = new Sources(root);
  const words = new Words();
  const types = new Types(sources, words);
  const resources = LIFECYCLES.map(({ kind, fields }) => [token(kind), resource(kind, fields)] as const);
  const functions = Object.keys(invokes)
    .sort()
    .map((name) => [token(name), dataFunction(name)] as const);
  const settings = providerSettings();
  words.assertAllUsed();
  return {
    ...head(root),
    config: { variables: settings },
    types: Object.fromEntries(sorted(types.named).map(([name, spec]) => [token(name), spec])),
    provider: {
      description: words.neutral(sources.comment(sources.exported(NATIVE, "Provider"))),
      inputProperties: settings,
    },
    resources: Object.fromEntries(resources),
    functions: Object.fromEntries(functions),
  };

  function resource(name: string, fields: Table): ResourceSpec {
    const symbol = sources.exported(NATIVE, name);
    const args = sources.declared(NATIVE, `${name}Args`);
    const outputs = sources.checker.getDeclaredTypeOfSymbol(symbol);
    const example = sources.example(symbol);
    const replaces = namesOf(fields, "identity", "trigger");
    const input = (field: string): PropertySpec => {
      const { spec } = types.property(args, { owner: name, name: field, table: fields[field]?.type });
      return replaces.includes(field) ? { ...spec, willReplaceOnChanges: true } : spec;
    };
    const output = (field: string) => {
      const { role, type } = fields[field]!;
      // What the server answers may be more than what can be asked for.
      const table: ValueType = role === "answer" && type.kind === "text" ? { kind: "text" } : type;
      return types.property(outputs, { owner: name, name: field, table });
    };
    const inputs = namesOf(fields, ...INPUTS).map((field) => [field, input(field)] as const);
    const held = namesOf(fields, ...OUTPUTS).map((field) => [field, output(field)] as const);
    return {
      description: [
        words.neutral(sources.comment(symbol)),
        ...(example === undefined ? [] : [usage(example)]),
      ].join("\n\n"),
      properties: Object.fromEntries(held.map(([field, { spec }]) => [field, spec])),
      required: held
        .filter(([, { always }]) => always)
        .map(([field]) => field)
        .sort(),
      inputProperties: Object.fromEntries(inputs),
      requiredInputs: inputs
        .map(([field]) => field)
        .filter((field) => fields[field]?.presence === "required")
        .sort(),
    };
  }

  function dataFunction(name: string): FunctionSpec {
    const { fields, list, secret } = invokes[name]!;
    const { checker } = sources;
    const all = sources.declared("provider/functions/invokes.ts", "DataFunctions");
    const method = sources.property(all, name);
    const [signature] = checker.getTypeOfSymbol(method).getCallSignatures();
    const args = checker.getTypeOfSymbol(signature!.parameters[0]!);
    const [answer] = checker.getTypeArguments(signature!.getReturnType() as never);
    const tables = Object.fromEntries(Object.entries(fields).map(([field, { type }]) => [field, type]));
    const inputs = types.object(args, capital(name), tables);
    return {
      description: words.neutral(sources.comment(method)),
      inputs: { type: "object", ...inputs },
      outputs: {
        type: "object",
        ...(list === undefined ? types.object(answer!, capital(name)) : listed(name, list, answer!, secret)),
      },
    };
  }

  function listed(name: string, list: string, answer: Parameters<Types["object"]>[0], secret?: true) {
    const items = types.list(answer, { owner: capital(name), name: list });
    return { properties: { [list]: { ...items, ...(secret ? { secret } : {}) } }, required: [list] };
  }

  /** Numbers may come as text, as everything in a stack's configuration does; who writes them writes numbers. */
  function providerSettings(): Record<string, PropertySpec> {
    const { properties } = types.object(sources.declared(NATIVE, "ProviderArgs"), "Provider");
    return Object.fromEntries(
      Object.entries(properties).map(([name, spec]): [string, PropertySpec] => {
        const { description = "" } = spec;
        if ("oneOf" in spec) return [name, { type: "integer", description }];
        return [name, name === "token" ? { ...spec, secret: true } : spec];
      }),
    );
  }
}

function sorted<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What is said of the package as a whole. */
function head(root: string): object {
  const { version, description, keywords, license } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  ) as Record<"version" | "description" | "license", string> & { keywords: string[] };
  return {
    $schema: "https://raw.githubusercontent.com/pulumi/pulumi/master/pkg/codegen/schema/pulumi.json",
    name: PACKAGE,
    displayName: "GitLab Continuous Delivery",
    version,
    description: description.replace("Pulumi dynamic resources", "Pulumi resources"),
    keywords: [...keywords.filter((word) => word !== "pulumi"), "category/infrastructure", "kind/native"],
    license,
    publisher: "pulumi-gitlab-cd",
    // Generated packages have a version, and in Go a module of their own.
    meta: { supportPack: true },
    language: LANGUAGES,
  };
}

const LANGUAGES = {
  // What Node.js programs import comes with the npm package; code that Pulumi writes for them names it.
  nodejs: { packageName: "pulumi-gitlab-cd/native", respectSchemaVersion: true },
  python: { packageName: "pulumi_gitlab_cd", pyproject: { enabled: true }, respectSchemaVersion: true },
  go: {
    importBasePath: "pulumi-gitlab-cd/sdk/go/gitlabcd",
    rootPackageName: "gitlabcd",
    generateResourceContainerTypes: true,
    respectSchemaVersion: true,
  },
  csharp: {
    rootNamespace: "PulumiGitLabCd",
    namespaces: { [PACKAGE]: "GitLabCd" },
    respectSchemaVersion: true,
  },
  java: { basePackage: "pulumigitlabcd", packages: { [PACKAGE]: "gitlabcd" } },
};
