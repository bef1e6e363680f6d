import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { UNKNOWN } from "../provider/fields/unknowns";
import { DeliveryBench, failuresOf, LONG_MS } from "./support/deliveryBench";
import { log } from "./support/protectionLife";
import { providers } from "./support/providers";

const { deployment } = providers;
const DEPLOYMENTS = "/projects/acme%2Fshop/deployments";
const POST = `POST ${DEPLOYMENTS}`;
const LIST = `GET ${DEPLOYMENTS}`;

describe("Deployment", () => {
  let bench: DeliveryBench;
  beforeEach(async () => {
    bench = await DeliveryBench.start();
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    return bench.stop();
  });

  const declare = (args: Record<string, unknown>, resource = "d") => {
    const all = { project: "acme/shop", environment: "production", sha: bench.head, ref: "main", ...args };
    bench.declare(`
      const d = new gitlab.Deployment("${resource}", ${JSON.stringify(all)});
      exports.deploymentId = d.deploymentId; exports.currentStatus = d.currentStatus; exports.pending = d.pendingApprovalCount;
    `);
  };
  const live = () => bench.emulator.world.deployments("acme/shop");
  const post = (args: object = {}) =>
    bench.emulator.api("POST", DEPLOYMENTS, {
      ...{ environment: "production", sha: bench.head, ref: "main", tag: false, status: "running" },
      ...args,
    });

  it(
    "lives a whole life for exactly the requests its changes need",
    async () => {
      const { stack, emulator } = bench;
      declare({ status: "running" });
      expect(log((await stack.preview()).orThrow())).toEqual([]);
      const up = (await stack.up()).orThrow();
      expect(log(up)).toEqual([POST]);
      const [made] = live();
      const ONE = `${DEPLOYMENTS}/${made?.id}`;
      expect(up.stepsOf("d")[0]?.id).toBe(`acme/shop:${made?.id}`);
      expect(up.outputs).toEqual({ deploymentId: made?.id, currentStatus: "running", pending: 0 });

      const again = (await stack.up()).orThrow();
      expect([log(again), again.changes]).toEqual([[], { same: 2 }]);

      declare({ status: "success" });
      const preview = (await stack.preview()).orThrow();
      expect([log(preview), preview.stepsOf("d")[0]?.diffKeys]).toEqual([[], ["status"]]);
      expect(preview.outputs["deploymentId"]).toBe(made?.id);
      expect(log((await stack.up()).orThrow())).toEqual([`PUT ${ONE}`]);

      const { id } = emulator.world.project("acme/shop");
      declare({ status: "success", project: id, onDestroy: "delete" });
      expect(log((await stack.up()).orThrow())).toEqual(["GET /projects/acme%2Fshop"]);

      const refused = await stack.destroy();
      expect(refused.errors.join()).toContain(
        "it is what is deployed to production now. Deploy something newer first",
      );
      emulator.world.addCiDeployment("acme/shop", { environment: "production" });
      const byId = `/projects/${id}/deployments/${made?.id}`;
      expect(log((await stack.destroy()).orThrow())).toEqual([`DELETE ${byId}`]);
      expect(live().map((row) => row.id)).not.toContain(made?.id);
    },
    LONG_MS,
  );

  it(
    "that GitLab does not delete after its replacement is left there by the variable that the error names",
    async () => {
      const { stack } = bench;
      declare({ status: "success", onDestroy: "delete" });
      (await stack.up()).orThrow();
      declare({ environment: "staging", status: "success", onDestroy: "delete" });
      const refused = await stack.up();
      expect(refused.errors.join()).toContain(
        "or for this run alone GITLAB_ON_DESTROY=retain in the environment",
      );
      // The old one's delete is pending with the arguments of its last update.
      declare({ environment: "staging", status: "success", onDestroy: "retain" });
      expect((await stack.up()).errors.join()).toContain("GITLAB_ON_DESTROY=retain");
      vi.stubEnv("GITLAB_ON_DESTROY", "retain");
      (await stack.up()).orThrow();
      vi.unstubAllEnvs();
      expect((await stack.up()).orThrow().changes).toEqual({ same: 2 });
      expect(live()).toHaveLength(2);
    },
    LONG_MS,
  );

  it(
    "refuses an impossible transition in preview, and takes what the server did by itself for no drift",
    async () => {
      const { stack, emulator } = bench;
      declare({ status: "running" });
      (await stack.up()).orThrow();
      await emulator.api("PUT", `${DEPLOYMENTS}/${live()[0]?.id}`, { status: "success" });
      (await stack.refresh()).orThrow();
      const unchanged = (await stack.preview()).orThrow();
      expect([unchanged.changes, log(unchanged)]).toEqual([{ same: 2 }, []]);
      declare({ status: "success" });
      expect(log((await stack.up()).orThrow())).toEqual([]);
      declare({ status: "running" });
      const refused = await stack.preview();
      expect(log(refused)).toEqual([]);
      expect(refused.errors.join()).toContain(
        "GitLab cannot take a deployment from success to running; from success it can go to failed, canceled.",
      );
      // A new deployment may begin with any status.
      declare({ status: "running", ref: "develop" });
      expect((await stack.preview()).orThrow().stepsOf("d")[0]?.op).toBe("create-replacement");
    },
    LONG_MS,
  );

  it(
    "adopts the one deployment of the same commit and ref that no job made, and lists the candidates when there are two",
    async () => {
      const { stack, emulator } = bench;
      emulator.world.addCiDeployment("acme/shop", { environment: "production", status: "running" });
      const first = await post();
      const { id } = first.body as { id: number };
      declare({ status: "running", adopt: true });
      expect(log((await stack.up()).orThrow())).toEqual([LIST, `GET ${DEPLOYMENTS}/${id}`]);
      // A rename without alias adopts the same object again, which must then not be deleted.
      declare({ status: "success", adopt: true, onDestroy: "delete" }, "renamed");
      const renamed = (await stack.up()).orThrow();
      expect(log(renamed)).toEqual([LIST, `PUT ${DEPLOYMENTS}/${id}`]);
      expect(live().find((row) => row.id === id)?.status).toBe("success");

      await post({ status: "failed" });
      declare({ status: "success", adopt: true }, "another");
      const several = await stack.up();
      expect(log(several)).toEqual([LIST]);
      expect(several.errors.join()).toMatch(
        new RegExp(
          `cannot tell which deployment .* is meant: \\d+ \\(failed, olivia, .*\\); ${id} \\(success`,
        ),
      );
    },
    LONG_MS,
  );

  it(
    "makes one deployment each where answers are lost, also of two that look alike",
    async () => {
      const { stack, emulator } = bench;
      emulator.fault({ method: "POST", path: "/deployments", drop: "after", times: 1 });
      declare({ status: "running" });
      expect(log((await stack.up()).orThrow())).toEqual([POST, "GET /user", LIST]);
      expect(live()).toHaveLength(1);
      emulator.fault({ method: "POST", path: "/deployments", drop: "before", times: 1 });
      emulator.fault({ method: "POST", path: "/deployments", drop: "after", times: 1, skip: 1 });
      const args = JSON.stringify({
        ...{ project: "acme/shop", environment: "staging", sha: bench.head, ref: "main", status: "failed" },
      });
      bench.declare(
        `for (const name of ["a", "b"]) exports[name] = new gitlab.Deployment(name, ${args}).deploymentId;`,
      );
      const { outputs } = (await stack.up()).orThrow();
      const staged = live().filter((row) => row.environment?.name === "staging");
      expect(staged.map((row) => row.id).sort()).toEqual([outputs["a"], outputs["b"]].sort());
    },
    LONG_MS,
  );

  it(
    "names the environment that GitLab made on the way to a refusal",
    async () => {
      declare({ status: "success", sha: "f".repeat(40), environment: "eu/blue" });
      const { errors } = await bench.stack.up();
      const { id } = bench.emulator.world.environment("acme/shop", "eu/blue");
      expect(errors.join()).toContain("sha: The commit does not exist. Push the commit first");
      expect(errors.join()).toContain(`GitLab made the environment eu/blue (id ${id}) on the way; it stays.`);
      declare({ status: "success", ref: "nowhere", environment: "eu/green" });
      const refused = await bench.stack.up();
      expect(log(refused)).toEqual([POST]);
      expect(refused.errors.join()).toContain("Push the branch or tag first, or correct `ref`: nowhere.");
    },
    LONG_MS,
  );

  it("gets a deployment that a job made", async () => {
    const row = bench.emulator.world.addCiDeployment("acme/shop", {
      environment: "production",
      status: "running",
    });
    bench.declare(
      `const d = gitlab.Deployment.get("d", "acme/shop:${row.id}"); exports.status = d.status; exports.environment = d.environment;`,
    );
    expect((await bench.stack.up()).orThrow().outputs).toEqual({
      status: "running",
      environment: "production",
    });
  });

  it.each([
    [{ status: "blocked" }, 'status must be one of running, success, failed, canceled, got "blocked"'],
    [{ environment: "/x" }, "environment can contain only letters, digits, spaces and - _ / $ { } . and"],
    [{ adopt: true }, "sha must have all 40 or 64 digits where `adopt` is set"],
    [{ sha: "a b" }, 'sha cannot contain spaces, got "a b"'],
    [{ Sha: "x" }, "Sha is not an argument; did you mean sha?"],
    [{ project: "shop" }, "project must be an id or a full path with its group"],
  ])("refuses bad input before anything is sent: %o", async (args, reason) => {
    const good = { project: "acme/shop", environment: "e", sha: "abc", ref: "main", status: "success" };
    expect(await failuresOf(deployment, { ...good, ...args })).toContain(reason);
    expect(await failuresOf(deployment, good)).toBe("");
    expect(await failuresOf(deployment, { ...good, sha: UNKNOWN, status: UNKNOWN, adopt: true })).toBe("");
  });
});
