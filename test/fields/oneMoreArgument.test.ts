import type { Output } from "@pulumi/pulumi";
import { describe, expect, expectTypeOf, it } from "vitest";

import { changedFields, checkFields } from "../../provider/fields/check";
import { bodyOf, changesOf, declaredPart, lost, stateOf, stateSeen } from "../../provider/fields/record";
import { UNKNOWN } from "../../provider/fields/unknowns";
import {
  type RetentionInputs,
  type RetentionOutputs,
  type WireWithRetention,
  withRetention,
} from "./oneMoreArgument";

const row: WireWithRetention = {
  id: 7,
  name: "live",
  slug: "live",
  external_url: null,
  created_at: "2026-01-31T12:00:00Z",
  updated_at: "2026-01-31T12:00:00Z",
  tier: "production",
  state: "available",
  auto_stop_at: null,
  retention_days: 30,
};
const declared = { project: "acme/shop", name: "live", slug: "live", retentionDays: 30 };
const { retentionDays: _, ...undeclared } = declared;

describe("an argument that is added to the table, and to the record's type", () => {
  it("has its type in arguments, inputs and outputs", () => {
    expectTypeOf<RetentionInputs["retentionDays"]>().toEqualTypeOf<number | undefined>();
    expectTypeOf<RetentionOutputs["retentionDays"]>().toEqualTypeOf<Output<number | undefined>>();
  });

  it.each([
    [0, ["must be at least 1, got 0"]],
    [366, ["must be at most 365, got 366"]],
    ["30", ['must be a whole number, got "30"']],
    [30, []],
    [UNKNOWN, []],
    [null, []],
  ])("is checked: %o", (retentionDays, reasons) => {
    const { failures } = checkFields(withRetention, { ...undeclared, retentionDays });
    expect(failures.map(({ reason }) => reason)).toEqual(reasons);
  });

  it("is compared", () => {
    expect(changedFields(withRetention, declared, { ...declared, retentionDays: 31 })).toEqual([
      "retentionDays",
    ]);
    expect(changedFields(withRetention, declared, undeclared)).toEqual(["retentionDays"]);
    expect(changedFields(withRetention, declared, declared)).toEqual([]);
  });

  it("is sent by a create and an update, and cleared when it is no longer declared", () => {
    expect(bodyOf(withRetention, declared)).toEqual({ name: "live", retention_days: 30 });
    expect(changesOf(withRetention, ["retentionDays"], declared)).toEqual({ retention_days: 30 });
    expect(changesOf(withRetention, ["retentionDays"], undeclared)).toEqual({ retention_days: null });
  });

  it("is read where it is declared, so that drift shows, and only there", () => {
    const seen = stateSeen(
      withRetention,
      { ...row, retention_days: 60 },
      { ...declared, state: "available" },
      declared,
    );
    expect(declaredPart(withRetention, seen)).toEqual({ ...declared, retentionDays: 60 });
    expect(stateSeen(withRetention, row, { ...undeclared, state: "available" }, declared)).not.toHaveProperty(
      "retentionDays",
    );
  });

  it("is shown by a `get`, which declares nothing", () => {
    expect(stateSeen(withRetention, row, { connection: "corp" }, { project: "acme/shop" })).toMatchObject({
      ...declared,
      connection: "corp",
      tier: "production",
    });
  });

  it("is reported where GitLab drops it without a word", () => {
    const { retention_days: _dropped, ...without } = row;
    expect(lost(withRetention, without, declared)).toEqual(["retentionDays"]);
    expect(lost(withRetention, row, declared)).toEqual([]);
  });

  it("is kept in the state", () => {
    expect(stateOf(withRetention, row, declared)).toEqual({
      ...declared,
      tier: "production",
      __guessed: true,
      state: "available",
      createdAt: row.created_at,
    });
  });
});
