import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { UNKNOWN } from "../provider/fields/unknowns";
import { DeliveryBench, failuresOf, LONG_MS } from "./support/deliveryBench";
import { log } from "./support/protectionLife";
import { providers } from "./support/providers";

const { pipeline } = providers;
const PIPELINES = "/projects/acme%2Fshop/pipelines";

describe("Pipeline of a merge request", () => {
  let bench: DeliveryBench;
  let iid: number;
  let post: string;
  beforeEach(async () => {
    bench = await DeliveryBench.start("rita");
    ({ iid } = bench.emulator.world.addMergeRequest("acme/shop"));
    post = `POST /projects/acme%2Fshop/merge_requests/${iid}/pipelines`;
  });
  afterEach(() => bench.stop());

  const declare = (args: { connection?: string } & Record<string, unknown>) =>
    bench.declare(`
      const p = new gitlab.Pipeline("p", ${JSON.stringify({ project: "acme/shop", ...args })});
      exports.id = p.id; exports.ref = p.ref; exports.of = p.mergeRequestIid;
      exports.seen = gitlab.Pipeline.get("seen", p.id, ${JSON.stringify({ connection: args.connection })}).mergeRequestIid;
    `);
  const live = () => bench.emulator.world.pipelines("acme/shop");

  it(
    "is started in one request, says its ref, is left alone, and is replaced by one of a branch",
    async () => {
      const { stack } = bench;
      // As CI_MERGE_REQUEST_IID has it.
      declare({ mergeRequestIid: String(iid), waitFor: "success", onDestroy: "delete" });
      expect(log((await stack.preview()).orThrow())).toEqual([]);
      const up = (await stack.up()).orThrow();
      const [made] = live();
      expect(log(up).filter((line) => !line.startsWith("GET"))).toEqual([post]);
      const ref = `refs/merge-requests/${iid}/head`;
      expect(up.outputs).toEqual({ id: `acme/shop:${made?.id}`, ref, of: iid, seen: iid });
      expect(made).toMatchObject({ source: "merge_request_event", status: "success" });

      const again = (await stack.up()).orThrow();
      expect(again.changes).toEqual({ same: 2 });
      const refreshed = (await stack.refresh()).orThrow();
      expect(refreshed.stepsOf("p")[0]?.resultOp).toBe("same");
      declare({ mergeRequestIid: iid, waitFor: "none", onDestroy: "delete" });
      const steered = (await stack.up()).orThrow();
      expect([steered.changes["update"], steered.outputs?.["ref"]]).toEqual([1, ref]);

      declare({ ref: "main" });
      const replaced = (await stack.up()).orThrow();
      expect(log(replaced)).toContain(`DELETE ${PIPELINES}/${made?.id}`);
      expect(replaced.outputs).toMatchObject({ ref: "main" });
      expect(live()).toMatchObject([{ ref: "main", source: "api" }]);
    },
    LONG_MS,
  );

  it(
    "is found where the answer is lost, by its user and merge request",
    async () => {
      const { emulator, stack } = bench;
      // Of others, at the same moment: another merge request, and another user.
      const other = emulator.world.addMergeRequest("acme/shop");
      await emulator.api("POST", `/projects/acme%2Fshop/merge_requests/${other.iid}/pipelines`);
      await emulator.api("POST", post.slice("POST ".length), {}, "dana");
      emulator.fault({ method: "POST", path: /pipelines$/, drop: "after", times: 1 });
      declare({ mergeRequestIid: iid });
      const up = (await stack.up()).orThrow();
      expect(log(up).filter((line) => line === post)).toHaveLength(1);
      expect(up.outputs?.["id"]).toBe(`acme/shop:${Math.max(...live().map(({ id }) => id))}`);
      expect(live()).toHaveLength(3);
    },
    LONG_MS,
  );

  it(
    "is never started twice where the request was lost",
    async () => {
      const { emulator, stack } = bench;
      emulator.fault({ method: "POST", path: /pipelines$/, drop: "before", times: 1 });
      declare({ mergeRequestIid: iid });
      const up = await stack.up();
      expect(up.errors.join()).toContain("It was not found and is not started a second time");
      expect(log(up).filter((line) => line === post)).toHaveLength(1);
      expect(live()).toEqual([]);
    },
    LONG_MS,
  );

  it(
    "of a fork is managed in the fork, where GitLab runs it there",
    async () => {
      const { emulator, stack } = bench;
      const { world } = emulator;
      // Rita may only read the target.
      const fork = world.project("other-co/website");
      world.addMember("other-co/website", "rita", "owner");
      fork.branches.set("develop", "f".repeat(40));
      const from = world.addMergeRequest("acme/shop", { sourceProjectId: fork.id });
      declare({ mergeRequestIid: from.iid, waitFor: "success", onDestroy: "delete", connection: "rita" });
      const up = (await stack.up()).orThrow();
      const [made] = world.pipelines("other-co/website");
      expect(up.outputs).toMatchObject({ id: `${fork.id}:${made?.id}`, ref: "develop" });
      expect(up.text).toContain(
        `GitLab runs the pipeline of merge request ${from.iid} for its source branch`,
      );
      expect((await stack.refresh()).orThrow().stepsOf("p")[0]?.resultOp).toBe("same");
      (await stack.destroy()).orThrow();
      expect([live(), world.pipelines("other-co/website")]).toEqual([[], []]);
    },
    LONG_MS,
  );

  it(
    "says why GitLab started none and what to do",
    async () => {
      const { emulator, stack } = bench;
      const { world } = emulator;
      const refused = async (mergeRequestIid: number) => {
        declare({ mergeRequestIid });
        return (await stack.up()).errors.join();
      };
      const empty = world.addMergeRequest("acme/shop", { sourceBranch: "main" });
      expect(await refused(empty.iid)).toContain(
        `GitLab did not start a pipeline for merge request ${empty.iid} in acme/shop (405). Its source branch has no commit`,
      );
      expect(await refused(99)).toContain("pipeline for merge request 99: POST");
      world.setPipelineOutcome("acme/shop", { createError: "The resulting pipeline would have been empty." });
      expect(await refused(iid)).toContain("`$CI_PIPELINE_SOURCE == 'merge_request_event'`");
      world.project("acme/shop").ciEnabled = false;
      expect(await refused(iid)).toContain("Switch CI/CD on in the project");
    },
    LONG_MS,
  );

  it.each([
    [{}, "ref is required, or mergeRequestIid instead"],
    [{ mergeRequestIid: 1, ref: "main" }, "ref cannot be set beside mergeRequestIid"],
    [{ mergeRequestIid: 1, inputs: { a: 1 } }, "inputs cannot be set beside mergeRequestIid"],
    [
      { mergeRequestIid: UNKNOWN, variables: [{ key: "A", value: "b" }] },
      "variables cannot be set beside mergeRequestIid",
    ],
    [{ mergeRequestIid: "!12" }, "mergeRequestIid must be a whole number"],
    [{ mergeRequestIid: 0 }, "mergeRequestIid must be at least 1"],
  ])("refuses what GitLab would not take, before anything is sent: case %#", async (args, reason) => {
    expect(await failuresOf(pipeline, { project: "acme/shop", ...args })).toContain(reason);
  });

  it("takes what is not known yet for either of the two", async () => {
    expect(await failuresOf(pipeline, { project: "acme/shop", ref: UNKNOWN })).toBe("");
    expect(await failuresOf(pipeline, { project: "acme/shop", mergeRequestIid: UNKNOWN })).toBe("");
  });
});
