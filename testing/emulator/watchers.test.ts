import { expect, it } from "vitest";
import { Emulator } from "./index";

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

it("fail the test when it ends, with what they threw", async () => {
  const gitlab = await Emulator.start();
  gitlab.onAfterRequest(() => {
    throw new Error("weaker than before");
  });
  await gitlab.api("GET", "/user");
  await expect(gitlab.stop()).rejects.toThrow("weaker than before");
});
