import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type {
  ApprovalRule,
  Entry,
  EntryLists,
  LiveEntry,
} from "../../provider/lifecycle/access/accessEntries";
import { fromEntry } from "../../provider/lifecycle/access/accessEntries";
import type { StoredProtection } from "../../provider/lifecycle/access/protectionState";
import { liveFromWire, toStored } from "../../provider/lifecycle/access/protectionState";
import {
  createProtection,
  deleteProtection,
  readProtection,
  type ResolvedLists,
  updateProtection,
} from "../../provider/lifecycle/access/reconcile";
import { GitLabError } from "../../provider/gitlab/answer/errors";
import { api } from "../../provider/gitlab/request/paths";
import { covers, fromRow, live, required, subjectKeys, toRow, unqualified, wanted } from "./arbitraries";
import { FakeGitLab, type Fault } from "./fakeGitLab";
import type { Row } from "./nestedAttributes";

const group = { level: "group", container: "acme", name: "production" } as const;
const project = { level: "project", container: "acme/shop", name: "review/x" } as const;
const GET = "GET /groups/acme/protected_environments/production";
const PUT = "PUT /groups/acme/protected_environments/production";
const POST = "POST /groups/acme/protected_environments";

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
const lists = (deployAccessLevels: ApprovalRule[], approvalRules: ApprovalRule[] = []): ResolvedLists => ({
  deployAccessLevels,
  approvalRules,
});
const toMaintainers: ApprovalRule[] = [{ accessLevel: 40 }];
const byQa: ApprovalRule = {
  groupPath: "acme/qa",
  groupId: 9,
  groupInheritanceType: 0,
  requiredApprovals: 1,
};
const byDana: ApprovalRule = { username: "dana", userId: 7, requiredApprovals: 1 };

/** What state would hold of a GitLab as it is now. */
async function stateOf(gitlab: FakeGitLab, known: ResolvedLists = lists([])): Promise<StoredProtection> {
  const { requests } = gitlab;
  const wire = await gitlab.get<Parameters<typeof liveFromWire>[0]>(
    api`/groups/${"acme"}/protected_environments/${"production"}`,
  );
  requests.length = 0;
  return toStored(liveFromWire(wire), known);
}

let gitlab: FakeGitLab;
beforeEach(() => {
  gitlab = new FakeGitLab();
});

describe("create", () => {
  it("sends one request and keeps declared order and names beside GitLab's ids", async () => {
    const { stored, reasons } = await createProtection(
      gitlab,
      group,
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
    await createProtection(gitlab, project, lists(toMaintainers), false);
    await readProtection(gitlab, project, undefined);
    expect(gitlab.requests).toEqual([
      "POST /projects/acme%2Fshop/protected_environments",
      "GET /projects/acme%2Fshop/protected_environments/review%2Fx",
    ]);
  });

  it("fails naming aliases before adopt where the protection exists, and changes nothing", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    await expect(createProtection(gitlab, group, lists(toMaintainers), false)).rejects.toThrow(
      /^production is already protected in the group acme\. .*aliases.*adopt: true/,
    );
    expect(gitlab.requests).toEqual([POST]);
    expect(gitlab.protection?.rules).toHaveLength(1);
  });

  it("adopts in three requests, and in two when nothing differs", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    const same = await createProtection(gitlab, group, lists(toMaintainers, [byQa]), true);
    expect(gitlab.requests).toEqual([POST, GET]);
    expect(same.stored.approvalRules).toEqual([{ ...byQa, id: 2 }]);
    gitlab.requests.length = 0;
    await createProtection(gitlab, group, lists(toMaintainers, [byQa, byDana]), true);
    expect(gitlab.requests).toEqual([POST, GET, PUT]);
  });

  it("reports each dropped entry by name with the likely cause, and keeps what was created", async () => {
    gitlab.world = { ...gitlab.world, qualifies: ({ user }) => user === undefined };
    const { stored, reasons } = await createProtection(
      gitlab,
      group,
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
      createProtection(gitlab, project, lists([{ groupPath: "x/y", groupId: 3 }]), false),
    ).rejects.toThrow(
      "Probably GitLab left group x/y out of deployAccessLevels without a word, and nobody remained. " +
        "Only groups invited to the project acme/shop itself qualify",
    );
  });

  it.each(["lost-before", "lost-after", "500-after"] as const)(
    "makes one protection after: %s",
    async (fault) => {
      gitlab.faults = [fault];
      const { reasons } = await createProtection(gitlab, group, lists(toMaintainers, [byQa]), false);
      expect(reasons).toEqual([]);
      expect(gitlab.requests).toEqual(fault === "lost-before" ? [POST, GET, POST] : [POST, GET]);
      expect(gitlab.protection).toMatchObject({ levels: [{ access_level: 40 }], rules: [{ group_id: 9 }] });
    },
  );

  it("does not take over somebody else's protection after a lost answer", async () => {
    gitlab = new FakeGitLab([maintainers], [dana]);
    gitlab.faults = ["lost-before"];
    await expect(createProtection(gitlab, group, lists(toMaintainers), false)).rejects.toThrow(
      "already protected",
    );
    expect(gitlab.protection?.rules).toEqual([dana]);
  });

  it("keeps an unconfirmed create in state, and the next update finds out", async () => {
    gitlab.faults = ["lost-after", "refused"];
    const declared = lists(toMaintainers, [byQa]);
    const first = await createProtection(gitlab, group, declared, false);
    expect(first.reasons).toHaveLength(1);
    expect(first.stored.unconfirmed).toBe(true);
    const second = await updateProtection(gitlab, group, declared, first.stored, false);
    expect(gitlab.requests).toEqual([POST, GET, GET]);
    expect(second).toEqual({ reasons: [], stored: await stateOf(gitlab, declared) });
  });

  it("leaves a protection alone on delete that may be somebody else's", async () => {
    gitlab.faults = ["lost-before", "refused"];
    const { stored } = await createProtection(gitlab, group, lists(toMaintainers), false);
    gitlab.protection = new FakeGitLab([maintainers], [dana]).protection;
    expect(await readProtection(gitlab, group, stored)).toEqual(stored);
    expect(await deleteProtection(gitlab, group, stored)).toBe("left");
    gitlab.protection = new FakeGitLab([maintainers]).protection;
    expect(await deleteProtection(gitlab, group, stored)).toBe("deleted");
  });

  it("says that the licence is missing where the group answers and the endpoint does not", async () => {
    gitlab.post = async () => {
      throw new GitLabError("404.", {
        kind: "not-found",
        status: 404,
      });
    };
    await expect(createProtection(gitlab, group, lists(toMaintainers), false)).rejects.toThrow(
      "Premium or Ultimate",
    );
  });
});

describe("update", () => {
  it("sends nothing when state and declaration agree", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    await updateProtection(gitlab, group, lists(toMaintainers, [byQa]), await stateOf(gitlab), false);
    expect(gitlab.requests).toEqual([]);
  });

  it("adds, changes and removes in one PUT where nothing that could be dropped is added", async () => {
    gitlab = new FakeGitLab([maintainers], [qa, dana]);
    const state = await stateOf(gitlab);
    await updateProtection(
      gitlab,
      group,
      lists([{ accessLevel: 30 }], [byQa, { accessLevel: 40 }]),
      state,
      false,
    );
    expect(gitlab.requests).toEqual([PUT]);
    expect(gitlab.protection!.rules).toHaveLength(2);
  });

  it("removes in a second PUT where a user or group was added", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    await updateProtection(gitlab, group, lists(toMaintainers, [byDana]), await stateOf(gitlab), false);
    expect(gitlab.requests).toEqual([PUT, PUT]);
    expect(gitlab.bodies.slice(-1)).toEqual([{ approval_rules: [{ id: 2, _destroy: true, group_id: 9 }] }]);
  });

  it("removes nothing when an added rule was dropped", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    const state = await stateOf(gitlab, lists([], [byQa]));
    gitlab.world = { ...gitlab.world, qualifies: ({ user }) => user === undefined };
    const { stored, reasons } = await updateProtection(
      gitlab,
      group,
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

  it("removes strangers that the answer shows in one more PUT", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    const state = await stateOf(gitlab);
    gitlab.protection!.rules = [...gitlab.protection!.rules, dana];
    await updateProtection(
      gitlab,
      group,
      lists(toMaintainers, [{ ...byQa, requiredApprovals: 2 }]),
      state,
      false,
    );
    expect(gitlab.requests).toEqual([PUT, PUT]);
    expect(gitlab.protection!.rules).toMatchObject([{ id: 2, group_id: 9, required_approvals: 2 }]);
  });

  it("plans again from a GET when an id in state is stale", async () => {
    gitlab = new FakeGitLab([maintainers], [qa, dana]);
    const state = await stateOf(gitlab);
    gitlab.protection!.rules = [{ ...qa, id: 77 }];
    await updateProtection(gitlab, group, lists(toMaintainers), state, false);
    expect(gitlab.requests).toEqual([PUT, GET, PUT]);
    expect(gitlab.protection!.rules).toEqual([]);
  });

  it("protects again what somebody unprotected", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    const state = await stateOf(gitlab);
    gitlab.protection = undefined;
    await updateProtection(gitlab, group, lists(toMaintainers, [byQa, byDana]), state, false);
    expect(gitlab.requests).toEqual([PUT, GET, POST]);
    expect(gitlab.protection).toMatchObject({ rules: [{ group_id: 9 }, { user_id: 7 }] });
  });

  it("fills a list of deployers that GitLab emptied when a member left", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    const state = await stateOf(gitlab);
    gitlab.protection!.levels = [];
    await updateProtection(gitlab, group, lists(toMaintainers, [byQa, byDana]), state, false);
    expect(gitlab.requests).toEqual([PUT, GET, PUT]);
    expect(gitlab.protection!.levels).toMatchObject([{ access_level: 40 }]);
  });

  it.each(["lost-after", "lost-before", "500-after"] as const)(
    "never duplicates an entry after: %s",
    async (fault) => {
      gitlab = new FakeGitLab([maintainers], [qa]);
      const state = await stateOf(gitlab);
      gitlab.faults = [fault];
      await updateProtection(gitlab, group, lists(toMaintainers, [byQa, byDana]), state, false);
      expect(gitlab.requests).toEqual(fault === "lost-before" ? [PUT, GET, PUT] : [PUT, GET]);
      expect(gitlab.protection!.rules).toHaveLength(2);
    },
  );

  it("keeps in state what the first PUT did when the second fails", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    const state = await stateOf(gitlab);
    gitlab.faults = [undefined, "refused"];
    const { stored, reasons } = await updateProtection(
      gitlab,
      group,
      lists(toMaintainers, [byDana]),
      state,
      false,
    );
    expect(reasons).toEqual(["connection refused."]);
    expect(stored.approvalRules.map((rule) => rule.id)).toEqual([1000, 2]);
    gitlab.requests.length = 0;
    await updateProtection(gitlab, group, lists(toMaintainers, [byDana]), stored, false);
    expect(gitlab.requests).toEqual([PUT]);
  });

  it("keeps in state what a lost PUT did when the next one fails", async () => {
    gitlab = new FakeGitLab([maintainers], [qa]);
    const state = await stateOf(gitlab);
    gitlab.faults = ["lost-after", undefined, "refused"];
    const { stored, reasons } = await updateProtection(
      gitlab,
      group,
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
    await expect(updateProtection(gitlab, group, lists([{ accessLevel: 30 }]), state, false)).rejects.toThrow(
      "acme:production still has the legacy required_approval_count 2",
    );
    await expect(createProtection(gitlab, group, lists(toMaintainers), true)).rejects.toThrow("legacy");
    expect(gitlab.requests).toEqual([POST, GET]);
    const { stored } = await updateProtection(gitlab, group, lists(toMaintainers, [byQa]), state, false);
    expect(stored.requiredApprovalCount).toBe(0);
  });

  it("says that the legacy count is gone where the rule in its place was dropped", async () => {
    gitlab = new FakeGitLab([maintainers]);
    gitlab.legacyCount = 2;
    const state = await stateOf(gitlab);
    gitlab.world = { ...gitlab.world, qualifies: () => false };
    const { reasons } = await updateProtection(gitlab, group, lists(toMaintainers, [byQa]), state, false);
    expect(reasons).toHaveLength(2);
    expect(reasons[1]).toContain("reset the legacy required_approval_count 2 to 0");
  });

  it("leaves a project's legacy count alone, as its PUT does", async () => {
    gitlab = new FakeGitLab([maintainers]);
    gitlab.legacyCount = 2;
    const { stored } = await updateProtection(
      gitlab,
      project,
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
      if (request === PUT) gitlab.protection!.rules = [...gitlab.protection!.rules, { ...dana, id: next++ }];
    };
    const { reasons } = await updateProtection(gitlab, group, lists([{ accessLevel: 30 }]), state, false);
    expect(reasons).toEqual([expect.stringContaining("somebody else is editing them")]);
    expect(gitlab.requests).toHaveLength(5);
  });
});

describe("read and delete", () => {
  it("maps drift onto declared order and names, strangers last", async () => {
    gitlab = new FakeGitLab([maintainers, row(4, { access_level: 20, user_id: 8 })], [qa, dana]);
    const state = await stateOf(gitlab, lists(toMaintainers, [byDana, byQa]));
    gitlab.protection!.rules = [row(9, { access_level: 0 }), { ...qa, required_approvals: 3 }, dana];
    const stored = await readProtection(gitlab, group, state);
    expect(stored!.deployAccessLevels.at(-1)).toEqual({ userId: 8, id: 4 });
    expect(stored!.approvalRules).toEqual([
      { ...byDana, id: 3 },
      { ...byQa, requiredApprovals: 3, id: 2 },
      { accessLevel: 0, requiredApprovals: 1, id: 9 },
    ]);
  });

  it("calls a protection gone only where the group answers", async () => {
    expect(await readProtection(gitlab, group, undefined)).toBeUndefined();
    expect(gitlab.requests).toEqual([GET, "GET /groups/acme"]);
    const blind = new FakeGitLab([maintainers]);
    const state = await stateOf(blind);
    blind.parentAnswers = false;
    await expect(readProtection(blind, group, undefined)).rejects.toThrow("cannot see the group acme");
    await expect(deleteProtection(blind, group, state)).rejects.toThrow("cannot see the group acme");
  });

  it("deletes with one request, and accepts that it is gone already", async () => {
    gitlab = new FakeGitLab([maintainers]);
    const state = await stateOf(gitlab);
    expect(await deleteProtection(gitlab, group, state)).toBe("deleted");
    expect(gitlab.requests).toEqual(["DELETE /groups/acme/protected_environments/production"]);
    expect(await deleteProtection(gitlab, group, state)).toBe("deleted");
  });

  it("asks again after a lost delete, and takes a 404 then for done", async () => {
    gitlab = new FakeGitLab([maintainers]);
    const state = await stateOf(gitlab);
    gitlab.faults = ["lost-after"];
    expect(await deleteProtection(gitlab, group, state)).toBe("deleted");
    expect(gitlab.requests).toHaveLength(3);
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

describe("whatever happens", () => {
  const declared = (to: EntryLists<Entry>): ResolvedLists => ({
    deployAccessLevels: to.deployAccessLevels.map((entry) => fromEntry(entry, "deployAccessLevels")),
    approvalRules: to.approvalRules.map((entry) => fromEntry(entry, "approvalRules")),
  });
  const faults = fc.array(
    fc.constantFrom<Fault>(undefined, "refused", "lost-before", "lost-after", "500-after"),
    {
      maxLength: 6,
    },
  );

  it("never weakens both declarations, and the next run after the faults reaches the declared set", async () => {
    await fc.assert(
      fc.asyncProperty(
        live,
        wanted,
        subjectKeys,
        faults,
        fc.boolean(),
        async (from, to, keys, failing, stale) => {
          const fake = new FakeGitLab(from.deployAccessLevels.map(toRow), from.approvalRules.map(toRow));
          let stored = await stateOf(fake);
          if (stale)
            fake.protection!.rules = fake.protection!.rules.map((rule) => ({ ...rule, id: rule.id + 50 }));
          fake.world = { qualifies: () => true, subjectKeys: keys };
          fake.faults = failing;
          fake.watch = () => assertStrong(fake, from.approvalRules, to.approvalRules);
          const first = await updateProtection(fake, group, declared(to), stored, false).catch(
            () => undefined,
          );
          stored = first?.stored ?? stored;
          fake.faults = [];
          const { reasons } = await updateProtection(fake, group, declared(to), stored, false);
          expect(reasons).toEqual([]);
          expect(contents(fake.protection!.levels.map(fromRow))).toEqual(contents(to.deployAccessLevels));
          expect(contents(fake.protection!.rules.map(fromRow))).toEqual(contents(to.approvalRules));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("never weakens both declarations, whichever users and groups are dropped, and names what is missing", async () => {
    await fc.assert(
      fc.asyncProperty(live, wanted, unqualified, async (from, to, dropped) => {
        const fake = new FakeGitLab(from.deployAccessLevels.map(toRow), from.approvalRules.map(toRow));
        const stored = await stateOf(fake);
        fake.world = {
          subjectKeys: "one",
          qualifies: ({ user, group }) =>
            !(user ? dropped.user.includes(user) : dropped.group.includes(group!)),
        };
        fake.watch = () => assertStrong(fake, from.approvalRules, to.approvalRules);
        const outcome = await updateProtection(fake, group, declared(to), stored, false).catch(
          () => undefined,
        );
        const done =
          contents(fake.protection!.rules.map(fromRow)).join() === contents(to.approvalRules).join();
        if (outcome?.reasons.length === 0) expect(done).toBe(true);
        if (!done && outcome) expect(outcome.reasons.length).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });

  it("creates exactly one complete protection, in this run or the next", async () => {
    await fc.assert(
      fc.asyncProperty(wanted, faults, async (to, failing) => {
        const fake = new FakeGitLab();
        fake.faults = failing;
        const first = await createProtection(fake, group, declared(to), false).catch(() => undefined);
        fake.faults = [];
        const last = first
          ? await updateProtection(fake, group, declared(to), first.stored, false)
          : await createProtection(fake, group, declared(to), false);
        expect(last.reasons).toEqual([]);
        expect(contents(fake.protection!.levels.map(fromRow))).toEqual(contents(to.deployAccessLevels));
        expect(contents(fake.protection!.rules.map(fromRow))).toEqual(contents(to.approvalRules));
      }),
      { numRuns: 1000 },
    );
  });
});

function assertStrong(fake: FakeGitLab, before: readonly LiveEntry[], after: readonly Entry[]): void {
  const held = required(fake.protection!.rules.map(fromRow));
  expect(covers(held, required(before)) || covers(held, required(after))).toBe(true);
  expect(fake.protection!.levels.length).toBeGreaterThan(0);
}

function contents(entries: readonly Entry[]): string[] {
  return entries
    .map(({ kind, value, groupInheritanceType, requiredApprovals }) =>
      [kind, value, groupInheritanceType, requiredApprovals].join(":"),
    )
    .sort();
}
