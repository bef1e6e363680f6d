import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { describeProtection, type Level, log, ProtectionBench } from "./support/protectionLife";

const level: Level = {
  kind: "ProjectProtectedEnvironment",
  container: "project",
  spelling: "acme/shop",
  // A slash and a dot, as in `review/1.2`: one segment of the path all the same.
  name: "eu/prod.1",
  parentPath: "/projects/acme%2Fshop",
  protectionPath: "/projects/acme%2Fshop/protected_environments/eu%2Fprod.1",
  unqualified: "rita",
  qualify: ({ world }) => void world.addMember("acme/shop", "rita", "developer"),
  cause: "Only users with at least the Developer role in acme/shop qualify.",
};

describe("ProjectProtectedEnvironment", () => {
  describeProtection(level);

  describe("through the provider process", () => {
    let bench: ProtectionBench;
    beforeEach(async () => {
      bench = await ProtectionBench.start(level);
    });
    afterEach(() => bench.stop());

    it("leaves a legacy count alone, as the project's PUT does", async () => {
      bench.declare("deployAccessLevels: [{ accessLevel: 40 }]");
      (await bench.stack.up()).orThrow();
      bench.emulator.world.setLegacyApprovalCount("acme/shop", level.name, 2);
      bench.declare("deployAccessLevels: [{ accessLevel: 30 }]");
      (await bench.stack.up()).orThrow();
      expect(bench.live).toMatchObject({ required_approval_count: 2 });
    });

    it("names a group that is not invited to the project", async () => {
      bench.declare(`deployAccessLevels: [{ accessLevel: 40 }, { groupPath: "acme/security" }]`);
      const { errors } = await bench.stack.up();
      expect(errors.join()).toContain(
        "acme/shop:eu/prod.1: GitLab left group acme/security out of deployAccessLevels without a word. " +
          "Only groups invited to the project acme/shop itself qualify, not its parent group nor groups invited there.",
      );
    });

    it("protects first, so that the environment is never open", async () => {
      bench.declare("deployAccessLevels: [{ accessLevel: 40 }]", {
        rest: `new gitlab.Environment("e", { project: "acme/shop", name: "${level.name}" }, { dependsOn: [p] });`,
      });
      const writes = (result: Parameters<typeof log>[0]) =>
        log(result).filter((line) => !line.startsWith("GET"));
      expect(writes((await bench.stack.up()).orThrow())).toEqual([
        "POST /projects/acme%2Fshop/protected_environments",
        "POST /projects/acme%2Fshop/environments",
      ]);
      const destroyed = writes((await bench.stack.destroy()).orThrow());
      expect(destroyed.at(-1)).toBe(`DELETE ${level.protectionPath}`);
    });
  });
});
