import { describe, expect, it } from "vitest";

import { loaderText } from "../../provider/lifecycle/loaderText";
import { ProviderStack } from "../support/providerStack";
import { declare, startGitLab, TestStack } from "../support/stack";
import { asked, environment, LONG_MS, operation } from "./operation";

describe("replacing an environment that has deployments", () => {
  it(
    "never sticks: it stays in GitLab, is forgotten with a warning, and preview says so beforehand",
    async () => {
      const gitlab = await startGitLab();
      const stack = await TestStack.create(gitlab);
      const named = (name: string) => declare("Environment", "e", { project: "acme/shop", name });
      (await stack.up(named("production"))).orThrow();
      gitlab.world.addCiDeployment("acme/shop", { environment: "production" });
      const preview = (await stack.preview(named("live"))).orThrow();
      expect(preview.log).toEqual([]);
      expect(preview.text).toContain(
        "acme/shop:1: replaced; the environment production is stopped and deleted if nothing was ever deployed to it. " +
          "With deployments it stays in GitLab as it is, and only the state forgets it.",
      );
      const up = (await stack.up(named("live"))).orThrow();
      expect(up.text).toContain(
        "acme/shop:1: the environment production of acme/shop has deployments, so it stays in GitLab as it is; only the state forgets it.",
      );
      expect(up.log).toEqual([
        'POST /projects/acme/shop/environments {"name":"live"} 201',
        "GET /projects/acme/shop/deployments?environment=production&per_page=1 200",
      ]);
      expect((await stack.up(named("live"))).orThrow().changes).toEqual({ same: 2 });
      (await stack.destroy()).orThrow();
      expect(gitlab.world.environments("acme/shop").map(({ name }) => name)).toEqual(["production"]);
    },
    LONG_MS,
  );

  it(
    "with deleteBeforeReplace under the same name takes it over again",
    async () => {
      const gitlab = await startGitLab();
      const stack = new ProviderStack();
      const declared = environment({});
      await operation({ gitlab }, (process) => stack.up(process, [declared]));
      gitlab.world.addCiDeployment("acme/shop", { environment: "production" });
      gitlab.clearRequests();
      const remade = await operation({ gitlab }, async ({ provider }) => {
        const old = stack.state.get("e");
        if (old === undefined) throw new Error("nothing to replace");
        const { inputs } = await provider.check("urn", old.inputs, {
          ...declared.props,
          __provider: loaderText("environment"),
        });
        await provider.delete("urn", old.id, old.inputs, old.outputs, 0);
        return provider.create("urn", inputs, 0, false);
      });
      expect(remade.id).toBe("acme/shop:1");
      expect(remade.lines).toContain("acme/shop:1: taken over, nothing written.");
      expect(asked(gitlab).filter((request) => request.startsWith("DELETE"))).toEqual([]);
    },
    LONG_MS,
  );

  it(
    "that is being replaced by itself names untaint and deleteBeforeReplace, not aliases",
    async () => {
      const gitlab = await startGitLab();
      const stack = new ProviderStack();
      const declared = environment({});
      await operation({ gitlab }, (process) => stack.up(process, [declared]));
      await operation({ gitlab }, async ({ provider }) => {
        const old = stack.state.get("e");
        if (old === undefined) throw new Error("nothing to replace");
        const news = { ...declared.props, __provider: loaderText("environment") };
        const { inputs } = await provider.check("urn", old.inputs, news);
        await expect(provider.create("urn", inputs, 0, false)).rejects.toThrow(
          /it is the one this resource has.*state untaint.*deleteBeforeReplace/,
        );
        return {};
      });
    },
    LONG_MS,
  );
});

describe("GITLAB_ON_DESTROY", () => {
  it(
    "counts for one run instead of what was remembered, says so, and is named by the refusal",
    async () => {
      const gitlab = await startGitLab();
      const used = ["a", "b", "c", "d"];
      const stacks = await operation({ gitlab }, async (process) => {
        const made: Record<string, ProviderStack> = {};
        for (const name of used) {
          made[name] = new ProviderStack();
          await made[name].up(process, [environment({ name })]);
        }
        return made;
      });
      for (const name of used) gitlab.world.addCiDeployment("acme/shop", { environment: name });
      const destroy = (name: string, value: string) =>
        operation(
          { gitlab },
          async (process) => (await stacks[name]?.destroy(process)) ?? { errors: ["no stack"], steps: [] },
          { env: { GITLAB_ON_DESTROY: value } },
        );

      const refused = await destroy("a", "");
      expect(refused.errors.join()).toContain("GITLAB_ON_DESTROY=retain (or stop, or delete)");
      const misspelt = await destroy("a", "keep");
      expect(misspelt.errors.join()).toContain(
        'GITLAB_ON_DESTROY must be one of retain, stop, delete, got "keep"',
      );

      gitlab.clearRequests();
      const retained = await destroy("a", "retain");
      expect(retained.errors).toEqual([]);
      expect(retained.lines).toContain(
        "GITLAB_ON_DESTROY is retain, which counts instead of `onDestroy` in this run",
      );
      expect(asked(gitlab)).toEqual([]);
      expect((await destroy("b", "stop")).errors).toEqual([]);
      expect(gitlab.world.environment("acme/shop", "b").state).toBe("stopped");
      expect((await destroy("c", "delete")).errors).toEqual([]);
      expect(gitlab.world.environments("acme/shop").map(({ name }) => name)).toEqual(["a", "b", "d"]);
    },
    LONG_MS,
  );

  it(
    "never deletes a record that its resource would keep",
    async () => {
      const gitlab = await startGitLab();
      const sha = gitlab.world.project("acme/shop").branches.get("main") ?? "";
      const stack = new ProviderStack();
      const project = "acme/shop";
      const declared = [
        {
          name: "d",
          kind: "deployment" as const,
          props: { project, environment: "qa", sha, ref: "main", status: "failed" },
        },
        { name: "p", kind: "pipeline" as const, props: { project, ref: "main" } },
      ];
      await operation({ gitlab }, (process) => stack.up(process, declared));
      gitlab.clearRequests();
      const env = { GITLAB_ON_DESTROY: "delete" };
      const destroyed = await operation({ gitlab }, (process) => stack.destroy(process), { env });
      expect(destroyed.errors).toEqual([]);
      expect(asked(gitlab)).toEqual([]);
    },
    LONG_MS,
  );
});
