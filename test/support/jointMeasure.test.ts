import { describe, expect, it } from "vitest";

import { containsDeployer, type Measured, meetsRule, weakness } from "./jointMeasure";
import { unsaid } from "./unsaid";

/** The measures themselves, by hand: what the properties rely on. */

const entry = { access_level: null, user_id: null, group_id: null, group_inheritance_type: 0 };
const role = (access_level: number) => ({ ...entry, access_level });
const group = (group_id: number, group_inheritance_type = 0) => ({
  ...entry,
  group_id,
  group_inheritance_type,
});
const user = (user_id: number) => ({ ...entry, user_id });
const times = (required_approvals: number, who: ReturnType<typeof role> | ReturnType<typeof group>) => ({
  ...who,
  required_approvals,
});
const protection = (
  deploy_access_levels: Measured["deploy_access_levels"],
  ...approval_rules: Measured["approval_rules"]
): Measured => ({ deploy_access_levels, approval_rules });

describe("a deployer contains another", () => {
  it.each([
    [role(30), role(40), true],
    [role(40), role(30), false],
    [role(40), role(40), true],
    [user(1), role(60), true],
    [user(1), user(1), true],
    [user(1), user(2), false],
    [role(30), user(1), false],
    [group(1, 1), group(1, 0), true],
    [group(1, 0), group(1, 1), false],
    [group(1), group(2), false],
  ])("%j %j: %s", (outer, inner, expected) => {
    expect(containsDeployer(outer, inner)).toBe(expected);
  });
});

describe("a rule is met", () => {
  it.each([
    [times(2, role(40)), times(1, role(40)), true],
    [times(1, role(40)), times(2, role(40)), false],
    [times(5, role(30)), times(1, role(40)), false],
    [times(1, group(1, 0)), times(1, group(1, 1)), true],
    [times(1, group(1, 1)), times(1, group(1, 0)), false],
  ])("by %j of %j: %s", (held, rule, expected) => {
    expect(meetsRule(held, rule)).toBe(expected);
  });
});

describe("a protection", () => {
  const old = protection([role(40)]);
  const now = protection([role(30)], times(2, group(1)));
  const approved = protection([role(40)], times(2, group(1)));

  it.each([
    ["as it was", old, [old, now], undefined],
    ["as it is to be", now, [old, now], undefined],
    ["with the old deployers and the new rules", approved, [old, now], undefined],
    ["with the new deployers and no rule", protection([role(30)]), [old, now], "role 30 may deploy without"],
    [
      "with the new deployers and half of the rule",
      protection([role(30)], times(1, group(1))),
      [old, now],
      "role 30",
    ],
    [
      "with a stranger",
      protection([role(40), user(7)]),
      [old, now],
      "user 7 may deploy without to be declared at all",
    ],
    ["with administrators beside", protection([role(40), role(60)]), [old, now], undefined],
    ["that is none", undefined, [old, now], "nothing is protected"],
    ["where there was none", undefined, [undefined, now], undefined],
    [
      "with a legacy count",
      { ...old, required_approval_count: 2 },
      [{ ...old, required_approval_count: 2 }],
      undefined,
    ],
    ["that lost its legacy count", old, [{ ...old, required_approval_count: 2 }], "the legacy count 2"],
    [
      "with a rule in place of its legacy count",
      approved,
      [{ ...old, required_approval_count: 2 }, approved],
      undefined,
    ],
  ] as const)("%s", (_, live, declarations, fault) => {
    const found = weakness(live, declarations);
    if (fault === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(fault);
  });
});

describe("what no preview has said", () => {
  const qa = (count: number) => times(count, group(1));
  const state = protection([role(40)], qa(2));

  it.each([
    [
      "a count raised by hand is lowered to what stays declared",
      qa(4),
      qa(2),
      protection([role(30)], qa(2)),
      "became weaker",
    ],
    [
      "a count raised by hand becomes one that is newly declared",
      qa(4),
      qa(1),
      protection([role(40)], qa(1)),
      undefined,
    ],
    ["a rule that is no longer declared goes", qa(4), undefined, protection([role(40)]), undefined],
    ["a rule becomes stricter", qa(2), qa(3), protection([role(40)], qa(2)), undefined],
  ])("%s", (_, before, after, declared, fault) => {
    const was = protection([role(40)], before);
    const is = protection([role(40)], ...(after ? [after] : []));
    const found = unsaid(was, is, state, declared);
    if (fault === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(fault);
  });

  it.each([
    [
      "a rule added by hand goes",
      protection([role(40)], qa(2), times(1, role(40))),
      protection([role(40)], qa(2)),
      "became weaker",
    ],
    [
      "who was shut out by hand comes again",
      protection([user(1)], qa(2)),
      protection([user(1), role(40)], qa(2)),
      "role 40 may deploy",
    ],
    [
      "a newly declared deployer comes",
      protection([role(40)], qa(2)),
      protection([role(40), user(1)], qa(2)),
      undefined,
    ],
  ])("%s", (_, was, is, fault) => {
    const found = unsaid(was, is, state, protection([role(40), user(1)], qa(2)));
    if (fault === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(fault);
  });
});
