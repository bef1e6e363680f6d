import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { describeProtection, type Level, log, ProtectionBench } from "./support/protectionLife";

const level: Level = {
  kind: "GroupProtectedEnvironment",
  container: "group",
  spelling: "acme",
  name: "production",
  parentPath: "/groups/acme",
  protectionPath: "/groups/acme/protected_environments/production",
  unqualified: "devon",
  qualify: ({ world }) => {
    world.removeMember("acme", "devon");
    world.addMember("acme", "devon", "maintainer");
  },
  cause: "Only members of acme with the Maintainer or Owner role qualify.",
};

describe("GroupProtectedEnvironment", () => {
  describeProtection(level);

  describe("through the provider process", () => {
    const GET = `GET ${level.protectionPath}`;
    const PUT = `PUT ${level.protectionPath}`;
    const POST = "POST /groups/acme/protected_environments";
    const maintainers = "deployAccessLevels: [{ accessLevel: 40 }]";

    let bench: ProtectionBench;
    beforeEach(async () => {
      bench = await ProtectionBench.start(level);
    });
    afterEach(() => bench.stop());

    it("replaces when the name changes, the new one first; another spelling of the group writes nothing", async () => {
      const rest = "exports.levels = p.deployAccessLevels;";
      bench.declare(maintainers, { rest });
      (await bench.stack.up()).orThrow();
      bench.declare(maintainers, { in: String(bench.emulator.world.group("acme").id), rest });
      // The ids of entries are GitLab's: a preview of a change has what is declared.
      expect((await bench.stack.preview()).orThrow().outputs).toEqual({ levels: [{ accessLevel: 40 }] });
      const respelled = (await bench.stack.up()).orThrow();
      expect(respelled.outputs).toEqual({ levels: [{ accessLevel: 40, id: 1 }] });
      expect(respelled.stepsOf("p")[0]).toMatchObject({ op: "update", id: "acme:production" });
      expect(log(respelled)).toEqual(["GET /groups/acme"]);
      bench.declare(maintainers, { name: "staging" });
      const renamed = (await bench.stack.up()).orThrow();
      expect(log(renamed).filter((line) => !line.startsWith("GET"))).toEqual([
        POST,
        expect.stringMatching(/^DELETE .*\/production$/),
      ]);
    });

    it("is refused where it exists, naming aliases first; taken over with adopt; kept under another resource name", async () => {
      bench.emulator.world.protect("acme", "production", [{ role: "maintainer" }], [{ role: "developer" }]);
      bench.declare(maintainers);
      const refused = await bench.stack.up();
      expect(refused.errors.join()).toMatch(/is already protected in the .*`aliases`.*`adopt: true`/s);
      bench.declare(`adopt: true, ${maintainers}`);
      const stricter = await bench.stack.up();
      expect(stricter.errors.join()).toContain("would mean: − developers and maintainers (weaker)");
      expect(log(stricter)).toEqual([POST, GET]);
      bench.declare(`adopt: "overwrite", ${maintainers}`);
      const overwritten = (await bench.stack.up()).orThrow();
      expect(log(overwritten)).toEqual([POST, GET, PUT]);
      expect(overwritten.text).toContain(
        "acme:production: taken over, − developers and maintainers (weaker)",
      );
      expect(bench.rules).toEqual([]);
      bench.declare(`adopt: true, ${maintainers}`, { resource: "renamed" });
      const renamed = (await bench.stack.up()).orThrow();
      expect(log(renamed)).toEqual([POST, GET]);
      expect(renamed.text).toContain("only forgotten here, not deleted");
      expect(bench.live).toBeDefined();
    });

    it("is dropped from state when it is gone, and kept when the token lost sight of it", async () => {
      bench.declare(maintainers);
      (await bench.stack.up()).orThrow();
      const hidden = { path: "/groups/acme", status: 404, body: { message: "404 Group Not Found" } };
      const seeAgain = bench.emulator.fault(hidden);
      const blind = await bench.stack.refresh();
      expect(blind.errors.join()).toContain("cannot see the group acme");
      seeAgain();
      bench.emulator.world.unprotect("acme", "production");
      const gone = (await bench.stack.refresh()).orThrow();
      expect(gone.stepsOf("p")[0]?.resultOp).toBe("delete");
      expect(log(gone)).toEqual([GET, "GET /groups/acme"]);
    });

    it("is read by get from its id alone, and takes an entry that is unknown in preview", async () => {
      const dana = bench.emulator.world.user("dana").id;
      bench.declare(`${maintainers}, approvalRules: [{ accessLevel: 30 }]`, {
        rest: `
          const got = gitlab.GroupProtectedEnvironment.get("got", p.id);
          const userId = got.approvalRules.apply(([rule]) => (rule.id > 0 ? ${dana} : 0));
          const other = new gitlab.GroupProtectedEnvironment("other",
            { group: "acme", name: "staging", ${maintainers}, approvalRules: [{ userId }, { accessLevel: 40 }] });
          exports.name = got.name; exports.rules = got.approvalRules; exports.others = other.approvalRules;`,
      });
      expect(log((await bench.stack.preview()).orThrow())).toEqual([]);
      expect((await bench.stack.up()).orThrow().outputs).toMatchObject({
        name: "production",
        rules: [{ accessLevel: 30, requiredApprovals: 1 }],
        others: [{ userId: dana, requiredApprovals: 1 }, { accessLevel: 40 }],
      });
    });

    it("refuses bad entries in preview by their property paths, without a request", async () => {
      bench.declare(
        `deployAccessLevels: [{ group: "acme/qa" }], approvalRules: [{ accessLevel: 40 }, { username: "dana", requiredApprovals: 2 }]`,
        { name: "prod" },
      );
      const result = await bench.stack.preview();
      expect(log(result)).toEqual([]);
      const errors = result.errors.join("\n");
      expect(errors).toContain("name must be one of production, staging, testing, development, other");
      expect(errors).toContain(
        "deployAccessLevels[0].group is not a field of an access entry; did you mean groupPath",
      );
      expect(errors).toContain("approvalRules[1].requiredApprovals must be 1 for a user");
    });

    it("stops before a legacy count would be erased in silence, and goes on where a rule is declared", async () => {
      const { world } = bench.emulator;
      world.protect("acme", "production", [{ role: "maintainer" }]);
      world.setLegacyApprovalCount("acme", "production", 2);
      bench.declare(`adopt: true, ${maintainers}`);
      const stopped = await bench.stack.up();
      expect(stopped.errors.join()).toContain(
        "acme:production still has the legacy required_approval_count 2",
      );
      expect(bench.live).toMatchObject({ required_approval_count: 2 });
      bench.declare(`adopt: true, ${maintainers}, approvalRules: [{ accessLevel: 40 }]`);
      expect((await bench.stack.up()).errors.join()).toContain("− the legacy count of 2 (weaker)");
      expect(bench.live).toMatchObject({ required_approval_count: 2, approval_rules: [] });
      bench.declare(
        `adopt: true, ${maintainers}, approvalRules: [{ accessLevel: 40, requiredApprovals: 2 }]`,
      );
      (await bench.stack.up()).orThrow();
      expect(bench.live).toMatchObject({
        required_approval_count: 0,
        approval_rules: [{ access_level: 40 }],
      });
    });

    it("says what a change means, once, starting with the id; in refresh only where it drifted", async () => {
      const rules = (list: string) => `${maintainers}, approvalRules: [${list}]`;
      const said = async (operation: "preview" | "up" | "refresh") =>
        (await bench.stack[operation]())
          .orThrow()
          .diagnostics.map(({ message }) => message)
          .filter((message) => message.startsWith("acme:production"));
      bench.declare(rules(`{ groupPath: "acme/qa" }, { username: "dana" }`));
      expect(await said("up")).toEqual([]);
      bench.declare(rules(`{ groupPath: "acme/qa", requiredApprovals: 2 }, { accessLevel: 40 }`));
      const meaning = "acme:production + maintainers, − user dana (weaker), ~ group acme/qa 1 → 2 approvals";
      expect(await said("preview")).toEqual([meaning]);
      expect(await said("up")).toEqual([meaning]);
      expect(await said("refresh")).toEqual([]);
      bench.emulator.world.addStrangerEntry("acme", "production", { user: "dana" }, "levels");
      expect(await said("refresh")).toEqual([
        "acme:production drifted; `pulumi up` changes it back, unless `ignoreChanges` keeps it: may deploy: − user 3",
      ]);
    });

    it("explains a refusal that comes from everyone being left out", async () => {
      bench.emulator.world.addMember("other-co", "olivia", "guest");
      bench.declare(`deployAccessLevels: [{ groupPath: "other-co" }]`);
      const { errors } = await bench.stack.up();
      expect(errors.join()).toContain(
        "Probably GitLab left group other-co out of deployAccessLevels without a word, and nobody remained. " +
          "Only acme itself, its subgroups and groups it is shared with qualify.",
      );
    });
  });
});
