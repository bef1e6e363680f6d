import { describe, expect, it } from "vitest";

import { setting, type Table } from "../../provider/fields/field";
import { oneOf, type Schema, text } from "../../provider/fields/schema";
import { secretsOf } from "../../provider/fields/secrets";
import { UNKNOWN } from "../../provider/fields/unknowns";
import * as resources from "../../provider/resources";

const TABLES = Object.entries(resources).map(([name, { fields }]): [string, Table] => [name, fields]);

describe("what of a declaration may be secret", () => {
  it("is, of every class, every text that is not said to stand in clear", () => {
    const secret = TABLES.flatMap(([kind, table]) => {
      const everything = Object.fromEntries(Object.keys(table).map((name) => [name, "canary"]));
      // Those of a pipeline have names of their own.
      delete everything["inputs"];
      return secretsOf(table, everything).map(([name]) => `${kind}.${name}`);
    });
    expect(secret).toEqual([
      "deploymentApproval.comment",
      "environment.externalUrl",
      "environment.description",
      "environment.kubernetesNamespace",
      "environment.fluxResourcePath",
      "pipeline.name",
    ]);
  });

  it("is the value of each variable and input of a pipeline, under its name", () => {
    const declared = {
      variables: [{ key: "PASSWORD", value: "hunter2" }, { key: "LATER", value: UNKNOWN }, UNKNOWN],
      inputs: { count: 3, hosts: ["a.example.com", "b.example.com"] },
    };
    expect(secretsOf(resources.pipeline.fields, declared)).toEqual([
      ["value of PASSWORD", "hunter2"],
      ["value of LATER", UNKNOWN],
      ["input count", "3"],
      ["input hosts", "a.example.com"],
      ["input hosts", "b.example.com"],
    ]);
  });

  it("is a new free text without anybody having thought of it, at any depth; a choice is none", () => {
    const table = {
      banner: setting(text(), { wire: "banner", cleared: null }),
      colour: setting(oneOf(["red", "green"]), { wire: "colour", cleared: null }),
    };
    expect(secretsOf(table, { banner: "hello there", colour: "red" })).toEqual([["banner", "hello there"]]);
    expect(secretsOf(table, { banner: ["a", { b: "c" }] })).toEqual([
      ["banner", "a"],
      ["banner", "c"],
    ]);
    expect(secretsOf(table, { banner: UNKNOWN })).toEqual([]);
  });

  it("is repeated by no failure, unless it is short and plain enough to be a misspelt word", () => {
    const token = "glpat-0123456789abcdefghij";
    const faults = (of: Schema, value: unknown) => of.faults(value, "it").map(({ reason }) => reason);
    expect(faults(resources.environment.fields.tier, "prod")).toEqual([
      'must be one of production, staging, testing, development, other, got "prod"',
    ]);
    for (const [, table] of TABLES)
      for (const [name, field] of Object.entries(table))
        for (const value of [token, { token }, [token], `${token} `])
          if (field.secrets === undefined || name === "variables" || name === "inputs")
            expect(JSON.stringify(faults(field, value)), name).not.toContain(token);
  });
});
