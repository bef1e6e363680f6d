import { type Fields, setting } from "../../provider/fields/field";
import { integer } from "../../provider/fields/schema";
import type { ArgsOf, InputsOf, OutputsOf } from "../../provider/fields/types";
import { ENVIRONMENT } from "../../provider/gitlab/answer/rows";
import type { RowOf } from "../../provider/gitlab/answer/shape";
import type { WireEnvironment } from "../../provider/gitlab/answer/types";
import { fields } from "../../provider/resources/environment";

/** What it takes to give `Environment` another argument: the key in the record's shape, and a line in the table. */

export const SHAPE_WITH_RETENTION = { ...ENVIRONMENT, retention_days: "number?" } as const;
export type WireWithRetention = RowOf<typeof SHAPE_WITH_RETENTION>;

export const withRetention = {
  ...fields,
  /** How long GitLab keeps what was deployed, in days, 1–365. Default: for ever. */
  retentionDays: setting(integer(1, 365), { wire: "retention_days", cleared: null }),
} satisfies Fields<WireWithRetention>;

export interface RetentionArgs extends ArgsOf<typeof withRetention> {}
export type RetentionInputs = InputsOf<typeof withRetention>;
export interface RetentionOutputs extends OutputsOf<typeof withRetention> {}

// Forgetting the record's type is a compile error,
export const forgotTheRecord = {
  ...fields,
  // @ts-expect-error: a `WireEnvironment` has no `retention_days`.
  retentionDays: setting(integer(1, 365), { wire: "retention_days", cleared: null }),
} satisfies Fields<WireEnvironment>;

// and so is forgetting how it is sent,
export const forgotToSend = {
  ...fields,
  // @ts-expect-error: a setting says its name on the server.
  retentionDays: setting(integer(1, 365), { cleared: null }),
} satisfies Fields<WireWithRetention>;

// or what it goes back to once it is no longer declared.
export const forgotToClear = {
  ...fields,
  // @ts-expect-error: a setting says what it is cleared to.
  retentionDays: setting(integer(1, 365), { wire: "retention_days" }),
} satisfies Fields<WireWithRetention>;

// A program that has not the argument in its table does not compile,
// @ts-expect-error: no `Environment` takes it.
export const notInTheTable: ArgsOf<typeof fields> = { project: 1, name: "a", retentionDays: 3 };
// nor one with a value of another kind, or without what is required.
// @ts-expect-error: a number.
export const notANumber: RetentionArgs = { project: 1, name: "a", retentionDays: "3" };
// @ts-expect-error: `name` is required.
export const withoutName: RetentionArgs = { project: 1, retentionDays: 3 };
