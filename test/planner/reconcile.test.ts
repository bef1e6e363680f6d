import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { type ApprovalRule, toEntry } from "../../provider/lifecycle/access/entries";
import { liveFromWire } from "../../provider/lifecycle/access/state";
import { deleteProtection, readProtection } from "../../provider/lifecycle/access/calls";
import { createProtection, updateProtection } from "../../provider/lifecycle/access/reconcile";
import type { ProtectionTarget } from "../../provider/lifecycle/access/words";
import { GitLabError } from "../../provider/gitlab/answer/errors";
import { fromRow } from "./arbitraries";
import { contents, group, lists, stateOf } from "./bench";
import { FakeGitLab } from "./fakeGitLab";
import type { Row } from "./nestedAttributes";

const project = { level: "project", container: "acme/shop", name: "review/x" } as const;
const GET = "GET /groups/acme/protected_environments/production";
const PUT = "PUT /groups/acme/protected_environments/production";
const POST = "POST /groups/acme/protected_environments";
const DELETE = "DELETE /groups/acme/protected_environments/production";

const row = (id: number, fields: Partial<Row>): Row => ({
  id,
  access_level: null,
  user_id: null,
  group_id: null,
  group_inheritance_type: 0,
  required_approvals: 1,
  ...fields,
});
const maintainers = row(1, { access_level: 40 });
const qa = row(2, { group_id: 9 });
const dana = row(3, { user_id: 7 });
const toMaintainers: ApprovalRule[] = [{ accessLevel: 40 }];
const byQa: ApprovalRule = {
  groupPath: "acme/qa",
  groupId: 9,
  groupInheritanceType: 0,
  requiredApprovals: 1,
};
const byDana: ApprovalRule = { username: "dana", userId: 7, requiredApprovals: 1 };

/** What was said under the stack. */
const said: string[] = [];
const at = (client: FakeGitLab, target: ProtectionTarget) => ({
  client,
  target,
  say: (line: string) => void said.push(line),
});

let gitlab: FakeGitLab;
beforeEach(() => {
  said.length = 0;
  gitlab = new FakeGitLab();
});

describe("create", () => {
  it("sends one request and keeps declared order and names beside GitLab's ids", async () => {
    const { stored, reasons } = await createProtection(
      at(gitlab, group),
      lists(toMaintainers, [byDana, byQa]),
      false,
    );
    expect(gitlab.requests).toEqual([POST]);
    expect(gitlab.bodies[0]).toEqual({
      name: "production",
      deploy_access_levels: [{ access_level: 40, group_inheritance_type: 0 }],
      approval_rules: [
        { user_id: 7, group_inheritance_type: 0, required_approvals: 1 },
        { group_id: 9, group_inheritance_type: 0, required_approvals: 1 },
      ],
    });
    expect(reasons).toEqual([]);
    expect(stored).toEqual({
      deployAccessLevels: [{ accessLevel: 40, id: 1000 }],
      approvalRules: [
        { username: "dana", userId: 7, requiredApprovals: 1, id: 1001 },
        { groupPath: "acme/qa", groupId: 9, groupInheritanceType: 0, requiredApprovals: 1, id: 1002 },
      ],
      requiredApprovalCount: 0,
    });
  });

  it("encodes a project's environment name and talks to the project's endpoint", async () => {
    await createProtection(at(gitlab, project), lists(toMaintainers), false);
    await readProtection(at(gitlab, project), undefined);
    expect(gitlab.requests).toEqual([
      "POST /projects/acme%2Fshop/protected_environments",
      "GET /projects/acme%2Fshop/protected_environments/review%2Fx",
    ]);
  });

  it("fails naming aliases before adopt where the protection exists, and changes nothing", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    await expect(createProtection(at(gitlab, group), lists(toMaintainers), false)).rejects.toThrow(
      /^production is already protected in the group acme\. .*aliases.*adopt: true/,
    );
    expect(gitlab.requests).toEqual([POST]);
    expect(gitlab.protection?.rules).toHaveLength(1);
  });

  it("adopts in three requests, and in two when nothing differs", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    const same = await createProtection(at(gitlab, group), lists(toMaintainers, [byQa]), true);
    expect(gitlab.requests).toEqual([POST, GET]);
    expect(same.stored.approvalRules).toEqual([{ ...byQa, id: 2 }]);
    gitlab.requests.length = 0;
    await createProtection(at(gitlab, group), lists(toMaintainers, [byQa, byDana]), true);
    expect(gitlab.requests).toEqual([POST, GET, PUT]);
  });

  it("says in one line what adoption changed, or that nothing was written", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    await createProtection(at(gitlab, group), lists(toMaintainers, [byQa]), true);
    await createProtection(at(gitlab, group), lists(toMaintainers, [byQa, byDana]), true);
    expect(said).toEqual([
      "acme:production: taken over, nothing written",
      "acme:production: taken over, + user dana",
    ]);
  });

  it.each([
    [
      "more deployers",
      lists([{ accessLevel: 30 }], [byQa]),
      "may deploy: + developers and maintainers (weaker)",
    ],
    [
      "inherited members among the deployers",
      lists(
        [{ accessLevel: 40 }, { groupId: 8, groupInheritanceType: 1 }],
        [{ ...byQa, requiredApprovals: 2 }],
      ),
      "may deploy: ~ group 8 with inherited members (weaker)",
    ],
    ["no rule", lists(toMaintainers), "− group 9 ×2 (weaker)"],
    ["a lower count", lists(toMaintainers, [byQa]), "~ group acme/qa 2 → 1 approvals (weaker)"],
    [
      "more approvers",
      lists(toMaintainers, [{ ...byQa, requiredApprovals: 2, groupInheritanceType: 1 }]),
      "~ group acme/qa with inherited members (weaker)",
    ],
  ])(
    "does not weaken by adoption, but says how: %s; it does with overwrite, saying so",
    async (_, declared, words) => {
      gitlab = new FakeGitLab([maintainers, row(6, { group_id: 8 })], [{ ...qa, required_approvals: 2 }]);
      const before = structuredClone([gitlab.protection!.levels, gitlab.protection!.rules]);
      await expect(createProtection(at(gitlab, group), declared, true)).rejects.toThrow(
        `acme:production is stricter in GitLab than declared, and \`adopt: true\` does not weaken it. Taking it over would mean: `,
      );
      await expect(createProtection(at(gitlab, group), declared, true)).rejects.toThrow(words);
      expect([gitlab.protection!.levels, gitlab.protection!.rules]).toEqual(before);
      await createProtection(at(gitlab, group), declared, "overwrite");
      expect(said).toEqual([expect.stringContaining(words)]);
      expect(contents(gitlab.protection!.rules.map(fromRow))).toEqual(
        contents(declared.approvalRules.map(toEntry)),
      );
    },
  );

  it("adopts where fewer may deploy and more must approve", async () => {
    gitlab = new FakeGitLab([row(1, { access_level: 30 })], [qa]);
    await createProtection(
      at(gitlab, group),
      lists(toMaintainers, [{ ...byQa, requiredApprovals: 2 }]),
      true,
    );
    expect(gitlab.requests).toEqual([POST, GET, PUT]);
  });

  it("refuses what another resource of the program stands for already", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    const held = createProtection(at(gitlab, group), lists(toMaintainers, [byQa]), "overwrite", () => true);
    await expect(held).rejects.toThrow("belongs to another resource of this program already");
  });

  it("reports each dropped entry by name with the likely cause, and keeps what was created", async () => {
    gitlab.world = { ...gitlab.world, qualifies: ({ user }) => user === undefined };
    const { stored, reasons } = await createProtection(
      at(gitlab, group),
      lists(toMaintainers, [byDana, byQa]),
      false,
    );
    expect(reasons).toEqual([
      "acme:production: GitLab left user dana out of approvalRules without a word. " +
        "Only members of acme with the Maintainer or Owner role qualify.",
    ]);
    expect(stored.approvalRules).toEqual([{ ...byQa, id: 1001 }]);
  });

  it("explains a refusal that comes from everyone being left out", async () => {
    gitlab.world = { ...gitlab.world, qualifies: () => false };
    await expect(
      createProtection(at(gitlab, project), lists([{ groupPath: "x/y", groupId: 3 }]), false),
    ).rejects.toThrow(
      "Probably GitLab left group x/y out of deployAccessLevels without a word, and nobody remained. " +
        "Only groups invited to the project acme/shop itself qualify",
    );
  });

  it.each(["lost-before", "lost-after", "500-after"] as const)(
    "makes one protection after: %s",
    async (fault) => {
      gitlab.faults = [fault];
      const { reasons } = await createProtection(at(gitlab, group), lists(toMaintainers, [byQa]), false);
      expect(reasons).toEqual([]);
      expect(gitlab.requests).toEqual(fault === "lost-before" ? [POST, GET, POST] : [POST, GET]);
      expect(gitlab.protection).toMatchObject({ levels: [{ access_level: 40 }], rules: [{ group_id: 9 }] });
    },
  );

  it("does not take over somebody else's protection after a lost answer", async () => {
    gitlab = new FakeGitLab([maintainers], [dana]);
    gitlab.faults = ["lost-before"];
    await expect(createProtection(at(gitlab, group), lists(toMaintainers), false)).rejects.toThrow(
      "already protected",
    );
    expect(gitlab.protection?.rules).toEqual([dana]);
  });

  it("keeps an unconfirmed create in state, and the next update finds out", async () => {
    gitlab.faults = ["lost-after", "refused"];
    const declared = lists(toMaintainers, [byQa]);
    const first = await createProtection(at(gitlab, group), declared, false);
    expect(first.reasons).toHaveLength(1);
    expect(first.stored.unconfirmed).toEqual(declared);
    const second = await updateProtection(at(gitlab, group), declared, first.stored, false);
    expect(gitlab.requests).toEqual([POST, GET, GET]);
    expect(second).toEqual({ reasons: [], stored: await stateOf(gitlab, declared) });
  });

  it("leaves a protection alone on delete that may be somebody else's", async () => {
    gitlab.faults = ["lost-before", "refused"];
    const { stored } = await createProtection(at(gitlab, group), lists(toMaintainers), false);
    gitlab.protection = new FakeGitLab([maintainers], [dana]).protection;
    expect(await readProtection(at(gitlab, group), stored)).toMatchObject({
      approvalRules: [{ userId: 7, id: 3 }],
      unconfirmed: { approvalRules: [] },
    });
    expect(await deleteProtection(at(gitlab, group), stored)).toBe("left");
    gitlab.protection = new FakeGitLab([maintainers]).protection;
    expect(await deleteProtection(at(gitlab, group), stored)).toBe("deleted");
  });

  it("says that the licence is missing where the group answers and the endpoint does not", async () => {
    gitlab.post = async () => {
      throw new GitLabError("404.", {
        kind: "not-found",
        status: 404,
      });
    };
    await expect(createProtection(at(gitlab, group), lists(toMaintainers), false)).rejects.toThrow(
      "Premium or Ultimate",
    );
  });
});

describe("update", () => {
  it("sends nothing when state and declaration agree", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    await updateProtection(at(gitlab, group), lists(toMaintainers, [byQa]), await stateOf(gitlab), false);
    expect(gitlab.requests).toEqual([]);
  });

  it("adds, changes and removes in one PUT where nothing that could be dropped is added, after a look where a rule is restated", async () => {
    gitlab = new FakeGitLab([maintainers], [qa, dana]);
    const state = await stateOf(gitlab);
    await updateProtection(
      at(gitlab, group),
      lists([{ accessLevel: 30 }], [byQa, { accessLevel: 40 }]),
      state,
      false,
    );
    expect(gitlab.requests).toEqual([GET, PUT]);
    expect(gitlab.protection!.rules).toHaveLength(2);
  });

  it("removes in a second PUT where a user or group was added", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    await updateProtection(at(gitlab, group), lists(toMaintainers, [byDana]), await stateOf(gitlab), false);
    expect(gitlab.requests).toEqual([PUT, PUT]);
    expect(gitlab.bodies.slice(-1)).toEqual([
      {
        approval_rules: [
          { id: 1000, access_level: null, group_inheritance_type: 0, required_approvals: 1 },
          { id: 2, _destroy: true, group_id: 9 },
        ],
      },
    ]);
  });

  it("removes nothing when an added rule was dropped", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    const state = await stateOf(gitlab, lists([], [byQa]));
    gitlab.world = { ...gitlab.world, qualifies: ({ user }) => user === undefined };
    const { stored, reasons } = await updateProtection(
      at(gitlab, group),
      lists(toMaintainers, [byDana]),
      state,
      false,
    );
    expect(gitlab.requests).toEqual([PUT]);
    expect(reasons).toHaveLength(1);
    expect(stored.approvalRules).toEqual([
      { groupId: 9, groupInheritanceType: 0, requiredApprovals: 1, id: 2 },
    ]);
  });

  it("removes a deployer whom the answer shows and nobody declared, at once, with a line that says so", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    const state = await stateOf(gitlab);
    gitlab.protection!.levels = [...gitlab.protection!.levels, dana];
    const more = lists(toMaintainers, [{ ...byQa, requiredApprovals: 2 }]);
    await updateProtection(at(gitlab, group), more, state, false);
    expect(gitlab.requests).toEqual([PUT, PUT]);
    expect(gitlab.protection!.levels).toEqual([maintainers]);
    expect(said).toEqual([
      "acme:production: user 7 could deploy without being declared here, and was removed.",
    ]);
  });

  it("leaves a rule that was made by hand, says so, and removes it once state has shown it", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    const state = await stateOf(gitlab);
    gitlab.protection!.rules = [...gitlab.protection!.rules, dana];
    const opened = lists([{ accessLevel: 30 }], [byQa]);
    const { stored, reasons } = await updateProtection(at(gitlab, group), opened, state, false);
    expect(gitlab.requests).toEqual([GET, PUT]);
    expect(gitlab.protection!.rules).toHaveLength(2);
    expect(reasons).toEqual([]);
    expect(said).toEqual([
      "acme:production: somebody made the approvals stricter by hand (user 7 ×1); it is left as it is, and the next preview shows what changes it.",
    ]);
    expect(stored.approvalRules).toContainEqual({ userId: 7, requiredApprovals: 1, id: 3 });
    await updateProtection(at(gitlab, group), opened, stored, false);
    expect(gitlab.protection!.rules).toMatchObject([{ group_id: 9 }]);
  });

  it("leaves a count that was raised by hand, where a look shows it, and lowers it once state has shown it", async () => {
    gitlab = new FakeGitLab([maintainers, row(4, { access_level: 30 })], [qa, row(5, { access_level: 40 })]);
    const declared = lists(toMaintainers, [byQa, { accessLevel: 40 }]);
    const state = await stateOf(gitlab);
    gitlab.protection!.rules = [{ ...qa, required_approvals: 3 }, row(5, { access_level: 40 })];
    const { stored } = await updateProtection(at(gitlab, group), declared, state, false);
    expect(gitlab.requests).toEqual([PUT]);
    expect(said[0]).toContain("stricter by hand (group acme/qa ×3)");
    expect(stored.approvalRules[0]).toMatchObject({ groupPath: "acme/qa", requiredApprovals: 3 });
    await updateProtection(at(gitlab, group), declared, stored, false);
    expect(gitlab.protection!.rules).toMatchObject([{ required_approvals: 1 }, { access_level: 40 }]);
  });

  it.each([
    ["restates its rule", lists([{ accessLevel: 30 }], [{ ...byQa, groupInheritanceType: 1 }])],
    ["counts its direct members only", lists(toMaintainers, [byQa])],
    ["removes another rule", lists(toMaintainers, [{ ...byQa, groupInheritanceType: 1 }])],
  ])(
    "does not lower a count that was raised by hand, but says so, where the update %s",
    async (_, declared) => {
      const before = { ...qa, group_inheritance_type: 1 };
      gitlab = new FakeGitLab([maintainers], [before, dana]);
      const state = await stateOf(gitlab, lists([], [byQa]));
      gitlab.protection!.rules = [{ ...before, required_approvals: 4 }, dana];
      const { stored, reasons } = await updateProtection(at(gitlab, group), declared, state, false);
      expect(gitlab.requests[0]).toBe(GET);
      expect(said).toEqual([expect.stringContaining("stricter by hand (group acme/qa ×4)")]);
      expect(reasons).toEqual([]);
      expect(stored.approvalRules).toEqual([expect.objectContaining({ id: 2, requiredApprovals: 4 })]);
      expect(gitlab.protection!.rules).toMatchObject([{ id: 2, required_approvals: 4 }]);
      await updateProtection(at(gitlab, group), declared, stored, false);
      expect(gitlab.protection!.rules).toMatchObject([{ id: 2, required_approvals: 1 }]);
    },
  );

  it("does not look where it only makes stricter, and does not count members again who were shut out by hand", async () => {
    const inherited = { ...qa, group_inheritance_type: 1 };
    gitlab = new FakeGitLab([maintainers], [inherited]);
    const state = await stateOf(gitlab);
    gitlab.protection!.rules = [qa];
    const twice = lists(toMaintainers, [{ ...byQa, groupInheritanceType: 1, requiredApprovals: 2 }]);
    const { stored } = await updateProtection(at(gitlab, group), twice, state, false);
    expect(gitlab.requests).toEqual([PUT]);
    expect(gitlab.protection!.rules).toEqual([{ ...qa, required_approvals: 2 }]);
    expect(stored.approvalRules).toMatchObject([{ groupInheritanceType: 0, requiredApprovals: 2 }]);
    expect(said).toEqual([expect.stringContaining("stricter by hand")]);
  });

  it("names by its id an entry that stays where it only adds, so that GitLab refuses it elsewhere", async () => {
    gitlab = new FakeGitLab([row(5, { user_id: 8 }), maintainers], []);
    const state = await stateOf(gitlab);
    const declared = lists([{ userId: 8 }, { accessLevel: 40 }], [byQa]);
    await updateProtection(at(gitlab, group), declared, state, false);
    expect(gitlab.requests).toEqual([PUT]);
    expect(gitlab.bodies.at(-1)).toEqual({
      deploy_access_levels: [{ id: 1 }],
      approval_rules: [{ group_id: 9, group_inheritance_type: 0, required_approvals: 1 }],
    });
    expect(gitlab.protection!.levels).toContainEqual(maintainers);
  });

  it.each([
    ["the same deployers", [row(71, { access_level: 40 })], [], lists(toMaintainers, [byQa])],
    ["others", [row(71, { access_level: 30 })], [], lists(toMaintainers, [byQa])],
    [
      "the same deployers and rule",
      [row(71, { access_level: 40 })],
      [row(72, { group_id: 9 })],
      lists([{ accessLevel: 30 }], [byQa]),
    ],
    ["none of its own left", [row(71, { access_level: 40 })], [], lists([{ groupId: 3 }])],
  ])(
    "changes nothing where the path leads to another protection by now, that of %s",
    async (_, levels, rules, declared) => {
      gitlab = new FakeGitLab(
        [maintainers],
        declared.approvalRules.length > 0 && rules.length > 0 ? [qa] : [],
      );
      const state = await stateOf(gitlab);
      gitlab.protection = new FakeGitLab(levels, rules).protection;
      await expect(updateProtection(at(gitlab, group), declared, state, false)).rejects.toThrow(
        "not one entry of this protection is known here",
      );
      expect([gitlab.protection!.levels, gitlab.protection!.rules]).toEqual([levels, rules]);
    },
  );

  it("does not let in again who was shut out by hand, says so, and does once state has shown it", async () => {
    gitlab = new FakeGitLab([maintainers, dana], [qa]);
    const state = await stateOf(gitlab);
    gitlab.protection!.levels = [maintainers];
    const declared = lists(
      [{ accessLevel: 40 }, { username: "dana", userId: 7 }],
      [{ ...byQa, requiredApprovals: 2 }],
    );
    const { stored, reasons } = await updateProtection(at(gitlab, group), declared, state, false);
    expect([gitlab.requests, reasons]).toEqual([[PUT], []]);
    expect(said).toEqual([expect.stringContaining("user dana can no longer deploy")]);
    expect(stored.deployAccessLevels).toEqual([{ accessLevel: 40, id: 1 }]);
    await updateProtection(at(gitlab, group), declared, stored, false);
    expect(gitlab.protection!.levels).toHaveLength(2);
  });

  it("asks again for a rule that stays and was removed by hand, before it weakens", async () => {
    gitlab = new FakeGitLab([maintainers], [qa, dana]);
    const state = await stateOf(gitlab);
    gitlab.protection!.rules = [dana];
    await updateProtection(at(gitlab, group), lists(toMaintainers, [byQa]), state, false);
    expect(gitlab.requests).toEqual([GET, PUT, PUT]);
    expect(gitlab.protection!.rules).toMatchObject([{ group_id: 9 }]);
    expect(gitlab.protection!.rules).toHaveLength(1);
  });

  it("asks again also where GitLab leaves that rule out, as its user is no longer a member, and removes nothing", async () => {
    gitlab = new FakeGitLab([maintainers], [qa, dana]);
    const state = await stateOf(gitlab);
    gitlab.protection!.rules = [qa];
    gitlab.world = { ...gitlab.world, qualifies: ({ user }) => user === undefined };
    const { reasons } = await updateProtection(
      at(gitlab, group),
      lists(toMaintainers, [byDana]),
      state,
      false,
    );
    expect(reasons).toEqual([expect.stringContaining("GitLab left user dana out of approvalRules")]);
    expect(gitlab.protection!.rules).toEqual([qa]);
  });

  it("refuses to go on where not one entry is known any more, and changes nothing", async () => {
    gitlab = new FakeGitLab([maintainers], [qa, dana]);
    const state = await stateOf(gitlab);
    gitlab.protection = new FakeGitLab(
      [row(71, { access_level: 40 })],
      [row(72, { group_id: 10 })],
    ).protection;
    await expect(
      updateProtection(at(gitlab, group), lists(toMaintainers, [byQa]), state, false),
    ).rejects.toThrow(
      "acme is another group now. Nothing was changed. If it is the right one, `pulumi refresh`",
    );
    expect(gitlab.protection!.rules).toHaveLength(1);
    await expect(deleteProtection(at(gitlab, group), state)).rejects.toThrow("It was not deleted.");
    const refreshed = await readProtection(at(gitlab, group), state);
    expect(said).toEqual([expect.stringContaining("every entry has another id than before")]);
    expect(await deleteProtection(at(gitlab, group), refreshed!)).toBe("deleted");
  });

  it("plans again from a GET when an id in state is stale", async () => {
    gitlab = new FakeGitLab([maintainers], [qa, dana]);
    const state = await stateOf(gitlab);
    gitlab.protection!.rules = [{ ...qa, id: 77 }];
    await updateProtection(at(gitlab, group), lists(toMaintainers), state, false);
    expect(gitlab.requests).toEqual([PUT, GET, PUT]);
    expect(gitlab.protection!.rules).toEqual([]);
  });

  it("protects again what somebody unprotected", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    const state = await stateOf(gitlab);
    gitlab.protection = undefined;
    await updateProtection(at(gitlab, group), lists(toMaintainers, [byQa, byDana]), state, false);
    expect(gitlab.requests).toEqual([PUT, GET, POST]);
    expect(gitlab.protection).toMatchObject({ rules: [{ group_id: 9 }, { user_id: 7 }] });
  });

  it("fills a list of deployers that GitLab emptied when a member left", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    const state = await stateOf(gitlab);
    gitlab.protection!.levels = [];
    await updateProtection(at(gitlab, group), lists(toMaintainers, [byQa, byDana]), state, false);
    expect(gitlab.requests).toEqual([PUT, GET, PUT, PUT]);
    expect(gitlab.protection!.levels).toMatchObject([{ access_level: 40 }]);
    expect(said).toEqual([]);
  });

  it.each(["lost-after", "lost-before", "500-after"] as const)(
    "never duplicates an entry after: %s",
    async (fault) => {
      gitlab = new FakeGitLab([maintainers], [qa]);
      const state = await stateOf(gitlab);
      gitlab.faults = [fault];
      await updateProtection(at(gitlab, group), lists(toMaintainers, [byQa, byDana]), state, false);
      expect(gitlab.requests).toEqual(fault === "lost-before" ? [PUT, GET, PUT] : [PUT, GET]);
      expect(gitlab.protection!.rules).toHaveLength(2);
    },
  );

  it("keeps in state what the first PUT did when the second fails", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    const state = await stateOf(gitlab);
    gitlab.faults = [undefined, "refused"];
    const { stored, reasons } = await updateProtection(
      at(gitlab, group),
      lists(toMaintainers, [byDana]),
      state,
      false,
    );
    expect(reasons).toEqual(["connection refused."]);
    expect(stored.approvalRules.map((rule) => rule.id)).toEqual([1000, 2]);
    gitlab.requests.length = 0;
    await updateProtection(at(gitlab, group), lists(toMaintainers, [byDana]), stored, false);
    expect(gitlab.requests).toEqual([GET, PUT]);
  });

  it("keeps in state what a lost PUT did when the next one fails", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    const state = await stateOf(gitlab);
    gitlab.faults = ["lost-after", undefined, "refused"];
    const { stored, reasons } = await updateProtection(
      at(gitlab, group),
      lists(toMaintainers, [byDana]),
      state,
      false,
    );
    expect(gitlab.requests).toEqual([PUT, GET, PUT]);
    expect(reasons).toEqual(["connection refused."]);
    expect(stored.approvalRules.map((rule) => rule.id)).toEqual([1000, 2]);
  });

  it("stops before it erases a legacy count that no rule takes the place of", async () => {
    gitlab = new FakeGitLab([maintainers]);
    gitlab.legacyCount = 2;
    const state = await stateOf(gitlab);
    await expect(
      updateProtection(at(gitlab, group), lists([{ accessLevel: 30 }]), state, false),
    ).rejects.toThrow("acme:production still has the legacy required_approval_count 2");
    await expect(createProtection(at(gitlab, group), lists(toMaintainers), true)).rejects.toThrow("legacy");
    expect(gitlab.requests).toEqual([GET, POST, GET]);
    const byRole = lists(toMaintainers, [{ accessLevel: 40, requiredApprovals: 2 }]);
    const { stored } = await updateProtection(at(gitlab, group), byRole, state, false);
    expect(stored.requiredApprovalCount).toBe(0);
  });

  it("keeps a legacy count where the rules in its place are of a kind that GitLab may drop", async () => {
    gitlab = new FakeGitLab([maintainers]);
    gitlab.legacyCount = 2;
    const state = await stateOf(gitlab);
    const mixed = lists(toMaintainers, [byQa, { accessLevel: 40 }]);
    for (const declared of [lists(toMaintainers, [byQa]), mixed]) {
      const refused = "First declare only rules for access levels";
      await expect(updateProtection(at(gitlab, group), declared, state, false)).rejects.toThrow(refused);
      await expect(createProtection(at(gitlab, group), declared, "overwrite")).rejects.toThrow(refused);
    }
    expect(gitlab.legacyCount).toBe(2);
  });

  it("does not end a project's legacy count by some of the rules that take its place: the first of them ends it", async () => {
    gitlab = new FakeGitLab([maintainers]);
    gitlab.legacyCount = 3;
    const state = await stateOf(gitlab);
    const mixed = lists(toMaintainers, [{ ...byQa, requiredApprovals: 2 }, { accessLevel: 40 }]);
    const refused = "it stops counting with the first rule";
    await expect(updateProtection(at(gitlab, project), mixed, state, false)).rejects.toThrow(refused);
    await expect(createProtection(at(gitlab, project), mixed, "overwrite")).rejects.toThrow(refused);
    expect(gitlab.protection!.rules).toEqual([]);
    const one = lists(toMaintainers, [{ ...byQa, requiredApprovals: 3 }]);
    expect((await updateProtection(at(gitlab, project), one, state, false)).reasons).toEqual([]);
  });

  it.each([group, project])(
    "does not take over a higher legacy count with fewer approvals, $level",
    async (target) => {
      gitlab = new FakeGitLab([maintainers]);
      gitlab.legacyCount = 3;
      const twice = lists(toMaintainers, [{ accessLevel: 40, requiredApprovals: 2 }]);
      await expect(createProtection(at(gitlab, target), twice, true)).rejects.toThrow(
        "Taking it over would mean: − the legacy count of 3 (weaker)",
      );
      await createProtection(at(gitlab, target), twice, "overwrite");
      expect(said).toEqual([expect.stringContaining("+ maintainers ×2, − the legacy count of 3 (weaker)")]);
    },
  );

  it("leaves a project's legacy count alone, as its PUT does", async () => {
    gitlab = new FakeGitLab([maintainers]);
    gitlab.legacyCount = 2;
    const { stored } = await updateProtection(
      at(gitlab, project),
      lists([{ accessLevel: 30 }]),
      await stateOf(gitlab),
      false,
    );
    expect(stored.requiredApprovalCount).toBe(2);
  });

  it("gives up where somebody keeps adding entries, and says so", async () => {
    gitlab = new FakeGitLab([maintainers], []);
    const state = await stateOf(gitlab);
    let next = 500;
    gitlab.meanwhile = (request) => {
      if (request === PUT)
        gitlab.protection!.levels = [...gitlab.protection!.levels, { ...dana, id: next++ }];
    };
    const { reasons } = await updateProtection(at(gitlab, group), lists([{ accessLevel: 30 }]), state, false);
    expect(reasons).toEqual([expect.stringContaining("somebody else is editing them")]);
    expect(gitlab.requests).toHaveLength(5);
  });
});

describe("read and delete", () => {
  it("maps drift onto declared order and names, strangers last", async () => {
    gitlab = new FakeGitLab([maintainers, row(4, { access_level: 20, user_id: 8 })], [qa, dana]);
    const state = await stateOf(gitlab, lists(toMaintainers, [byDana, byQa]));
    gitlab.protection!.rules = [row(9, { access_level: 0 }), { ...qa, required_approvals: 3 }, dana];
    const stored = await readProtection(at(gitlab, group), state);
    expect(stored!.deployAccessLevels.at(-1)).toEqual({ userId: 8, id: 4 });
    expect(stored!.approvalRules).toEqual([
      { ...byDana, id: 3 },
      { ...byQa, requiredApprovals: 3, id: 2 },
      { accessLevel: 0, requiredApprovals: 1, id: 9 },
    ]);
  });

  it("calls a protection gone only where the group answers", async () => {
    expect(await readProtection(at(gitlab, group), undefined)).toBeUndefined();
    expect(gitlab.requests).toEqual([GET, "GET /groups/acme"]);
    const blind = new FakeGitLab([maintainers]);
    const state = await stateOf(blind);
    blind.parentAnswers = false;
    await expect(readProtection(at(blind, group), undefined)).rejects.toThrow("cannot see the group acme");
    await expect(deleteProtection(at(blind, group), state)).rejects.toThrow("cannot see the group acme");
  });

  it("deletes by a number with one request, by a path after a look, and accepts that it is gone already", async () => {
    gitlab = new FakeGitLab([maintainers]);
    const state = await stateOf(gitlab);
    expect(await deleteProtection(at(gitlab, group), state)).toBe("deleted");
    expect(gitlab.requests).toEqual([GET, DELETE]);
    gitlab.requests.length = 0;
    expect(await deleteProtection(at(gitlab, group), state)).toBe("deleted");
    expect(gitlab.requests).toEqual([GET, "GET /groups/acme"]);
    gitlab = new FakeGitLab([maintainers]);
    await deleteProtection(at(gitlab, { ...group, container: "7" }), state);
    expect(gitlab.requests).toEqual(["DELETE /groups/7/protected_environments/production"]);
  });

  it("asks again after a lost delete, and takes a 404 then for done", async () => {
    gitlab = new FakeGitLab([maintainers]);
    const state = await stateOf(gitlab);
    gitlab.faults = [undefined, "lost-after"];
    expect(await deleteProtection(at(gitlab, group), state)).toBe("deleted");
    expect(gitlab.requests).toEqual([GET, DELETE, DELETE, "GET /groups/acme"]);
    expect(gitlab.protection).toBeUndefined();
  });

  it.each([undefined, null, "<html>", {}, { deploy_access_levels: "x" }, { deploy_access_levels: [null] }])(
    "refuses an answer that is not a protection: %j",
    (answer) => {
      expect(() => liveFromWire(answer as unknown as Parameters<typeof liveFromWire>[0])).toThrow(
        "not a protected environment",
      );
    },
  );
});

describe("an answer of any shape", () => {
  const entry = fc.anything({ withNullPrototype: true });
  const shape = fc.oneof(
    fc.anything(),
    fc.record(
      {
        deploy_access_levels: fc.array(entry),
        approval_rules: fc.array(entry),
        required_approval_count: fc.anything(),
      },
      { requiredKeys: [] },
    ),
    fc.record({
      deploy_access_levels: fc.array(
        fc.record(
          {
            id: fc.integer(),
            user_id: fc.anything(),
            group_id: fc.anything(),
            access_level: fc.anything(),
            required_approvals: fc.anything(),
          },
          { requiredKeys: ["id"] },
        ),
      ),
    }),
  );

  it("is read into whole numbers, or refused with GitLab's typed error", () => {
    fc.assert(
      fc.property(shape, (wire) => {
        try {
          const { deployAccessLevels, approvalRules } = liveFromWire(
            wire as Parameters<typeof liveFromWire>[0],
          );
          for (const { kind: _, ...numbers } of [...deployAccessLevels, ...approvalRules]) {
            expect(Object.values(numbers).every(Number.isSafeInteger)).toBe(true);
          }
        } catch (error) {
          expect((error as GitLabError).kind).toBe("bad-answer");
        }
      }),
      { numRuns: 2000 },
    );
  });
});
