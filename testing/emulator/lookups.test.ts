import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { asking, deployment, shop } from "./asking";
import { Emulator } from "./index";

let gitlab: Emulator;
beforeEach(async () => {
  gitlab = await Emulator.start();
});
afterEach(() => gitlab.stop());

const status = asking(() => gitlab);

describe("what is looked up before the role", () => {
  it("is 404 to a guest where it is missing, 403 where it is there", async () => {
    const { id } = await gitlab
      .api("POST", `${shop}/deployments`, deployment)
      .then(({ body }) => body as { id: number });
    const pipeline = gitlab.world.addPipeline("acme/shop").id;
    gitlab.world.project("acme/shop").publicPipelines = false;
    for (const [method, path, there] of [
      ["PUT", "deployments", id],
      ["DELETE", "deployments", id],
      ["GET", "pipelines", pipeline],
      ["DELETE", "pipelines", pipeline],
    ] as const) {
      const body = method === "PUT" ? { status: "failed" } : undefined;
      expect((await status(method, `${shop}/${path}/999`, body, "gus"))[0]).toBe(404);
      expect((await status(method, `${shop}/${path}/${there}`, body, "gus"))[0]).toBe(403);
    }
    for (const action of ["retry", "cancel"]) {
      expect((await status("POST", `${shop}/pipelines/999/${action}`, undefined, "gus"))[0]).toBe(404);
      expect((await status("POST", `${shop}/pipelines/${pipeline}/${action}`, undefined, "gus"))[0]).toBe(
        403,
      );
    }
  });
});

it("lists no merge requests of a deployment that is not there", async () => {
  expect(await status("GET", `${shop}/deployments/999/merge_requests`)).toEqual([200, []]);
});

it("searches the beginning of a name and of its part inside a folder", async () => {
  for (const name of ["review/fix-foo", "fixtures", "prefix", "a/b/fix"])
    gitlab.world.addEnvironment("acme/shop", name);
  const found = await gitlab.api("GET", `${shop}/environments?search=FIX`);
  expect((found.body as { name: string }[]).map(({ name }) => name)).toEqual(["review/fix-foo", "fixtures"]);
});
