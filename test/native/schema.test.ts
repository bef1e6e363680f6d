import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { CliBench, onCli } from "../real-cli/cli";
import { ROOT } from "../support/root";
import { NAMES, SCHEMA, schemaText } from "../tools/schema/file";
import { namesIn } from "../tools/schema/names";
import type { PropertySpec, ResourceSpec } from "../tools/schema/spec";

const kept = readFileSync(SCHEMA, "utf8");
const schema = JSON.parse(kept) as { resources: Record<string, ResourceSpec>; config: { variables: object } };

it("is what the tables and their comments say; `npm run schema` writes it", () => {
  expect(kept).toBe(schemaText());
});

it("has every name that was ever promised, and no other that is not promised yet", () => {
  expect(namesIn(schema)).toEqual(readFileSync(NAMES, "utf8").trim().split("\n"));
});

it("notices a name that changes or goes", () => {
  const renamed = JSON.parse(kept.replaceAll('"deployAccessLevels"', '"deployers"')) as object;
  expect(namesIn(renamed)).not.toContain(
    "resource gitlab-cd:index:GroupProtectedEnvironment <- deployAccessLevels",
  );
  expect(namesIn(schema)).toContain(
    "resource gitlab-cd:index:GroupProtectedEnvironment <- deployAccessLevels",
  );
});

it("counts in whole numbers, and says of every argument and output what it is", () => {
  const all = Object.values(schema.resources).flatMap(
    ({ properties, inputProperties }): [string, PropertySpec][] => [
      ...Object.entries(properties),
      ...Object.entries(inputProperties),
    ],
  );
  expect(all.length).toBeGreaterThan(100);
  expect(all.filter(([, spec]) => JSON.stringify(spec).includes('"number"'))).toEqual([]);
  expect(all.filter(([, { description }]) => !description)).toEqual([]);
});

it("speaks to every language: no words of one door or one language are left", () => {
  const prose = [...kept.matchAll(/"description": "((?:[^"\\]|\\.)*)"/g)].map(([, text]) =>
    text!.replace(/\{\{% examples[^]*/, ""),
  );
  const words = /pulumi\.secret|README|@link|Output`|gitlab:|[Uu]nknown in previews/;
  expect(prose.filter((text) => words.test(text))).toEqual([]);
});

it("keeps the token secret, and names what replaces", () => {
  expect(schema.config.variables).toMatchObject({ token: { secret: true } });
  const { inputProperties } = schema.resources["gitlab-cd:index:Environment"]!;
  const replacing = Object.entries(inputProperties).filter(([, spec]) => spec.willReplaceOnChanges);
  expect(replacing.map(([name]) => name)).toEqual(["name"]);
});

onCli("passes the engine's own check", async () => {
  const { stack } = await CliBench.open();
  const { exitCode, stdout, stderr } = await stack.pulumi("schema", "check", SCHEMA);
  expect([exitCode, stdout + stderr]).toEqual([0, ""]);
});

onCli("is what the built provider says of itself", async () => {
  const { stack } = await CliBench.open();
  const { exitCode, stdout } = await stack.pulumi(
    "package",
    "get-schema",
    join(ROOT, "plugin", "pulumi-resource-gitlab-cd"),
  );
  expect(exitCode).toBe(0);
  const said = JSON.parse(stdout) as typeof schema;
  expect(namesIn(said)).toEqual(namesIn(schema));
});
