import { expect } from "vitest";

import type { Subject } from "../../testing/emulator";
import { CliBench, onCli } from "./cli";

/** One protection of `acme/shop`: what a program says of it before and after, and what somebody does by hand between. */
interface Case {
  readonly before: string;
  readonly after: string;
  readonly byHand?: (gitlab: CliBench["gitlab"], name: string) => Promise<void> | void;
  /** What the run says, and what GitLab then holds, `levels | rules`. */
  readonly says?: RegExp;
  readonly holds: string;
  /** What the next run holds, to which everybody qualifies; by default what is declared. */
  readonly then: string;
  readonly options?: string;
}

const levels = (...roles: number[]): string =>
  `deployAccessLevels: [${roles.map((role) => `{ accessLevel: ${role} }`).join(", ")}]`;
const rules = (...of: string[]): string => `approvalRules: [${of.map((one) => `{ ${one} }`).join(", ")}]`;
const qa = 'groupPath: "acme/qa"';
const release = 'groupPath: "acme/release"';
const security = 'groupPath: "acme/security"';
const dropped = /GitLab left group acme\/security out of approvalRules without a word/;

/** Changes of one rule by hand, through the API, as a person does in GitLab's pages. */
const set = (fields: object) => async (gitlab: CliBench["gitlab"], name: string) => {
  const [rule] = gitlab.world.protection("acme/shop", name)?.approval_rules ?? [];
  const body = { approval_rules: [{ id: rule?.id, access_level: null, ...fields }] };
  const { status } = await gitlab.api("PUT", `/projects/acme%2Fshop/protected_environments/${name}`, body);
  expect(status).toBe(200);
};
const add =
  (who: Subject) =>
  ({ world }: CliBench["gitlab"], name: string) =>
    void world.addStrangerEntry("acme/shop", name, who, "rules");

/** By hand: what is added, lowered, raised or removed. Group security is not invited until the second run. */
const CASES: Readonly<Record<string, Case>> = {
  "deployers-wait-for-an-added-rule": {
    before: levels(40),
    after: `${levels(30)}, ${rules(`${security}, requiredApprovals: 2`)}`,
    says: dropped,
    holds: "40 |",
    then: "30 | acme/security ×2",
  },
  "a-widening-waits-for-an-added-rule": {
    before: `${levels(40)}, ${rules(release)}`,
    after: `${levels(40)}, ${rules(`${release}, groupInheritanceType: 1`, security)}`,
    says: dropped,
    holds: "40 | acme/release ×1",
    then: "40 | acme/release (all) ×1, acme/security ×1",
  },
  "a-removal-waits-for-an-added-rule": {
    before: `${levels(40)}, ${rules(`${release}, groupInheritanceType: 1`, 'username: "dana"')}`,
    after: `${levels(40)}, ${rules(release, security)}`,
    says: dropped,
    holds: "40 | acme/release ×1, dana ×1",
    then: "40 | acme/release ×1, acme/security ×1",
  },
  "a-rule-removed-by-hand-comes-back-first": {
    before: `${levels(40)}, ${rules(qa, release)}`,
    after: `${levels(40)}, ${rules(qa)}`,
    byHand: ({ world }, name) => {
      const [first] = world.protection("acme/shop", name)?.approval_rules ?? [];
      world.removeEntry("acme/shop", name, first?.id ?? 0, "rules");
    },
    holds: "40 | acme/qa ×1",
    then: "40 | acme/qa ×1",
  },
  "a-rule-lowered-by-hand-is-raised-before-deployers-come": {
    before: `${levels(40)}, ${rules(`${qa}, requiredApprovals: 2`)}`,
    after: `${levels(30)}, ${rules(`${qa}, requiredApprovals: 2`)}`,
    byHand: set({ required_approvals: 1 }),
    holds: "30 | acme/qa ×2",
    then: "30 | acme/qa ×2",
  },
  "a-count-raised-by-hand-stays": {
    before: `${levels(40)}, ${rules(`${qa}, requiredApprovals: 2`)}`,
    after: `${levels(30)}, ${rules(`${qa}, requiredApprovals: 2`)}`,
    byHand: set({ required_approvals: 4 }),
    says: /a-count-raised-by-hand-stays: somebody made the approvals stricter by hand \(group acme\/qa ×4\)/,
    holds: "30 | acme/qa ×4",
    then: "30 | acme/qa ×2",
  },
  "a-rule-added-by-hand-stays": {
    before: `${levels(40)}, ${rules(qa)}`,
    after: `${levels(30)}, ${rules(qa)}`,
    byHand: add({ user: "dana" }),
    says: /a-rule-added-by-hand-stays: somebody made the approvals stricter by hand \(user \d+ ×1\)/,
    holds: "30 | acme/qa ×1, dana ×1",
    then: "30 | acme/qa ×1",
  },
  "a-rule-added-by-hand-stays-under-ignoreChanges": {
    before: `${levels(40)}, ${rules(qa)}`,
    after: `${levels(30)}, ${rules(qa)}`,
    byHand: add({ user: "dana" }),
    holds: "30 | acme/qa ×1, dana ×1",
    // What is ignored is what the program says, not what the state has seen: the preview shows that it goes.
    then: "30 | acme/qa ×1",
    options: ', { ignoreChanges: ["approvalRules"] }',
  },
};

const NAMES = Object.keys(CASES);

function program(which: "before" | "after", more = ""): string {
  const all = Object.entries(CASES).map(
    ([name, one]) =>
      `new gitlab.ProjectProtectedEnvironment("${name}", { project: "acme/shop", name: "${name}", ${one[which]} }${one.options ?? ""});`,
  );
  return [...all, more].join("\n");
}

/** `40 | acme/qa ×2, dana ×1` */
function held({ world }: CliBench["gitlab"], name: string): string {
  const live = world.protection("acme/shop", name);
  const who = (entry: {
    access_level: number | null;
    group_id: number | null;
    user_id: number | null;
  }): string => {
    const group = ["acme/qa", "acme/release", "acme/security"].find(
      (path) => world.group(path).id === entry.group_id,
    );
    return group ?? (entry.user_id === world.user("dana").id ? "dana" : String(entry.access_level));
  };
  const shown = live?.approval_rules.map(
    (rule) => `${who(rule)}${rule.group_inheritance_type === 1 ? " (all)" : ""} ×${rule.required_approvals}`,
  );
  return `${live?.deploy_access_levels.map(who).sort().join(", ")} | ${shown?.sort().join(", ")}`.trim();
}

onCli(
  "what preview did not say, `up` does not do, and nothing is weaker than both declarations",
  async () => {
    const { gitlab, program: folder, stack } = await CliBench.open();
    folder.write(program("before"));
    (await stack.up()).orThrow();
    for (const [name, { byHand }] of Object.entries(CASES)) await byHand?.(gitlab, name);

    folder.write(program("after"));
    const up = await stack.pulumi(
      "up",
      "--yes",
      "--skip-preview",
      "--continue-on-error",
      "--stack",
      stack.name,
    );
    const text = up.stdout + up.stderr;
    expect(up.exitCode).not.toBe(0);
    expect(NAMES.map((name) => [name, held(gitlab, name)])).toEqual(
      NAMES.map((name) => [name, CASES[name]?.holds]),
    );
    for (const [name, { says }] of Object.entries(CASES))
      if (says) expect([name, text]).toEqual([name, expect.stringMatching(says)]);

    gitlab.world.inviteGroup("acme/shop", "acme/security", "developer");
    const again = (await stack.up()).orThrow();
    expect(NAMES.map((name) => [name, held(gitlab, name)])).toEqual(
      NAMES.map((name) => [name, CASES[name]?.then]),
    );
    expect(again.text).toContain("~ group acme/qa 4 → 2 approvals (weaker)");
    expect((await stack.up()).orThrow().changes).toEqual({ same: NAMES.length + 1 });
  },
);

onCli(
  "taking over weakens nothing in silence: stricter rules, a legacy count, a second resource",
  async () => {
    const { gitlab, program: folder, stack } = await CliBench.open();
    const { world } = gitlab;
    world.protect(
      "acme",
      "production",
      [{ role: "maintainer" }],
      [{ role: "maintainer", requiredApprovals: 2 }],
    );
    world.protect("acme", "staging", [{ role: "maintainer" }]);
    world.setLegacyApprovalCount("acme", "staging", 2);
    const shown = (): string => JSON.stringify(world.protections("acme"));
    const before = shown();
    const declare = (name: string, tier: string, args: string): string =>
      `new gitlab.GroupProtectedEnvironment("${name}", { group: "acme", name: "${tier}", ${args} });`;
    const all = (adopt: string): string =>
      declare("stricter", "production", `${levels(40)}, adopt: ${adopt}`) +
      declare("legacy", "staging", `${levels(40)}, ${rules(qa)}, adopt: ${adopt}`);
    folder.write(all("true"));
    const args = ["--yes", "--skip-preview", "--continue-on-error", "--stack", stack.name];
    const refused = await stack.pulumi("up", ...args);
    const text = refused.stdout + refused.stderr;
    expect(refused.exitCode).not.toBe(0);
    expect(text).toContain("Taking it over would mean: − maintainers ×2 (weaker)");
    expect(text).toContain("acme:staging still has the legacy required_approval_count 2");
    expect(shown()).toBe(before);

    folder.write(declare("stricter", "production", `${levels(40)}, adopt: "overwrite"`));
    expect((await stack.up()).orThrow().text).toContain(
      "acme:production: taken over, − maintainers ×2 (weaker)",
    );
    // The engine makes one while it still compares the other: whoever comes second is refused, the one or the other.
    const second = declare("second", "production", `${levels(40)}, ${rules(qa)}, adopt: true`);
    folder.write(declare("stricter", "production", levels(40)) + second);
    const twice = await stack.up();
    expect(twice.ok).toBe(false);
    expect(twice.errors.join()).toMatch(
      /another resource of this program already is|belongs to another resource/,
    );
  },
);
