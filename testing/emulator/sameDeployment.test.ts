import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deployment, shop } from "./asking";
import type { Asked } from "./index";
import { Emulator } from "./index";

let gitlab: Emulator;
beforeEach(async () => {
  gitlab = await Emulator.start();
});
afterEach(() => gitlab.stop());

describe("an equal successful deployment", () => {
  it("is answered with the old record, and wakes nothing up", async () => {
    const first = await gitlab.api("POST", `${shop}/deployments`, deployment, "dana");
    gitlab.world.runWorkers();
    const environmentId = gitlab.world.environment("acme/shop", "production").id;
    await gitlab.api("POST", `${shop}/environments/${environmentId}/stop`);
    const second = await gitlab.api("POST", `${shop}/deployments`, deployment, "devon");
    const told = ({ body: { id, created_at, user } }: Asked) => [id, created_at, user.username];
    expect(second.status).toBe(201);
    expect(told(second)).toEqual(told(first));
    gitlab.world.runWorkers();
    expect(gitlab.world.environment("acme/shop", "production").state).toBe("stopped");
    expect(gitlab.world.deployments("acme/shop")).toHaveLength(1);
  });

  it("is one that CI made, too; another ref, or a failure, makes a new one", async () => {
    const ci = gitlab.world.addCiDeployment("acme/shop", { environment: "production" });
    const same = { ...deployment, sha: ci.sha };
    const ids = [];
    for (const body of [same, { ...same, ref: "develop" }, { ...same, status: "failed" }])
      ids.push((await gitlab.api("POST", `${shop}/deployments`, body)).body.id);
    expect(ids).toEqual([ci.id, ci.id + 1, ci.id + 2]);
  });
});

it("restarts a stopping environment, not only a stopped one", async () => {
  const { id } = gitlab.world.addEnvironment("acme/shop", "production");
  gitlab.world.addOnStopJob("acme/shop", "production");
  gitlab.world.store.switches.stopJobReads = "manual";
  expect((await gitlab.api("POST", `${shop}/environments/${id}/stop`)).body.state).toBe("stopping");
  await gitlab.api("POST", `${shop}/deployments`, deployment);
  gitlab.world.runWorkers();
  expect(gitlab.world.environment("acme/shop", "production").state).toBe("available");
});
