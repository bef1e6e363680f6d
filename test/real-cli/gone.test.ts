import { expect } from "vitest";

import { CliBench, onCli } from "./cli";

const everything = (project: string, group: string): string => `
  new gitlab.Environment("e", { project: "${project}", name: "production", onDestroy: "delete" });
  new gitlab.ProjectProtectedEnvironment("pp", { project: "${project}", name: "qa", deployAccessLevels: [{ accessLevel: 40 }] });
  new gitlab.GroupProtectedEnvironment("gp", { group: "${group}", name: "production", deployAccessLevels: [{ accessLevel: 40 }] });
  new gitlab.Pipeline("pl", { project: "${project}", ref: "main", onDestroy: "delete" });`;

const kept = async ({ stack }: CliBench): Promise<number> =>
  (await stack.exportState()).deployment.resources?.filter(({ type }) => type.includes("gitlab:")).length ??
  0;

const record = /\/(environments|protected_environments|pipelines)\/[^/]+(\/stop)?$/;
const hidden = (what: string) => ({ status: 404, body: { message: `404 ${what} Not Found` } });

onCli(
  "nothing is gone but in GitLab's own words, and what was renamed is mended by correcting the program",
  async () => {
    const bench = await CliBench.open();
    const { gitlab, program, stack } = bench;
    const { world } = gitlab;
    program.write(everything("acme/shop", "acme"));
    (await stack.up()).orThrow();

    for (const body of ["<html><h1>Not Found</h1></html>", { error: "404 Not Found" }]) {
      const remove = gitlab.fault({ path: record, status: 404, body });
      for (const run of [() => stack.refresh(), () => stack.destroy()]) {
        const { ok, text } = await run();
        expect([ok, text]).toEqual([
          false,
          expect.stringContaining("does not say that the object itself is gone"),
        ]);
      }
      remove();
    }
    const missing = gitlab.fault({ path: record, status: 404, body: { message: "404 Not found" } });
    const unseen = gitlab.fault({ path: /\/(projects|groups)\/[^/]+$/, ...hidden("Project") });
    const lists = gitlab.fault({ path: /\/(environments|protected_environments)$/, ...hidden("Project") });
    expect((await stack.refresh()).text).toMatch(/cannot see the (project acme\/shop|group acme)/);
    expect(await kept(bench)).toBe(4);
    for (const remove of [missing, unseen, lists]) remove();

    // Both are renamed, and neither old path leads anywhere.
    world.moveProject("acme/shop", "acme/store");
    world.renameGroup("acme", { path: "acme-inc" });
    gitlab.fault({ path: "/projects/acme%2Fshop", ...hidden("Project") });
    program.write(everything("acme-inc/store", "acme-inc"));
    gitlab.clearRequests();
    expect((await stack.preview()).orThrow().changes).toEqual({ same: 1, update: 4 });
    (await stack.up()).orThrow();
    expect(gitlab.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    expect((await stack.up()).orThrow().changes).toEqual({ same: 5 });
    (await stack.destroy()).orThrow();
    expect(world.allProtections()).toEqual([]);
    expect(world.environments("acme-inc/store")).toEqual([]);
  },
);

onCli(
  "a path that another group took, names that protect nothing, and a filter that is dropped do no harm",
  async () => {
    const { gitlab, program, stack } = await CliBench.open();
    const { world } = gitlab;
    const protection = (more: string): string =>
      `new gitlab.GroupProtectedEnvironment("gp", { group: "acme", name: "production", deployAccessLevels: [{ accessLevel: 40 }], ${more} });`;
    // The engine ends at the first resource that check refuses.
    for (const name of [".", "production/*"]) {
      program.write(
        `new gitlab.ProjectProtectedEnvironment("w", { project: "acme/shop", name: "${name}", deployAccessLevels: [{ accessLevel: 40 }] });`,
      );
      const refused = await stack.preview();
      expect([refused.ok, refused.errors.join()]).toEqual([false, expect.stringContaining("name ")]);
      expect(refused.requests).toEqual([]);
    }

    for (const name of ["production", "staging"]) world.addEnvironment("acme/shop", name);
    const between = gitlab.putBetween({ dropsQuery: true });
    const staging = `new gitlab.Environment("e", { project: "acme/shop", name: "staging", adopt: true, onDestroy: "retain" });`;
    program.write(protection("") + staging);
    (await stack.up()).orThrow();
    between();
    const { resources = [] } = (await stack.exportState()).deployment;
    expect(resources.find(({ urn }) => urn.endsWith("::e"))?.id).toBe(
      `acme/shop:${world.environment("acme/shop", "staging").id}`,
    );

    world.renameGroup("acme", { path: "acme-inc" });
    world.addGroup({ path: "acme" });
    world.addMember("acme", world.defaultUser, "owner");
    world.protect("acme", "production", [{ role: "maintainer" }], [{ role: "maintainer" }]);
    const theirs = JSON.stringify(world.protection("acme", "production"));
    program.write(protection("approvalRules: [{ accessLevel: 30 }]"));
    expect((await stack.up({ targets: ["**gp"] })).errors.join()).toContain(
      "not one entry of this protection is known here",
    );
    expect((await stack.destroy({ targets: ["**gp"] })).errors.join()).toContain("It was not deleted");
    expect(JSON.stringify(world.protection("acme", "production"))).toBe(theirs);
  },
);
