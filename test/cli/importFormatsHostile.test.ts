import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { Emulator } from "../../testing/emulator";
import { command } from "./command";
import { INVISIBLE } from "./literalsOnly";
import { ALL, parsed, values } from "./programText";

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom(
    "${pulumi.cwd}",
    "$${x}",
    "$$${x}",
    "$",
    "fn::invoke",
    "fn::readFile: /etc/passwd",
    "a: b",
    "- a",
    "# no",
    "yes",
    "NULL",
    "1e3",
    "0x1f",
    "2001-01-01",
    "*x",
    "&x",
    "!!js x",
    "\n  evil:\n    type: x",
    "\u2028\u0085",
    "\u{e0001}",
    "\ud800",
    '"+x+"',
    "'",
    "| x",
    "😀",
  ),
);

describe("whatever a GitLab answers", () => {
  let gitlab: Emulator;
  beforeEach(async () => {
    gitlab = await Emulator.start();
  });
  afterEach(() => gitlab.stop());

  const say = (path: RegExp, body: unknown) => gitlab.fault({ method: "GET", path, status: 200, body });

  it("is understood by Pulumi as it is: nothing in YAML asks, calls, or hides", async () => {
    const given = fc.record({
      description: text,
      url: text,
      user: text,
      group: text,
      path: text,
      name: text,
    });
    let declared = 0;
    // Names are looked up once: each run has a user and a group of its own.
    let id = 1000;
    await fc.assert(
      fc.asyncProperty(given, async ({ description, url, user, group, path, name }) => {
        gitlab.clearFaults();
        id += 1;
        const environment = {
          id: 7,
          name,
          tier: "production",
          state: "available",
          slug: "x",
          external_url: url,
          description,
        };
        const entry = { id: 1, access_level: null, user_id: null, group_id: null, group_inheritance_type: 0 };
        say(/\/projects\/[^/]+\/environments/, [environment]);
        say(/\/projects\/[^/]+\/protected_environments/, [
          {
            name: "live",
            deploy_access_levels: [{ ...entry, user_id: id }],
            required_approval_count: 0,
            approval_rules: [{ ...entry, group_id: id, required_approvals: 1 }],
          },
        ]);
        say(/\/users\//, { id, username: user });
        say(/\/groups\/1\d\d\d/, { id, full_path: group });
        say(/\/groups\/[^/]+\/projects/, [{ id: 1, name: "x", path_with_namespace: `acme/${path}` }]);
        const said = await command(gitlab, [...ALL, "--format", "yaml"]);
        expect(said).toMatchObject({ code: 0 });
        expect(said.out).not.toMatch(INVISIBLE);
        const all = Object.values(values(parsed(said.out)));
        const sound = (value: string) => value.replace(/\p{Cs}/gu, "\ufffd");
        const protection = all.find(({ type }) => type.endsWith("ProjectProtectedEnvironment"));
        expect(protection?.properties).toEqual({
          project: sound(`acme/${path}`),
          name: "live",
          deployAccessLevels: [{ username: sound(user) }],
          approvalRules: [{ groupPath: sound(group) }],
          adopt: true,
        });
        const made = all.find(({ type }) => type === "gitlab-cd:index:Environment");
        if (made === undefined) return void expect(said.err).toContain("Not imported");
        declared += 1;
        expect(made.properties).toEqual({
          project: sound(`acme/${path}`),
          name: sound(name),
          tier: "production",
          ...(url === "" ? {} : { externalUrl: sound(url) }),
          ...(description === "" ? {} : { description: sound(description) }),
          adopt: true,
        });
      }),
      { numRuns: 300 },
    );
    expect(declared).toBeGreaterThan(10);
  });
});
