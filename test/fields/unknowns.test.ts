import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { checkFields } from "../../provider/fields/check";
import type { Table } from "../../provider/fields/field";
import { UNKNOWN } from "../../provider/fields/unknowns";
import { fields as deployment } from "../../provider/resources/deployment";
import { fields as environment } from "../../provider/resources/environment";
import { fields as group } from "../../provider/resources/groupProtectedEnvironment";
import { fields as pipeline } from "../../provider/resources/pipeline";

const GOOD: readonly (readonly [string, Table, Record<string, unknown>])[] = [
  [
    "Environment",
    environment,
    { project: "acme/shop", name: "live", clusterAgentId: 3, kubernetesNamespace: "n" },
  ],
  ["Deployment", deployment, { project: 7, environment: "live", sha: "abc", ref: "main", status: "success" }],
  [
    "Pipeline",
    pipeline,
    {
      project: "acme/shop",
      ref: "main",
      variables: [
        { key: "A", value: "1", variableType: "file" },
        { key: "B", value: "2" },
      ],
      inputs: { one: [1, "two"] },
    },
  ],
  [
    "GroupProtectedEnvironment",
    group,
    {
      group: "acme",
      name: "production",
      deployAccessLevels: [{ accessLevel: 40 }, { groupPath: "acme/qa", groupInheritanceType: 1 }],
      approvalRules: [{ groupId: 3, requiredApprovals: 2 }],
    },
  ],
];

/** The value with some of its parts, at any depth, not known yet. */
function blurred(value: unknown, coin: () => boolean): unknown {
  if (coin()) return UNKNOWN;
  if (Array.isArray(value)) return value.map((item) => blurred(item, coin));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, blurred(item, coin)]));
}

describe("a declaration that is right", () => {
  it.each(GOOD)("is still right where any part of it is unknown: %s", (_, table, good) => {
    expect(checkFields(table, good).failures).toEqual([]);
    fc.assert(
      fc.property(fc.infiniteStream(fc.boolean()), (coins) => {
        const coin = () => coins.next().value === true;
        const news = Object.fromEntries(
          Object.entries(good).map(([name, value]) => [name, blurred(value, coin)]),
        );
        expect(checkFields(table, news).failures).toEqual([]);
      }),
    );
  });
});
