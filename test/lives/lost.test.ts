import { describe, expect, it } from "vitest";

import { ProviderStack } from "../support/providerStack";
import { startGitLab } from "../support/stack";
import { asked, environment, LONG_MS, operation } from "./operation";

describe("an update of an environment that only clears", () => {
  it(
    "is sent again where it was lost on the way there",
    async () => {
      const gitlab = await startGitLab();
      const stack = new ProviderStack();
      const full = environment({ externalUrl: "https://x.example.com", description: "d", tier: "testing" });
      await operation({ gitlab }, (process) => stack.up(process, [full]));
      gitlab.fault({ method: "PUT", path: "/environments/", drop: "before", times: 1 });
      const cleared = await operation({ gitlab }, (process) => stack.up(process, [environment({})]));
      expect(cleared.errors).toEqual([]);
      expect(gitlab.world.environment("acme/shop", "production")).toMatchObject({
        externalUrl: null,
        description: null,
        tier: "production",
      });
    },
    LONG_MS,
  );

  it(
    "is found done where only the answer was lost",
    async () => {
      const gitlab = await startGitLab();
      const stack = new ProviderStack();
      await operation({ gitlab }, (process) => stack.up(process, [environment({ description: "d" })]));
      gitlab.fault({ method: "PUT", path: "/environments/", drop: "after", times: 1 });
      gitlab.clearRequests();
      const cleared = await operation({ gitlab }, (process) => stack.up(process, [environment({})]));
      expect(cleared.errors).toEqual([]);
      expect(asked(gitlab)).toEqual([
        "PUT /projects/acme/shop/environments/1 dropped",
        "GET /projects/acme/shop/environments/1 200",
      ]);
    },
    LONG_MS,
  );

  it(
    "fails, and is a difference in the next run, where GitLab says yes and keeps the value",
    async () => {
      const gitlab = await startGitLab();
      const stack = new ProviderStack();
      await operation({ gitlab }, (process) => stack.up(process, [environment({ description: "d" })]));
      const [kept] = gitlab.world.environments("acme/shop");
      gitlab.fault({ method: "PUT", path: "/environments/", status: 200, body: kept, times: 1 });
      const ignored = await operation({ gitlab }, (process) => stack.up(process, [environment({})]));
      expect(ignored.errors.join()).toContain("did not store description");
      const again = await operation({ gitlab }, (process) => stack.up(process, [environment({})]));
      expect(again).toMatchObject({ errors: [], steps: ["update e"] });
      expect(gitlab.world.environment("acme/shop", "production").description).toBeNull();
    },
    LONG_MS,
  );
});

describe("onDestroy asks the server", () => {
  it(
    "stops an environment that was started again since it was last seen",
    async () => {
      const gitlab = await startGitLab();
      const stack = new ProviderStack();
      const sha = gitlab.world.project("acme/shop").branches.get("main") ?? "";
      await operation({ gitlab }, (process) => stack.up(process, [environment({ onDestroy: "stop" })]));
      await gitlab.api("POST", "/projects/acme%2Fshop/environments/1/stop");
      await operation({ gitlab }, (process) => stack.refresh(process));
      expect(stack.state.get("e")?.outputs["state"]).toBe("stopped");
      const body = { environment: "production", sha, ref: "main", tag: false, status: "success" };
      await gitlab.api("POST", "/projects/acme%2Fshop/deployments", body);
      gitlab.world.runWorkers();
      expect(gitlab.world.environment("acme/shop", "production").state).toBe("available");
      const destroyed = await operation({ gitlab }, (process) => stack.destroy(process));
      expect(destroyed.errors).toEqual([]);
      expect(gitlab.world.environment("acme/shop", "production").state).toBe("stopped");
    },
    LONG_MS,
  );

  it(
    "cancels a pipeline that was retried since it had ended",
    async () => {
      const gitlab = await startGitLab();
      gitlab.world.setPipelineOutcome("acme/shop", { status: "failed" });
      const stack = new ProviderStack();
      const pipeline = {
        name: "p",
        kind: "pipeline" as const,
        props: { project: "acme/shop", ref: "main", waitFor: "finished", onDestroy: "cancel" },
      };
      expect((await operation({ gitlab }, (process) => stack.up(process, [pipeline]))).errors).toEqual([]);
      gitlab.world.setPipelineOutcome("acme/shop", { status: "success", readsPerStep: 1000 });
      await gitlab.api("POST", "/projects/acme%2Fshop/pipelines/1/retry");
      gitlab.clearRequests();
      await operation({ gitlab }, (process) => stack.destroy(process));
      expect(asked(gitlab)).toEqual([
        "GET /projects/acme/shop/pipelines/1 200",
        expect.stringMatching(/^POST \/projects\/acme\/shop\/pipelines\/1\/cancel 20/) as string,
      ]);
    },
    LONG_MS,
  );
});

describe("a pipeline that is waited for in vain", () => {
  it(
    "is not taken for finished in the next run, whatever became of the answer to our cancel",
    async () => {
      const gitlab = await startGitLab();
      gitlab.world.setPipelineOutcome("acme/shop", { status: "success", readsPerStep: 1000 });
      const stack = new ProviderStack();
      const pipeline = {
        name: "p",
        kind: "pipeline" as const,
        props: { project: "acme/shop", ref: "main", waitFor: "finished", timeoutSeconds: 1 },
      };
      gitlab.fault({ method: "POST", path: "/cancel", drop: "after", times: 1 });
      const first = await operation({ gitlab }, (process) => stack.up(process, [pipeline]));
      expect(first.errors.join()).toMatch(/after 1 s, and cancelling it failed/);
      expect(gitlab.world.pipelines("acme/shop")[0]?.status).toBe("canceled");
      const second = await operation({ gitlab }, (process) => stack.up(process, [pipeline]));
      expect(second.errors.join()).toContain("the pipeline is canceled");
    },
    LONG_MS,
  );
});

describe("a deployment equal to what is deployed now", () => {
  const deployment = (sha: string, props: object = {}) => ({
    name: "d",
    kind: "deployment" as const,
    props: { project: "acme/shop", environment: "production", sha, ref: "main", status: "success", ...props },
  });

  it(
    "is not taken for a new one: an error names the old record, `adopt` takes it over",
    async () => {
      const gitlab = await startGitLab();
      const sha = gitlab.world.project("acme/shop").branches.get("main") ?? "";
      await gitlab.api("POST", "/projects/acme%2Fshop/deployments", { ...deployment(sha).props, tag: false });
      const [made] = gitlab.world.store.deployments.all();
      if (made !== undefined) made.createdAt = new Date(0);
      const refused = await operation({ gitlab }, (process) =>
        new ProviderStack().up(process, [deployment(sha)]),
      );
      expect(refused.errors.join()).toMatch(
        /nothing was recorded: what is deployed to production in acme\/shop already is .*by the deployment 1 .*set `adopt: true`/,
      );
      const stack = new ProviderStack();
      const adopted = await operation({ gitlab }, (process) =>
        stack.up(process, [deployment(sha, { adopt: true })]),
      );
      expect(adopted.errors).toEqual([]);
      expect(adopted.lines).toContain("acme/shop:1: taken over, nothing written.");
      expect(stack.state.get("d")?.id).toBe("acme/shop:1");
      expect(gitlab.world.deployments("acme/shop")).toHaveLength(1);
    },
    LONG_MS,
  );

  it(
    "and made by a CI job is refused even with adopt, since nobody but the job can change it",
    async () => {
      const gitlab = await startGitLab();
      const { sha } = gitlab.world.addCiDeployment("acme/shop", { environment: "production" });
      const refused = await operation({ gitlab }, (process) =>
        new ProviderStack().up(process, [deployment(sha, { adopt: true })]),
      );
      expect(refused.errors.join()).toMatch(/The CI job .* made it, and only that can change it/);
    },
    LONG_MS,
  );

  it(
    "is not blamed for the environment that the same program made",
    async () => {
      const gitlab = await startGitLab();
      const refused = await operation({ gitlab }, (process) =>
        new ProviderStack().up(process, [
          environment({ name: "fresh" }),
          deployment("f".repeat(40), { environment: "fresh" }),
        ]),
      );
      expect(refused.errors.join()).toContain("Push the commit first");
      expect(refused.errors.join()).not.toContain("on the way");
    },
    LONG_MS,
  );

  it(
    "by another resource of the same run is refused: one record is never two resources'",
    async () => {
      const gitlab = await startGitLab();
      const sha = gitlab.world.project("acme/shop").branches.get("main") ?? "";
      const stack = new ProviderStack();
      const twice = [deployment(sha), { ...deployment(sha), name: "again" }];
      for (const props of [{}, { adopt: true }]) {
        const [first, second] = twice.map((each) => ({ ...each, props: { ...each.props, ...props } }));
        if (first === undefined || second === undefined) throw new Error("two are declared");
        const up = await operation({ gitlab }, (process) => stack.up(process, [first, second]));
        expect(up.errors).toEqual([
          expect.stringMatching(/nothing was recorded|already belongs to another resource of this program/),
        ]);
        expect([...stack.state.keys()]).toEqual(["d"]);
      }
    },
    LONG_MS,
  );
});

describe("where something on the way drops the query", () => {
  it(
    "a deployment that is adopted, or looked for after a lost answer, is one to that environment",
    async () => {
      const gitlab = await startGitLab();
      const sha = gitlab.world.project("acme/shop").branches.get("main") ?? "";
      const to = (environment: string, props: object = {}) => ({
        name: environment,
        kind: "deployment" as const,
        props: { project: "acme/shop", environment, sha, ref: "main", status: "running", ...props },
      });
      const by = { ...to("production").props, tag: false };
      for (const environment of ["qa", "production"])
        await gitlab.api("POST", "/projects/acme%2Fshop/deployments", { ...by, environment });
      gitlab.putBetween({ dropsQuery: true });
      const stack = new ProviderStack();
      const adopted = await operation({ gitlab }, (process) =>
        stack.up(process, [to("qa", { adopt: true }), to("production", { adopt: true })]),
      );
      expect(adopted.errors).toEqual([]);
      expect([...stack.state.values()].map(({ id }) => id)).toEqual(["acme/shop:1", "acme/shop:2"]);
      gitlab.fault({ method: "POST", path: /\/deployments$/, drop: "after", times: 1 });
      const lost = await operation({ gitlab }, (process) => stack.up(process, [to("staging")]));
      expect(lost.errors).toEqual([]);
      expect(stack.state.get("staging")?.id).toBe("acme/shop:3");
      expect(gitlab.world.deployments("acme/shop")).toHaveLength(3);
    },
    LONG_MS,
  );
});
