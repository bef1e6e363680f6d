import { describe, expect, it } from "vitest";

import type { Emulator } from "../../testing/emulator";
import { startProvider } from "../support/provider";
import { type Declared, ProviderStack } from "../support/providerStack";
import { declare, startGitLab, TestStack } from "../support/stack";
import { asked, groupProtection, LONG_MS, operation } from "./operation";

const maintainers = [{ accessLevel: 40 }];

const projectProtection = (props: object = {}): Declared => ({
  name: "p",
  kind: "projectProtectedEnvironment",
  props: { project: "acme/shop", name: "production", deployAccessLevels: maintainers, ...props },
});

const writes = (gitlab: Emulator) => asked(gitlab).filter((request) => !request.startsWith("GET"));

describe("a name under which nothing would be protected", () => {
  it(
    "is refused by check, without a request",
    async () => {
      const reasonsFor = async (kind: "projectProtectedEnvironment" | "groupProtectedEnvironment") => {
        const check = await startProvider(kind);
        const container = kind.startsWith("group") ? { group: "acme" } : { project: "acme/shop" };
        return async (name: string) => {
          const { failures } = await check({ ...container, name, deployAccessLevels: maintainers });
          return failures.map(({ reason }) => reason);
        };
      };
      const [project, group] = [
        await reasonsFor("projectProtectedEnvironment"),
        await reasonsFor("groupProtectedEnvironment"),
      ];
      for (const name of [
        ".",
        "..",
        "production/*",
        "feature/#12",
        "prüfung",
        "/production",
        "production/",
        "",
      ]) {
        expect([name, await project(name)]).toEqual([name, [expect.stringContaining("name")]]);
        expect([name, await group(name)]).toEqual([
          name,
          [expect.stringContaining("name must be one of production, staging, testing, development, other")],
        ]);
      }
      for (const name of ["production", "review/1.2", "...", "Prod {eu} $1_"])
        expect([name, await project(name)]).toEqual([name, []]);
      expect(await group("production")).toEqual([]);
    },
    LONG_MS,
  );
});

describe("ids of other providers, which are strings,", () => {
  it(
    "become numbers in check, of both protections, an environment and an approval",
    async () => {
      const lists = {
        deployAccessLevels: [{ userId: "7" }, { groupId: "8" }],
        approvalRules: [{ groupId: "7" }],
      };
      const numbers = {
        deployAccessLevels: [{ userId: 7 }, { groupId: 8, groupInheritanceType: 0 }],
        approvalRules: [{ groupId: 7, groupInheritanceType: 0, requiredApprovals: 1 }],
      };
      const named = { name: "production" };
      const group = await (
        await startProvider("groupProtectedEnvironment")
      )({ group: "acme", ...named, ...lists });
      expect(group).toMatchObject({ failures: [], inputs: numbers });
      const project = await (
        await startProvider("projectProtectedEnvironment")
      )({ project: "acme/shop", ...named, ...lists });
      expect(project).toMatchObject({ failures: [], inputs: numbers });
      const environment = await startProvider("environment");
      const agent = (clusterAgentId: string) =>
        environment({ project: "acme/shop", ...named, clusterAgentId });
      expect(await agent("7")).toMatchObject({ failures: [], inputs: { clusterAgentId: 7 } });
      const approval = await startProvider("deploymentApproval");
      const decided = { project: "acme/shop", deploymentId: "7", status: "approved" };
      expect(await approval(decided)).toMatchObject({ failures: [], inputs: { deploymentId: 7 } });
      expect((await agent("7a")).failures.map(({ reason }) => reason)).toEqual([
        expect.stringContaining("clusterAgentId"),
      ]);
    },
    LONG_MS,
  );
});

describe("the protection of a project that was renamed", () => {
  it.each(["acme/store", "number"])(
    "is mended by correcting the program to %s, without a write, also where the old path is dead",
    async (spelling) => {
      const gitlab = await startGitLab();
      const stack = new ProviderStack();
      const first = await operation({ gitlab }, (process) => stack.up(process, [projectProtection()]));
      expect(first.errors).toEqual([]);
      const { id } = gitlab.world.project("acme/shop");
      gitlab.world.moveProject("acme/shop", "acme/store");
      const gone = { status: 404, body: { message: "404 Project Not Found" } };
      gitlab.fault({ path: "/projects/acme%2Fshop", ...gone });
      gitlab.clearRequests();
      const corrected = projectProtection({ project: spelling === "number" ? String(id) : spelling });
      const mended = await operation({ gitlab }, (process) => stack.up(process, [corrected]));
      expect(mended).toMatchObject({ errors: [], steps: ["update p"] });
      expect(writes(gitlab)).toEqual([]);
      const destroyed = await operation({ gitlab }, (process) => stack.destroy(process));
      expect(destroyed).toMatchObject({ errors: [], steps: ["delete p"] });
      expect(gitlab.world.protection("acme/store", "production")).toBeUndefined();
    },
    LONG_MS,
  );
});

describe("a path that leads to somebody else's protection by now", () => {
  const takenOver = {
    group: {
      ours: groupProtection(),
      place: "acme",
      move: ({ world }: Emulator) => {
        world.renameGroup("acme", { path: "acme-inc" });
        world.addGroup({ path: "acme" });
        world.addMember("acme", world.defaultUser, "owner");
      },
    },
    project: {
      ours: projectProtection(),
      place: "acme/shop",
      move: ({ world }: Emulator) => {
        world.moveProject("acme/shop", "acme/store");
        world.addProject({ path: "acme/shop" });
      },
    },
  };

  it.each(["group", "project"] as const)(
    "neither changes nor deletes it, where another %s has taken the path",
    async (level) => {
      const { ours, place, move } = takenOver[level];
      const gitlab = await startGitLab();
      const stack = new ProviderStack();
      const first = await operation({ gitlab }, (process) => stack.up(process, [ours]));
      expect(first.errors).toEqual([]);
      move(gitlab);
      gitlab.world.protect(place, "production", [{ role: "maintainer" }], [{ role: "maintainer" }]);
      const theirs = JSON.stringify(gitlab.world.protection(place, "production"));
      gitlab.clearRequests();
      // One that changes an entry, and one that only adds.
      for (const change of [
        { deployAccessLevels: [{ accessLevel: 30 }] },
        { approvalRules: [{ accessLevel: 30 }] },
      ]) {
        const edited = { ...ours, props: { ...ours.props, ...change } };
        const update = await operation({ gitlab }, (process) => stack.up(process, [edited]));
        expect(update.errors.join()).toContain("not one entry of this protection is known here");
      }
      const destroyed = await operation({ gitlab }, (process) => stack.destroy(process));
      expect(destroyed.errors.join()).toContain(`${place} is another ${level} now. It was not deleted.`);
      expect(JSON.stringify(gitlab.world.protection(place, "production"))).toBe(theirs);
      expect(writes(gitlab).filter((request) => request.startsWith("DELETE"))).toEqual([]);
      expect(stack.state.has("p")).toBe(true);
    },
    LONG_MS,
  );
});

describe("an approval count that somebody raised by hand", () => {
  const of = (more: object): Declared =>
    groupProtection({ approvalRules: [{ accessLevel: 40, requiredApprovals: 2 }], ...more });

  it(
    "is not lowered by an update that weakens something else, which says so; the next preview shows it, and then it is",
    async () => {
      const gitlab = await startGitLab();
      const stack = new ProviderStack();
      await operation({ gitlab }, (process) => stack.up(process, [of({})]));
      const held = () => gitlab.world.protection("acme", "production")!;
      const [rule] = held().approval_rules;
      const raised = { approval_rules: [{ ...rule, required_approvals: 4 }] };
      await gitlab.api("PUT", "/groups/acme/protected_environments/production", raised);
      gitlab.clearRequests();
      const opened = of({ deployAccessLevels: [{ accessLevel: 30 }] });
      const first = await operation({ gitlab }, (process) => stack.up(process, [opened]));
      expect(first).toMatchObject({ errors: [], steps: ["update p"] });
      expect(first.lines).toContain("somebody made the approvals stricter by hand (maintainers ×4)");
      const path = "/groups/acme/protected_environments/production";
      expect(asked(gitlab)).toEqual([`GET ${path} 200`, `PUT ${path} 200`]);
      expect(held()).toMatchObject({
        deploy_access_levels: [{ access_level: 30 }],
        approval_rules: [{ id: rule?.id, required_approvals: 4 }],
      });
      const second = await operation({ gitlab }, (process) => stack.up(process, [opened]));
      expect(second.lines).toContain("~ maintainers 4 → 2 approvals (weaker)");
      expect(held().approval_rules).toMatchObject([{ id: rule?.id, required_approvals: 2 }]);
    },
    LONG_MS,
  );
});

describe("a protection whose create was never confirmed", () => {
  const rules = [{ groupPath: "acme/qa", requiredApprovals: 2 }];
  const program = (args: object = {}) =>
    declare("GroupProtectedEnvironment", "p", {
      group: "acme",
      name: "production",
      deployAccessLevels: maintainers,
      approvalRules: rules,
      ...args,
    });

  const held = ({ world }: Emulator) => world.protection("acme", "production");

  /** The answer to the POST is lost, and GitLab refuses the look. */
  async function lost(drop: "before" | "after"): Promise<{ gitlab: Emulator; stack: TestStack }> {
    const gitlab = await startGitLab();
    const stack = await TestStack.create(gitlab);
    gitlab.fault({ method: "POST", path: /\/protected_environments$/, drop, times: 1 });
    const path = /\/protected_environments\/production$/;
    const readable = gitlab.fault({ method: "GET", path, status: 403, body: { message: "403 Forbidden" } });
    const up = await stack.up(program());
    expect(up.errors).not.toEqual([]);
    expect(await stack.stored("p")).toBeDefined();
    readable();
    return { gitlab, stack };
  }

  it(
    "shows in refresh, preview and up where somebody protects otherwise meanwhile, and is theirs until adopted",
    async () => {
      const { gitlab, stack } = await lost("before");
      gitlab.world.protect("acme", "production", [{ role: "developer" }]);
      const byHand = JSON.stringify(held(gitlab));
      expect((await stack.preview(program())).orThrow().changes).toMatchObject({ update: 1 });
      const refreshed = (await stack.refresh()).orThrow();
      expect(refreshed.stepsOf("p")[0]?.resultOp).toBe("update");
      expect((await stack.stored("p"))?.outputs).toMatchObject({ approvalRules: [] });
      expect((await stack.preview(program())).orThrow().changes).toMatchObject({ update: 1 });
      const up = await stack.up(program());
      expect(up.errors.join()).toContain("adopt");
      expect(up.log.filter((line) => !line.startsWith("GET"))).toEqual([]);
      expect(JSON.stringify(held(gitlab))).toBe(byHand);
      (await stack.up(program({ adopt: true }))).orThrow();
      expect(held(gitlab)).toMatchObject({
        deploy_access_levels: [{ access_level: 40 }],
        approval_rules: [{ required_approvals: 2 }],
      });
    },
    LONG_MS,
  );

  it.each([[[]], [[{ user: "dana" }]]])(
    "shows in refresh and preview where somebody protects with other rules, %j, and never passes for what was sent",
    async (byHand) => {
      const { gitlab, stack } = await lost("before");
      gitlab.world.protect("acme", "production", [{ role: "maintainer" }], byHand);
      expect((await stack.preview(program())).orThrow().changes).toMatchObject({ update: 1 });
      expect((await stack.refresh()).orThrow().stepsOf("p")[0]?.resultOp).toBe("update");
      expect((await stack.preview(program())).orThrow().changes).toMatchObject({ update: 1 });
      const up = await stack.up(program());
      // Without a rule it can be ours, of which GitLab left the group out: it is asked for again.
      if (byHand.length > 0) expect(up.errors.join()).toContain("adopt");
      else expect(held(gitlab)?.approval_rules).toMatchObject([{ required_approvals: 2 }]);
    },
    LONG_MS,
  );

  it(
    "is recognised by what was sent and goes on where ours did land and the program was edited since",
    async () => {
      const { gitlab, stack } = await lost("after");
      const landed = held(gitlab)?.approval_rules;
      expect(landed).toHaveLength(1);
      const edited = program({ approvalRules: [...rules, { accessLevel: 40 }] });
      const up = (await stack.up(edited)).orThrow();
      expect(up.log.filter((line) => !line.startsWith("GET"))).toEqual([
        expect.stringMatching(/^PUT .* 200$/),
      ]);
      expect(held(gitlab)?.approval_rules).toHaveLength(2);
      expect(held(gitlab)?.approval_rules).toContainEqual(landed?.[0]);
      const again = (await stack.up(edited)).orThrow();
      expect(again.log).toEqual([]);
    },
    LONG_MS,
  );
});
