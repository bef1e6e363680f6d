import { afterEach, beforeEach } from "vitest";

import { DeliveryBench } from "./deliveryBench";
import { log } from "./protectionLife";

export const PIPELINES = "/projects/acme%2Fshop/pipelines";
export const POST = "POST /projects/acme%2Fshop/pipeline";

/** GETs are as many as the wait needed. */
export const writes = (result: { requests: readonly unknown[] }): string[] =>
  log(result).filter((line) => !line.startsWith("GET"));

/** For each test a stack with one pipeline, on a fresh emulator. */
export function pipelineBench() {
  let bench: DeliveryBench;
  beforeEach(async () => {
    bench = await DeliveryBench.start();
  });
  afterEach(() => bench.stop());

  return {
    get stack() {
      return bench.stack;
    },
    get emulator() {
      return bench.emulator;
    },
    declare: (args: object) =>
      bench.declare(`
        const password = new pulumi.Config().requireSecret("password");
        const p = new gitlab.Pipeline("p", {
          project: "acme/shop", ref: "main", variables: [{ key: "TARGET", value: "blue" }, { key: "PASSWORD", value: password }],
          ...${JSON.stringify(args)},
        });
        exports.pipelineId = p.pipelineId; exports.status = p.status; exports.sent = p.variables;
      `),
    live: () => bench.emulator.world.pipelines("acme/shop"),
    /** By the same user, through the API, as another stack or a late request of ours would. */
    startedElsewhere: async (variables: { key: string; value: string }[]): Promise<number> => {
      const { url, token } = bench.emulator;
      const answer = await fetch(`${url}/api/v4/projects/acme%2Fshop/pipeline`, {
        method: "POST",
        headers: { "private-token": token, "content-type": "application/json" },
        body: JSON.stringify({ ref: "main", variables }),
      });
      return ((await answer.json()) as { id: number }).id;
    },
  };
}
