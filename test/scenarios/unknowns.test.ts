import { describe, expect } from "vitest";

import { scenario } from "./scene";

describe("what a preview cannot know", () => {
  scenario("one subject, a whole list and a name may be unknown, and keep their places", async (scene) => {
    const declare = (name: string): void =>
      scene.program(
        ({ gitlab }, data) => {
          const deployment = new gitlab.Deployment("deployment", {
            project: "acme/shop",
            environment: data.name,
            sha: data.sha,
            ref: "main",
            status: "success",
          });
          // Known only once something was deployed; the same user every time.
          const someone = deployment.createdAt.apply(() => "dana");
          const entry = new gitlab.GroupProtectedEnvironment("entry", {
            group: "acme",
            name: "production",
            deployAccessLevels: [{ username: someone }, { accessLevel: 40 }],
            approvalRules: [{ groupPath: "acme/qa" }, { username: someone }],
          });
          new gitlab.ProjectProtectedEnvironment(
            "list",
            {
              project: "acme/shop",
              name: "staging",
              deployAccessLevels: someone.apply((username) => [{ username }]),
              approvalRules: someone.apply((username) => [{ groupPath: "acme/qa" }, { username }]),
            },
            // One after the other: their entries are numbered in one sequence.
            { dependsOn: entry },
          );
          new gitlab.Environment("named", {
            project: "acme/shop",
            name: deployment.createdAt.apply(() => "review/unknown"),
            description: deployment.createdAt.apply(() => "late"),
          });
        },
        { name, sha: scene.head },
      );
    declare("staging");
    expect((await scene.preview()).orThrow()).toMatchObject({ changes: { create: 5 }, log: [] });
    (await scene.up()).orThrow();
    expect((await scene.up()).orThrow()).toMatchObject({ changes: { same: 5 }, log: [] });
    // Everything that hangs on the deployment is unknown again, and turns out as it was.
    declare("testing");
    expect((await scene.preview()).orThrow().log).toEqual([]);
    expect((await scene.up()).orThrow().changes).toEqual({ same: 4, replace: 1 });
    (await scene.destroy()).orThrow();
  });

  scenario("the connection may be unknown: nothing is asked, and it turns out as it was", async (scene) => {
    const declare = (name: string): void =>
      scene.program(({ gitlab }, data) => {
        const first = new gitlab.Environment("first", { project: "acme/shop", name: data });
        const connection = first.createdAt.apply(() => "gitlab");
        const project = "acme/shop";
        new gitlab.Environment("second", { project, name: "second", connection });
        new gitlab.ProjectProtectedEnvironment("rules", {
          project,
          name: "second",
          deployAccessLevels: [{ accessLevel: 40 }],
          connection,
        });
        new gitlab.Pipeline("pipeline", { project, ref: "main", connection });
        return { seen: gitlab.Environment.get("seen", "acme/shop:1", { connection }).slug };
      }, name);
    scene.world.addEnvironment("acme/shop", "seen");
    declare("one");
    expect((await scene.preview()).orThrow()).toMatchObject({ log: [] });
    expect((await scene.up()).orThrow().outputs).toEqual({ seen: "seen" });
    declare("two");
    expect((await scene.preview()).orThrow()).toMatchObject({ changes: { replace: 1 }, log: [] });
    expect((await scene.up()).orThrow().changes).toEqual({ same: 4, replace: 1 });
    (await scene.destroy()).orThrow();
  });
});
