import { expect, it } from "vitest";
import { Emulator } from "./index";

const base = "/groups/acme/protected_environments";
const shop = "/projects/acme%2Fshop";
const maintainer = { access_level: 40 };

/** What the strict reading holds against one request that GitLab itself may well take. */
async function faultsOf(method: string, path: string, body?: unknown): Promise<string> {
  const gitlab = await Emulator.start({ strict: true });
  await gitlab.api(method, path, body);
  const fault: unknown = await gitlab.stop().then(
    () => new Error("none"),
    (error: unknown) => error,
  );
  return (fault as Error).message.replace(/^[A-Z]+ \S+: /, "");
}

it.each([
  [
    "an unknown parameter",
    "GET",
    `${shop}/environments?order_by=id`,
    undefined,
    "order_by is no parameter of this endpoint",
  ],
  [
    "a name in a PUT",
    "PUT",
    `${shop}/environments/1`,
    { name: "new" },
    "name is no parameter of this endpoint",
  ],
  [
    "an unknown key of an entry",
    "POST",
    base,
    { name: "production", deploy_access_levels: [{ group: 4, ...maintainer }] },
    "deploy_access_levels[0][group] is no parameter of this endpoint",
  ],
  [
    "text for a number",
    "POST",
    base,
    { name: "production", deploy_access_levels: [{ access_level: "40" }] },
    "deploy_access_levels[0][access_level] is not of the type integer",
  ],
  [
    "text for a boolean",
    "POST",
    `${shop}/environments/1/stop`,
    { force: "true" },
    "force is not of the type boolean",
  ],
  [
    "a date that is none",
    "POST",
    `${shop}/environments/stop_stale`,
    { before: "1 May 2026" },
    "before is not of the type datetime",
  ],
  [
    "a value that is none",
    "GET",
    `${shop}/environments?states=running`,
    undefined,
    "states has no valid value",
  ],
  ["null for a list", "PUT", `${base}/production`, { approval_rules: null }, "approval_rules is null"],
  [
    "a body of a GET",
    "DELETE",
    `${base}/production`,
    { name: "production" },
    "name is no parameter of this endpoint; name is in the body of a DELETE",
  ],
  [
    "two subjects",
    "POST",
    base,
    { name: "production", deploy_access_levels: [{ ...maintainer, user_id: 1 }] },
    "deploy_access_levels[0] names access_level and user_id",
  ],
  [
    "no subject",
    "POST",
    base,
    { name: "production", deploy_access_levels: [{ group_inheritance_type: 1 }] },
    "deploy_access_levels[0] names no subject",
  ],
  [
    "no subject beside a rule's id",
    "PUT",
    `${base}/production`,
    { approval_rules: [{ id: 1, required_approvals: 2 }] },
    "approval_rules[0] names no subject",
  ],
  [
    "a count that would fall back to 1",
    "PUT",
    `${base}/production`,
    { approval_rules: [{ id: 1, ...maintainer }] },
    "approval_rules[0] resets required_approvals to 1",
  ],
  [
    "an id twice",
    "PUT",
    `${base}/production`,
    {
      deploy_access_levels: [
        { id: 1, ...maintainer },
        { id: 1, _destroy: true },
      ],
    },
    "deploy_access_levels names an id twice",
  ],
  [
    "the dead count",
    "PUT",
    `${base}/production`,
    { required_approval_count: 0 },
    "required_approval_count is dead",
  ],
  ["a slug", "POST", `${shop}/environments`, { name: "one", slug: "one" }, "slug is refused"],
])("finds %s", async (_what, method, path, body, fault) => {
  expect(await faultsOf(method, path, body)).toBe(fault);
});

it("has nothing against what the documentation shows", async () => {
  expect(
    await faultsOf("PUT", `${base}/production`, {
      deploy_access_levels: [
        { id: 1, user_id: 7, access_level: null },
        { id: 2, _destroy: true },
      ],
      approval_rules: [
        { id: 3, _destroy: true, access_level: 30 },
        { id: 4, access_level: null, required_approvals: 2 },
        { group_id: 9, required_approvals: 2 },
      ],
    }),
  ).toBe("none");
  expect(await faultsOf("GET", `${shop}/deployments?order_by=id&sort=desc&per_page=1`)).toBe("none");
});

it("judges only whom it is told to", async () => {
  const gitlab = await Emulator.start({ strict: "some-client" });
  const ask = (agent: string) =>
    fetch(`${gitlab.url}/api/v4${shop}?nonsense=1`, {
      headers: { "PRIVATE-TOKEN": gitlab.token, "User-Agent": agent },
    });
  await ask("another/1.0");
  expect(gitlab.violations).toEqual([]);
  await ask("some-client/1.0");
  await expect(gitlab.stop()).rejects.toThrow("nonsense is no parameter of this endpoint");
});
