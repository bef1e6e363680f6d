import { expect, it, vi } from "vitest";
import { Emulator, type LoggedRequest } from "./index";

const base = "/groups/acme/protected_environments";
const maintainers = { name: "production", deploy_access_levels: [{ access_level: 40 }] };

it("see every protection as each request left it, also where the answer is lost or replaced", async () => {
  const gitlab = await Emulator.start();
  const seen: [string, string[]][] = [];
  gitlab.onAfterRequest((request, world) => {
    const shown = world.allProtections().map((each) => {
      const roles = each.deploy_access_levels.map((entry) => entry.access_level).join("+");
      return `${each.place}/${each.name}: ${roles}`;
    });
    seen.push([request.method, shown]);
  });
  await gitlab.api("POST", base, maintainers);
  gitlab.fault({ method: "PUT", drop: "after", times: 1 });
  const developers = { deploy_access_levels: [{ access_level: 30 }] };
  await expect(gitlab.api("PUT", `${base}/production`, developers)).rejects.toThrow();
  await gitlab.api("POST", "/projects/acme%2Fshop/protected_environments", { ...maintainers, name: "eu" });
  gitlab.fault({ method: "DELETE", status: 502, times: 1 });
  await gitlab.api("DELETE", `${base}/production`);
  await gitlab.api("DELETE", `${base}/production`);
  expect(seen).toEqual([
    ["POST", ["acme/production: 40"]],
    ["PUT", ["acme/production: 40+30"]],
    ["POST", ["acme/production: 40+30", "acme/shop/eu: 40"]],
    ["DELETE", ["acme/production: 40+30", "acme/shop/eu: 40"]],
    ["DELETE", ["acme/shop/eu: 40"]],
  ]);
  await gitlab.stop();
});

it("let a request wait, before it takes effect and before its answer, while others go on", async () => {
  const gitlab = await Emulator.start();
  const open: (() => void)[] = [];
  const gate = ({ method }: LoggedRequest) =>
    method === "POST" && new Promise<void>((resolve) => open.push(resolve));
  gitlab.onBeforeRequest(gate);
  gitlab.onAfterRequest(gate);
  const there = async (): Promise<number> => (await gitlab.api("GET", base)).body.length;
  const answered = vi.fn();
  const made = gitlab.api("POST", base, maintainers).then(answered);
  await expect.poll(() => open.length).toBe(1);
  expect([await there(), answered.mock.calls.length]).toEqual([0, 0]);
  open[0]?.();
  await expect.poll(() => open.length).toBe(2);
  expect([await there(), answered.mock.calls.length]).toEqual([1, 0]);
  open[1]?.();
  await made;
  await gitlab.stop();
});

it("fail the test when it ends, with what they threw", async () => {
  const gitlab = await Emulator.start();
  gitlab.onAfterRequest(() => {
    throw new Error("weaker than before");
  });
  await gitlab.api("GET", "/user");
  await expect(gitlab.stop()).rejects.toThrow("weaker than before");
  const second = await Emulator.start();
  second.onBeforeRequest(() => Promise.reject(new Error("waited in vain")));
  await second.api("GET", "/user");
  await expect(second.stop()).rejects.toThrow("waited in vain");
});
