import { describe, expect, it } from "vitest";

import { loaderText } from "../../provider/lifecycle/loaderText";
import type { DynamicProvider } from "../../testing/engine/protocol/dynamicProvider";
import type { Props } from "../../testing/engine/values/values";
import { type Declared, type ProviderProcess, ProviderStack } from "../support/providerStack";
import { startGitLab } from "../support/stack";
import { asked, environment, groupProtection, LONG_MS, operation } from "./operation";

const deletes = (log: string[]): string[] => log.filter((request) => request.startsWith("DELETE"));

/** One object of each class that is known by its name. */
const NAMED: [string, Declared][] = [
  ["an environment", environment({ onDestroy: "delete" }, "r")],
  ["a protection", groupProtection({}, "r")],
];

describe.each(NAMED)("%s", (_, declared) => {
  const without = (props: object): Declared => ({ ...declared, props: { ...declared.props, ...props } });

  it(
    "that a second address of the same GitLab has taken over is only forgotten at the first",
    async () => {
      const gitlab = await startGitLab();
      const elsewhere = { url: gitlab.url.replace("127.0.0.1", "localhost"), token: gitlab.token };
      const stack = new ProviderStack();
      const connections = { gitlab, corp: elsewhere };
      expect((await operation(connections, (process) => stack.up(process, [declared]))).errors).toEqual([]);
      gitlab.clearRequests();
      const moved = await operation(connections, (process) =>
        stack.up(process, [without({ connection: "corp", adopt: true })]),
      );
      expect(moved).toMatchObject({ errors: [], steps: ["replace r", "delete r"] });
      expect(moved.lines).toContain("still declared under another resource name or spelling");
      expect(deletes(asked(gitlab))).toEqual([]);
    },
    LONG_MS,
  );

  it(
    "is deleted on the old GitLab when it moves to another one, which gives the same numbers",
    async () => {
      const [old, other] = [await startGitLab(), await startGitLab()];
      const stack = new ProviderStack();
      const connections = { gitlab: old, corp: other };
      await operation(connections, (process) => stack.up(process, [declared]));
      const moved = await operation(connections, (process) =>
        stack.up(process, [without({ connection: "corp" })]),
      );
      expect(moved).toMatchObject({ errors: [], steps: ["replace r", "delete r"] });
      expect(deletes(asked(old))).toHaveLength(1);
    },
    LONG_MS,
  );

  it(
    "is deleted and made again by `deleteBeforeReplace` with `--replace`, which never compares",
    async () => {
      const gitlab = await startGitLab();
      const stack = new ProviderStack();
      await operation({ gitlab }, (process) => stack.up(process, [declared]));
      gitlab.clearRequests();
      const remade = await operation({ gitlab }, ({ provider }) => deletedFirst(provider, stack, declared));
      expect(deletes(asked(gitlab))).toHaveLength(1);
      expect(remade.id).toBeTruthy();
    },
    LONG_MS,
  );

  it(
    "that two resources of one program declare is made once, and the second is refused by name",
    async () => {
      const gitlab = await startGitLab();
      const stack = new ProviderStack();
      const twice = [without({ adopt: true }), { ...without({ adopt: true }), name: "second" }];
      const up = await operation({ gitlab }, (process) => stack.up(process, twice));
      expect(up.steps).toEqual(["create r"]);
      expect(up.errors).toEqual([
        expect.stringMatching(/another resource of this program already is the \w+ production of acme/),
      ]);
      const later = await operation({ gitlab }, (process) => stack.up(process, twice));
      expect(later.errors).toHaveLength(1);
    },
    LONG_MS,
  );

  it(
    "that two resources declare is refused also where the engine makes one before it compares the other",
    async () => {
      const gitlab = await startGitLab();
      const stack = new ProviderStack();
      await operation({ gitlab }, (process) => stack.up(process, [declared]));
      await operation({ gitlab }, async ({ provider }) => {
        const old = stack.state.get("r");
        if (old === undefined) throw new Error("nothing was made");
        const __provider = loaderText(declared.kind);
        const first = await provider.check("urn", old.inputs, { ...declared.props, __provider });
        const taken = { ...declared.props, adopt: true, __provider };
        const second = await provider.check("urn", {}, taken);
        await provider.create("urn", second.inputs, 0, false);
        await expect(provider.diff("urn", old.id, old, first.inputs, false, [])).rejects.toThrow(
          /another resource of this program already is the \w+ production of acme/,
        );
        return {};
      });
    },
    LONG_MS,
  );

  it(
    "that another resource keeps is only forgotten, whatever was refreshed before",
    async () => {
      const gitlab = await startGitLab();
      const stack = new ProviderStack();
      await operation({ gitlab }, (process) => stack.up(process, [declared]));
      const kept = stack.state.get("r");
      if (kept) stack.state.set("twin", kept);
      gitlab.clearRequests();
      const removed = await operation({ gitlab }, (process) => stack.up(process, [declared]));
      expect(removed).toMatchObject({ errors: [], steps: ["same r", "delete twin"] });
      expect(deletes(asked(gitlab))).toEqual([]);
    },
    LONG_MS,
  );

  it(
    "that nobody declares any more is deleted, also where a refresh in the same operation has compared it",
    async () => {
      const gitlab = await startGitLab();
      const stack = new ProviderStack();
      await operation({ gitlab }, (process) => stack.up(process, [declared]));
      gitlab.clearRequests();
      await operation({ gitlab }, async (process) => {
        await refreshedAsTheEngineDoes(process, stack);
        return stack.up(process, []);
      });
      expect(deletes(asked(gitlab))).toHaveLength(1);
    },
    LONG_MS,
  );
});

describe("a protection that moves to another GitLab, which gives the same numbers,", () => {
  const moved = async (externalUrl: string | undefined, hidden: boolean): Promise<string[]> => {
    const options = externalUrl === undefined ? {} : { externalUrl };
    const [old, other] = [await startGitLab(options), await startGitLab(options)];
    const stack = new ProviderStack();
    const connections = { gitlab: old, corp: other };
    await operation(connections, (process) => stack.up(process, [groupProtection()]));
    if (hidden)
      old.fault({ method: "GET", path: /\/groups\/acme$/, status: 403, body: { message: "403 Forbidden" } });
    const there = groupProtection({ connection: "corp" });
    const up = await operation(connections, (process) => stack.up(process, [there]));
    expect(up).toMatchObject({ errors: [], steps: ["replace p", "delete p"] });
    expect(other.world.protections("acme")).toHaveLength(1);
    return asked(old).filter((request) => !request.startsWith("POST"));
  };

  it(
    "is told from it by the page of its group, and deleted on the old one",
    async () => {
      const get = "GET /groups/acme/protected_environments/production 200";
      expect(await moved(undefined, false)).toEqual([
        get,
        "GET /groups/acme 200",
        get,
        "DELETE /groups/acme/protected_environments/production 204",
      ]);
    },
    LONG_MS,
  );

  it.each([
    ["both are configured with one address, as a copy is", "https://gitlab.example.com", false],
    ["the group cannot be seen", undefined, true],
  ])(
    "is only forgotten where %s",
    async (_, externalUrl, hidden) => {
      expect(deletes(await moved(externalUrl, hidden))).toEqual([]);
    },
    LONG_MS,
  );
});

describe("a change that also respells the project", () => {
  it(
    "is refused as it would be without: an impossible status, a comment alone",
    async () => {
      const gitlab = await startGitLab();
      const { world } = gitlab;
      const number = String(world.project("acme/shop").id);
      const sha = world.project("acme/shop").branches.get("main") ?? "";
      const deployment = (status: string, project: string): Declared => ({
        name: "d",
        kind: "deployment",
        props: { project, environment: "qa", sha, ref: "main", status },
      });
      const stack = new ProviderStack();
      await operation({ gitlab }, (process) => stack.up(process, [deployment("success", "acme/shop")]));
      const refused = await operation({ gitlab }, (process) =>
        stack.up(process, [deployment("running", number)]),
      );
      expect(refused.errors.join()).toContain("GitLab cannot take a deployment from success to running");
    },
    LONG_MS,
  );
});

describe("inputs that a policy's remediation has changed after check", () => {
  it(
    "are checked again by create and update: refused before any request, or brought into their form",
    async () => {
      const gitlab = await startGitLab();
      const stack = new ProviderStack();
      const declared = groupProtection({ approvalRules: [{ accessLevel: 40 }] });
      await operation({ gitlab }, (process) => stack.up(process, [declared]));
      gitlab.clearRequests();
      await operation({ gitlab }, async ({ provider }) => {
        const __provider = loaderText("groupProtectedEnvironment");
        const wrong = { ...declared.props, deployAccesLevels: [], __provider };
        await expect(provider.create("urn", wrong, 0, false)).rejects.toThrow(
          /changed after it was checked.*deployAccesLevels is not an argument/,
        );
        const old = stack.state.get("p");
        if (old === undefined) throw new Error("nothing was made");
        const misspelt = { ...old.inputs, deployAccessLevels: [{ acessLevel: 40 }], __provider };
        await expect(provider.update("urn", old.id, old, misspelt, 0, false, [])).rejects.toThrow(
          /changed after it was checked/,
        );
        return {};
      });
      expect(asked(gitlab)).toEqual([]);
    },
    LONG_MS,
  );

  it(
    "differ from the state only where they mean something else: an empty list of rules is none",
    async () => {
      const gitlab = await startGitLab();
      const stack = new ProviderStack();
      await operation({ gitlab }, (process) => stack.up(process, [groupProtection()]));
      await operation({ gitlab }, async ({ provider }) => {
        const old = stack.state.get("p");
        if (old === undefined) throw new Error("nothing was made");
        const news = { ...old.inputs, approvalRules: [] };
        const diff = await provider.diff("urn", old.id, old, news, false, []);
        expect(diff.changes).toBe("none");
        return {};
      });
    },
    LONG_MS,
  );
});

describe("an alias of a type that is not ours", () => {
  it.each([environment({}), groupProtection()])(
    "is refused by name in preview, without a request ($kind)",
    async ({ kind, props }) => {
      const gitlab = await startGitLab();
      await operation({ gitlab }, async ({ provider }) => {
        const { inputs } = await provider.check("urn", {}, { ...props, __provider: loaderText(kind) });
        const foreign = { inputs: {}, outputs: { environmentName: "production" } };
        await expect(provider.diff("urn", "home-made", foreign, inputs, false, [])).rejects.toThrow(
          /the state holds no (project|group), so it was not written by a \w+ of this package.*pulumi state delete/,
        );
        return {};
      });
      expect(asked(gitlab)).toEqual([]);
    },
    LONG_MS,
  );
});

/** The engine's calls for `--replace` of a resource with `deleteBeforeReplace`: check, delete, create; `diff` is never asked. */
async function deletedFirst(
  provider: DynamicProvider,
  stack: ProviderStack,
  { kind, name, props }: Declared,
): Promise<{ id: string }> {
  const old = stack.state.get(name);
  if (old === undefined) throw new Error("nothing to replace");
  const news: Props = { ...props, __provider: loaderText(kind) };
  const { inputs } = await provider.check("urn", old.inputs, news);
  await provider.delete("urn", old.id, old.inputs, old.outputs, 0);
  return provider.create("urn", inputs, 0, false);
}

/** Refresh reads and then compares, without any check. */
async function refreshedAsTheEngineDoes({ provider }: ProviderProcess, stack: ProviderStack): Promise<void> {
  for (const old of stack.state.values()) {
    const seen = await provider.read("urn", old.id, old.inputs, old.outputs, 0);
    await provider.diff("urn", old.id, old, seen.inputs ?? old.inputs, false, []);
  }
}
