import { beforeEach, describe, expect, it } from "vitest";

import { GitLabError } from "../../provider/gitlab/answer/errors";
import { deleteProtection, readProtection } from "../../provider/lifecycle/access/calls";
import { toEntry } from "../../provider/lifecycle/access/entries";
import { createProtection, updateProtection } from "../../provider/lifecycle/access/reconcile";
import { fromRow } from "./arbitraries";
import { contents, group, lists, stateOf } from "./bench";
import { FakeGitLab } from "./fakeGitLab";
import {
  GET,
  POST,
  PUT,
  at,
  byDana,
  byQa,
  dana,
  maintainers,
  project,
  qa,
  row,
  said,
  toMaintainers,
} from "./protection";

let gitlab: FakeGitLab;
beforeEach(() => {
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
