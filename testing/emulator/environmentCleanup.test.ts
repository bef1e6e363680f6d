import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Emulator } from "./index";

const base = "/projects/acme%2Fshop/environments";
const day = 86_400_000;
let gitlab: Emulator;

beforeEach(async () => {
  gitlab = await Emulator.start({ switches: { workers: "manual" } });
});
afterEach(() => gitlab.stop());

const states = () => gitlab.world.environments("acme/shop").map((row) => [row.name, row.state]);

describe("review apps", () => {
  beforeEach(() => {
    for (const name of ["review/old", "reviews/x", "review/live", "production"]) {
      gitlab.world.addEnvironment("acme/shop", name);
      if (name !== "review/live") gitlab.world.environment("acme/shop", name).state = "stopped";
    }
    gitlab.world.advance(31 * day);
  });
  const clean = (query = "", user?: string) =>
    gitlab.api("DELETE", `${base}/review_apps${query}`, undefined, user);

  it("are only shown in a dry run, and deleted a week after a real one", async () => {
    const dry = await clean();
    expect(dry.status).toBe(200);
    expect(dry.body.scheduled_entries.map((row: { name: string }) => row.name)).toEqual(["review/old"]);
    expect(Object.keys(dry.body.scheduled_entries[0]).sort()).toEqual(
      ["created_at", "external_url", "id", "name", "slug", "updated_at"].sort(),
    );
    expect((await clean("?dry_run=false")).body.scheduled_entries).toHaveLength(1);
    gitlab.world.runWorkers();
    expect(states()).toHaveLength(4);
    gitlab.world.advance(8 * day);
    gitlab.world.runWorkers();
    expect(states().map(([name]) => name)).not.toContain("review/old");
  });

  it("are none: 400 with a nested body", async () => {
    const none = await clean("?before=2000-01-01");
    expect(none.status).toBe(400);
    expect(none.body.message.message).toMatch(/^No environments found for scheduled deletion/);
    expect(none.body.message.scheduled_entries).toEqual([]);
  });

  it("are not for reporters: 401, which is not about the token", async () => {
    const refused = await clean("", "rita");
    expect(refused.status).toBe(401);
    expect(refused.body.message).toMatchObject({ scheduled_entries: [], unprocessable_entries: [] });
  });

  it("schedule nothing when one of them is protected", async () => {
    gitlab.world.protect("acme/shop", "review/old", [{ role: "maintainer" }]);
    const refused = await clean("?dry_run=false", "devon");
    expect(refused).toMatchObject({
      status: 400,
      body: { message: { unprocessable_entries: [{ name: "review/old" }] } },
    });
  });

  it("have a limit of a thousand", async () => {
    expect((await clean("?limit=1001")).body).toEqual({ error: "limit does not have a valid value" });
  });
});

describe("stale environments", () => {
  const stop = (before: unknown, user?: string) => gitlab.api("POST", `${base}/stop_stale`, { before }, user);

  it("are stopped by a worker, but for protected and lately deployed ones", async () => {
    for (const name of ["one", "two", "guarded", "staging"]) gitlab.world.addEnvironment("acme/shop", name);
    gitlab.world.protect("acme/shop", "guarded", [{ role: "maintainer" }]);
    gitlab.world.protect("acme", "staging", [{ role: "maintainer" }]);
    gitlab.world.advance(30 * day);
    gitlab.world.addCiDeployment("acme/shop", { environment: "two" });
    const before = new Date(Date.now() + 20 * day).toISOString();
    expect(await stop(before)).toMatchObject({
      status: 200,
      body: { message: "Successfully scheduled stale environments to stop" },
    });
    expect(states().every(([, state]) => state === "available")).toBe(true);
    gitlab.world.runWorkers();
    expect(states().filter(([, state]) => state === "stopped")).toEqual([["one", "stopped"]]);
  });

  it.each([
    [new Date(Date.now() - 3 * day).toISOString(), "400 Bad request - Invalid Date"],
    ["2001-01-01", "400 Bad request - Invalid Date"],
  ])("refuse %s", async (before, message) => {
    expect(await stop(before)).toMatchObject({ status: 400, body: { message } });
  });

  it("need a date and a maintainer", async () => {
    expect((await gitlab.api("POST", `${base}/stop_stale`)).body).toEqual({ error: "before is missing" });
    expect((await stop("soon")).body).toEqual({ error: "before is invalid" });
    expect((await stop(new Date(Date.now() - 30 * day).toISOString(), "devon")).status).toBe(403);
  });
});
