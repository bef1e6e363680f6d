import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { Emulator } from "../../testing/emulator";
import { command, type Said } from "./command";
import { codeInside, INVISIBLE } from "./literalsOnly";

let gitlab: Emulator;
beforeEach(async () => {
  gitlab = await Emulator.start();
});
afterEach(() => gitlab.stop());

const CODE = 'require("child_process").execSync("id")';
const ENVIRONMENT = {
  id: 7,
  name: "production",
  tier: "production",
  state: "available",
  slug: "production",
  external_url: "https://shop.example.com",
  description: "The shop",
  cluster_agent: { id: 3 },
  kubernetes_namespace: "shop",
  flux_resource_path: "shop/flux",
  auto_stop_setting: "with_action",
};
const ENTRY = { id: 1, access_level: 40, user_id: null, group_id: null, group_inheritance_type: 0 };
const PROTECTION = {
  name: "production",
  deploy_access_levels: [ENTRY],
  required_approval_count: 0,
  approval_rules: [{ ...ENTRY, required_approvals: 2 }],
};

interface Answers {
  readonly environments?: unknown;
  readonly protections?: unknown;
  readonly user?: unknown;
  readonly group?: unknown;
  readonly projects?: unknown;
}

/** What `import` makes of a GitLab that answers so. */
async function imported(answers: Answers): Promise<Said> {
  gitlab.clearFaults();
  const say = (path: RegExp, body: unknown) => {
    if (body !== undefined) gitlab.fault({ method: "GET", path, status: 200, body });
  };
  say(/\/projects\/[^/]+\/environments/, answers.environments);
  say(/\/projects\/[^/]+\/protected_environments/, answers.protections);
  say(/\/users\//, answers.user);
  say(/\/groups\/9/, answers.group);
  say(/\/groups\/[^/]+\/projects/, answers.projects);
  return command(gitlab, ["import", "--group", "acme", "--all-projects"]);
}

/** A program of literals, or one sentence and no program. */
function harmless({ code, out, err }: Said): void {
  if (code === 0) {
    expect(codeInside(out)).toEqual([]);
    expect(out).not.toMatch(INVISIBLE);
  } else {
    expect([code, out]).toEqual([3, ""]);
    expect(err).toMatch(/^pulumi-gitlab-cd: GET .* the answer (has|is) /);
  }
  expect(err).not.toMatch(INVISIBLE);
  expect(err).not.toContain("    at ");
}

describe("a list, an object or a number where a text or an id belongs", () => {
  const strange = [[CODE], { toString: CODE }, [[CODE]], true];
  it.each(Object.keys(ENVIRONMENT).filter((key) => !["id", "state", "slug"].includes(key)))(
    "is one error, and no program: %s of an environment",
    async (key) => {
      for (const value of strange) {
        const said = await imported({ environments: [{ ...ENVIRONMENT, [key]: value }] });
        expect(said).toMatchObject({ code: 3, out: "" });
        harmless(said);
      }
    },
  );
  it.each(["access_level", "user_id", "group_id", "group_inheritance_type", "required_approvals"])(
    "is one error, and no program: %s of a rule",
    async (key) => {
      for (const value of [...strange, CODE]) {
        const rule = { ...PROTECTION.approval_rules[0], [key]: value };
        const said = await imported({ protections: [{ ...PROTECTION, approval_rules: [rule] }] });
        expect(said).toMatchObject({ code: 3, out: "" });
        harmless(said);
      }
    },
  );
  it("is one error, and no program: the name of a user or a group, a row that is none, a list that is none", async () => {
    const by = (entry: object) => [
      { ...PROTECTION, deploy_access_levels: [{ ...ENTRY, access_level: null, ...entry }] },
    ];
    const answers: Answers[] = [
      { protections: by({ user_id: 1 }), user: { id: 1, username: [CODE] } },
      { protections: by({ group_id: 9 }), group: { id: 9, full_path: { a: CODE } } },
      { protections: [{ ...PROTECTION, name: [CODE] }] },
      { protections: [{ ...PROTECTION, approval_rules: CODE }] },
      { environments: [null] },
      { environments: [CODE] },
    ];
    for (const each of answers) {
      const said = await imported(each);
      expect(said).toMatchObject({ code: 3, out: "" });
      harmless(said);
    }
  });
});

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom(
    CODE,
    "`${process.exit()}`",
    '"+x+"',
    "*/ x() /*",
    "\n x()\n//",
    "\u2028x()",
    "a\u202eb",
    "\u009b31m",
    "\ud800",
  ),
);
const anything = fc.oneof(text, fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>);
/** Most of it as it should be. */
const nearly = <T extends object>(row: T) =>
  fc.record(
    Object.fromEntries(
      Object.entries(row).map(([key, value]) => [
        key,
        fc.oneof(
          { weight: 60, arbitrary: fc.constant(value as unknown) },
          { weight: 3, arbitrary: text },
          { weight: 1, arbitrary: anything },
        ),
      ]),
    ),
  );

describe("whatever a GitLab answers", () => {
  it("a program holds nothing but literals where values belong, and nothing that does not show", async () => {
    const rows = fc.record({
      environments: fc.array(nearly(ENVIRONMENT), { maxLength: 7 }),
      protections: fc.array(nearly(PROTECTION), { maxLength: 3 }),
    });
    let programs = 0;
    await fc.assert(
      fc.asyncProperty(rows, async (answers) => {
        const said = await imported(answers);
        if (said.code === 0) programs++;
        harmless(said);
      }),
      { numRuns: 150 },
    );
    expect(programs).toBeGreaterThan(10);
  });

  it("names of projects, users and groups are literals too, in loops and comments as well", async () => {
    const named = fc.record({ path: text, user: text, group: text, description: text });
    await fc.assert(
      fc.asyncProperty(named, async ({ path, user, group, description }) => {
        const environments = [1, 2, 3, 4, 5].map((n) => ({ ...ENVIRONMENT, name: `x${n}`, description }));
        const deploy = [
          { ...ENTRY, access_level: null, user_id: 1 },
          { ...ENTRY, access_level: null, group_id: 9 },
        ];
        const said = await imported({
          environments,
          protections: [{ ...PROTECTION, name: "other", deploy_access_levels: deploy }],
          user: { id: 1, username: user },
          group: { id: 9, full_path: group },
          projects: [{ id: 1, name: "x", path_with_namespace: `acme/${path}` }],
        });
        expect(said.code).toBe(0);
        harmless(said);
        expect(said.out).toContain("for (const");
      }),
      { numRuns: 100 },
    );
  });
});
