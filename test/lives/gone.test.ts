import { describe, expect, it } from "vitest";

import type { Emulator } from "../../testing/emulator";
import { type Declared, ProviderStack } from "../support/providerStack";
import { startGitLab } from "../support/stack";
import { asked, environment, groupProtection, LONG_MS, operation } from "./operation";

/** One of every class that lives on the server, made in `acme/shop` or `acme`. */
function everything(gitlab: Emulator): Declared[] {
  const sha = gitlab.world.project("acme/shop").branches.get("main") ?? "";
  const project = "acme/shop";
  const deployment = { project, environment: "qa", sha, ref: "main", status: "running", onDestroy: "delete" };
  const levels = [{ accessLevel: 40 }];
  return [
    environment({ name: "production", onDestroy: "delete" }),
    groupProtection(),
    {
      name: "pp",
      kind: "projectProtectedEnvironment",
      props: { project, name: "qa", deployAccessLevels: levels },
    },
    { name: "d", kind: "deployment", props: deployment },
    { name: "pl", kind: "pipeline", props: { project, ref: "main", onDestroy: "delete" } },
  ];
}

/** What is no word of GitLab's about a record. */
const NOT_THEIR_WORD = {
  "a page of something on the way": { status: 404, body: "<html><h1>Not Found</h1></html>" },
  "an unknown route": { status: 404, body: { error: "404 Not Found" } },
  "a text": { status: 404, body: "not here" },
  "an empty body": { status: 404, body: "" },
  "a record of another make": { status: 404, body: { message: "no such upstream" } },
};

describe("nothing is dropped or called deleted for", () => {
  it.each(Object.entries(NOT_THEIR_WORD))(
    "%s, of any class, in refresh or destroy",
    async (_, fault) => {
      const gitlab = await startGitLab();
      const stack = new ProviderStack();
      const up = await operation({ gitlab }, (process) => stack.up(process, everything(gitlab)));
      expect(up.errors).toEqual([]);
      const before = [...stack.state.keys()];
      const remove = gitlab.fault({
        path: /\/(environments|protected_environments|deployments|pipelines)\/[^/]+(\/stop)?$/,
        ...fault,
      });
      const refreshed = await operation({ gitlab }, (process) => stack.refresh(process));
      expect(refreshed.errors).toHaveLength(before.length);
      for (const error of refreshed.errors)
        expect(error).toContain("does not say that the object itself is gone");
      const destroyed = await operation({ gitlab }, (process) => stack.destroy(process));
      expect(destroyed.errors).toHaveLength(before.length);
      expect([...stack.state.keys()]).toEqual(before);
      remove();
      const again = await operation({ gitlab }, (process) => stack.refresh(process));
      expect(again.errors).toEqual([]);
      expect([...stack.state.keys()]).toEqual(before);
    },
    LONG_MS,
  );

  it(
    "a project that was listed and is hidden before the rows that were on no page are read singly",
    async () => {
      const gitlab = await startGitLab();
      const stack = new ProviderStack();
      const names = ["a", "b", "c"];
      const declared = names.map((name) => environment({ name }, name));
      expect((await operation({ gitlab }, (process) => stack.up(process, declared))).errors).toEqual([]);
      for (const name of names.slice(1)) gitlab.world.removeEnvironment("acme/shop", name);
      let remove = (): void => undefined;
      gitlab.onAfterRequest(({ path }) => {
        if (!path.endsWith("/environments")) return;
        remove = gitlab.fault({
          path: "/projects/acme%2Fshop",
          status: 404,
          body: { message: "404 Project Not Found" },
        });
      });
      gitlab.clearRequests();
      const refreshed = await operation({ gitlab }, (process) => stack.refreshAtOnce(process));
      remove();
      expect(refreshed.errors).toHaveLength(2);
      for (const error of refreshed.errors) expect(error).toContain("cannot see the project acme/shop");
      expect([...stack.state.keys()]).toEqual(names);
    },
    LONG_MS,
  );

  it(
    "a parent that answers 401, 403 or 404 where the record is missing",
    async () => {
      const gitlab = await startGitLab();
      const stack = new ProviderStack();
      const all = everything(gitlab);
      expect((await operation({ gitlab }, (process) => stack.up(process, all))).errors).toEqual([]);
      gitlab.fault({
        path: /\/(environments|protected_environments|deployments|pipelines)\/[^/]+(\/stop)?$/,
        status: 404,
        body: { message: "404 Not found" },
      });
      for (const status of [401, 403, 404]) {
        const remove = gitlab.fault({
          path: /\/(projects|groups)\/[^/]+(\?.*)?$/,
          status,
          body: { message: `${status} no` },
        });
        const seen = await operation({ gitlab }, (process) => stack.refresh(process));
        expect(seen.errors).toHaveLength(all.length);
        for (const error of seen.errors)
          expect(error).toMatch(/cannot see the (project acme\/shop|group acme)/);
        remove();
      }
      expect(stack.state.size).toBe(all.length);
    },
    LONG_MS,
  );
});

describe("what is gone", () => {
  it(
    "is dropped by refresh, for one look at its project",
    async () => {
      const gitlab = await startGitLab();
      const stack = new ProviderStack();
      await operation({ gitlab }, (process) => stack.up(process, [environment({})]));
      gitlab.world.removeEnvironment("acme/shop", "production");
      gitlab.clearRequests();
      const refreshed = await operation({ gitlab }, (process) => stack.refresh(process));
      expect(refreshed.steps).toEqual(["gone e"]);
      expect(asked(gitlab)).toEqual([
        "GET /projects/acme/shop/environments/1 404",
        "GET /projects/acme/shop 200",
      ]);
    },
    LONG_MS,
  );
});

describe("a project that was renamed", () => {
  it.each(["acme/store", "number"])(
    "is mended by correcting the program to %s, also where the old path is dead",
    async (spelling) => {
      const gitlab = await startGitLab();
      const stack = new ProviderStack();
      const all = everything(gitlab).filter(({ kind }) => !kind.endsWith("ProtectedEnvironment"));
      expect((await operation({ gitlab }, (process) => stack.up(process, all))).errors).toEqual([]);
      const { id } = gitlab.world.project("acme/shop");
      gitlab.world.moveProject("acme/shop", "acme/store");
      gitlab.fault({
        path: "/projects/acme%2Fshop",
        status: 404,
        body: { message: "404 Project Not Found" },
      });
      const project = spelling === "number" ? String(id) : spelling;
      const corrected = all.map(({ props, ...rest }) => ({ ...rest, props: { ...props, project } }));
      gitlab.clearRequests();
      const mended = await operation({ gitlab }, (process) => stack.up(process, corrected));
      expect(mended).toMatchObject({ errors: [], steps: all.map(({ name }) => `update ${name}`) });
      expect(asked(gitlab).filter((request) => !request.startsWith("GET"))).toEqual([]);
      const destroyed = await operation({ gitlab }, (process) => stack.destroy(process));
      expect(destroyed.errors.filter((error) => !error.includes("does not delete this deployment"))).toEqual(
        [],
      );
      expect(gitlab.world.environments("acme/store").map(({ name }) => name)).toEqual(["qa"]);
    },
    LONG_MS,
  );

  it(
    "and whose path somebody else took is told by its objects",
    async () => {
      const gitlab = await startGitLab();
      const stack = new ProviderStack();
      await operation({ gitlab }, (process) => stack.up(process, [environment({})]));
      gitlab.world.moveProject("acme/shop", "acme/store");
      gitlab.world.addProject({ path: "acme/shop" });
      gitlab.world.addEnvironment("acme/shop", "production");
      const mended = await operation({ gitlab }, (process) =>
        stack.up(process, [environment({ project: "acme/store" })]),
      );
      expect(mended).toMatchObject({ errors: [], steps: ["update e"] });
      expect(gitlab.world.environments("acme/store")).toHaveLength(1);
      expect(gitlab.world.environments("acme/shop")).toHaveLength(1);
    },
    LONG_MS,
  );

  it(
    "and does not hold the object under its new name either is an error, never a replacement",
    async () => {
      const gitlab = await startGitLab();
      const stack = new ProviderStack();
      await operation({ gitlab }, (process) => stack.up(process, [environment({})]));
      gitlab.world.deleteProject("acme/shop");
      const other = await operation({ gitlab }, (process) =>
        stack.up(process, [environment({ project: "acme/api" })]),
      );
      expect(other.errors.join()).toContain(
        "the project was acme/shop, which this token cannot see (any more), and acme/api does not hold the object either",
      );
    },
    LONG_MS,
  );

  it(
    "in upper and lower case only needs no request",
    async () => {
      const gitlab = await startGitLab();
      const stack = new ProviderStack();
      await operation({ gitlab }, (process) => stack.up(process, [environment({})]));
      gitlab.clearRequests();
      const respelled = await operation({ gitlab }, (process) =>
        stack.up(process, [environment({ project: "Acme/Shop" })]),
      );
      expect(respelled).toMatchObject({ errors: [], steps: ["update e"] });
      expect(asked(gitlab)).toEqual([]);
    },
    LONG_MS,
  );
});

describe("where something on the way drops the filter by name", () => {
  it(
    "adopt and the look after a lost create find the environment of that whole name, or none",
    async () => {
      const gitlab = await startGitLab();
      gitlab.world.addEnvironment("acme/shop", "production");
      gitlab.world.addEnvironment("acme/shop", "staging");
      const rows = gitlab.world.environments("acme/shop");
      gitlab.fault({ method: "GET", path: /\/environments\?/, status: 200, body: rows });
      const stack = new ProviderStack();
      const adopted = await operation({ gitlab }, (process) =>
        stack.up(process, [environment({ name: "staging", adopt: true })]),
      );
      expect(adopted.errors).toEqual([]);
      expect(stack.state.get("e")?.id).toBe(`acme/shop:${rows.find(({ name }) => name === "staging")?.id}`);
      gitlab.fault({ method: "POST", path: /\/environments$/, drop: "before", times: 1 });
      const created = await operation({ gitlab }, (process) =>
        new ProviderStack().up(process, [environment({ name: "qa" })]),
      );
      expect(created).toMatchObject({ errors: [], steps: ["create e"] });
      expect(gitlab.world.environment("acme/shop", "qa").name).toBe("qa");
    },
    LONG_MS,
  );

  it(
    "or decodes slashes, a refresh of many loses none of them",
    async () => {
      const gitlab = await startGitLab();
      const stack = new ProviderStack();
      const all = Array.from({ length: 30 }, (_, n) => environment({ name: `e${n}` }, `e${n}`));
      const rules = groupProtection();
      expect((await operation({ gitlab }, (process) => stack.up(process, [...all, rules]))).errors).toEqual(
        [],
      );
      for (const between of [{ dropsQuery: true }, { encodedSlashes: "decode" as const }]) {
        const remove = gitlab.putBetween(between);
        await operation({ gitlab }, (process) => stack.refreshAtOnce(process));
        expect(stack.state.size).toBe(31);
        remove();
      }
    },
    LONG_MS,
  );
});
