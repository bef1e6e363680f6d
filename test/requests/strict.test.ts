import fc from "fast-check";
import { afterAll, beforeAll, expect, it, vi } from "vitest";

import { getDeployments, getEnvironments, getPipelines } from "../../provider/doors/dynamic/functions";
import type { DynamicName } from "../../provider/dynamic";
import { Emulator, gitlab18 } from "../../testing/emulator";
import type { providers as Providers } from "../support/providers";

/**
 * Whatever is declared, what is sent passes a strict reading of the API: known parameters of the declared types, a subject
 * beside each id, nothing that GitLab ignores or forgives.
 */
type Props = Record<string, unknown>;
type Provider = (typeof Providers)["environment"];

const before = { ...process.env };
beforeAll(() => {
  // Lines for people, about each change.
  vi.spyOn(console, "log").mockImplementation(() => undefined);
});
afterAll(() => {
  process.env = before;
  vi.restoreAllMocks();
});

async function atGitLab(switches: object, act: (gitlab: Emulator) => Promise<void>): Promise<void> {
  const gitlab = await Emulator.start({ strict: true, switches });
  process.env["GITLAB_BASE_URL"] = gitlab.url;
  process.env["GITLAB_TOKEN"] = gitlab.token;
  try {
    await act(gitlab);
    expect(gitlab.requests.length).toBeGreaterThan(0);
  } finally {
    // Throws what the strict reading found.
    await gitlab.stop();
  }
}

/** The engine starts a process for each operation: what one has noted is not known to the next. */
async function operation(kind: DynamicName): Promise<Provider> {
  vi.resetModules();
  const { providers } = await import("../support/providers.js");
  return providers[kind];
}

/** Created, changed again and again, refreshed and deleted, as the engine would. */
async function live(kind: DynamicName, declarations: readonly Props[]): Promise<void> {
  let state: { id: string; outs: Props } | undefined;
  for (const declared of declarations) {
    const provider = await operation(kind);
    const checked = await provider.check?.(state?.outs ?? {}, declared);
    expect(checked?.failures ?? []).toEqual([]);
    const inputs = (checked?.inputs ?? declared) as Props;
    if (state === undefined) {
      const made = await provider.create(inputs);
      state = { id: made.id, outs: made.outs as Props };
      continue;
    }
    const changes = await provider.diff?.(state.id, state.outs, inputs);
    if (changes?.changes === false) continue;
    const updated = await provider.update?.(state.id, state.outs, inputs);
    state = { id: state.id, outs: updated?.outs as Props };
  }
  if (state === undefined) return;
  await (await operation(kind)).read?.(state.id, state.outs);
  await (await operation(kind)).delete?.(state.id, state.outs);
}

/** What is no life cycle ends it, and says so in words of ours; what was sent until then counts all the same. */
const NO_LIFE =
  /GitLab cannot take a deployment from|cannot change it alone|cannot (approve|reject) the deployment|it is what is deployed to|GitLab does not (stop|delete)/;
const untilRefused = async (act: Promise<unknown>): Promise<void> => {
  await act.catch((error: unknown) => {
    if (!(error instanceof Error) || !NO_LIFE.test(error.message)) throw error;
  });
};

const subjects = fc.constantFrom<Props>(
  { accessLevel: 30 },
  { accessLevel: 40 },
  { username: "dana" },
  { username: "olivia" },
  { groupPath: "acme/release" },
  { groupPath: "acme/qa" },
);
const entries = (minLength: number, counted: boolean) =>
  fc.uniqueArray(
    fc.tuple(subjects, fc.integer({ min: 1, max: 5 })).map(([subject, requiredApprovals]): Props => {
      const counts = counted && !("username" in subject);
      return { ...subject, ...(counts && { requiredApprovals }) };
    }),
    {
      minLength,
      maxLength: 4,
      selector: ({ requiredApprovals: _, ...subject }) => JSON.stringify(subject),
    },
  );
const protections = fc.array(
  fc.record({ deployAccessLevels: entries(1, false), approvalRules: entries(0, true) }),
  {
    minLength: 1,
    maxLength: 4,
  },
);

it.each([
  ["group", {}],
  ["group", gitlab18],
  ["project", {}],
  ["project", gitlab18],
] as const)(
  "passes for protections of a %s",
  async (level, switches) => {
    const [kind, place] =
      level === "group"
        ? (["groupProtectedEnvironment", { group: "acme", name: "production" }] as const)
        : (["projectProtectedEnvironment", { project: "acme/shop", name: "review/x.y" }] as const);
    await fc.assert(
      fc.asyncProperty(protections, (declarations) =>
        atGitLab(switches, () =>
          live(
            kind,
            declarations.map((each) => ({ ...place, ...each })),
          ),
        ),
      ),
      { numRuns: 10 },
    );
  },
  600_000,
);

const settings = fc.record(
  {
    externalUrl: fc.constantFrom("https://one.example.com", "https://two.example.com"),
    tier: fc.constantFrom("production", "staging", "testing", "development", "other"),
    description: fc.constantFrom("one", "two"),
    autoStopSetting: fc.constantFrom("always", "with_action"),
  },
  { requiredKeys: [] },
);

it("passes for environments", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(settings, { minLength: 1, maxLength: 4 }), (declarations) =>
      atGitLab({}, () =>
        untilRefused(
          live(
            "environment",
            declarations.map((each) => ({
              project: "acme/shop",
              name: "review/one",
              onDestroy: "stop",
              ...each,
            })),
          ),
        ),
      ),
    ),
    { numRuns: 10 },
  );
}, 600_000);

const shop = { project: "acme/shop" };
const onDestroy = fc.constantFrom("retain", "cancel", "delete");

const deployed = fc.record(
  {
    status: fc.constantFrom("running", "success", "failed", "canceled"),
    onDestroy: fc.constantFrom("retain", "delete"),
    adopt: fc.boolean(),
  },
  { requiredKeys: ["status"] },
);

it.each([
  ["a branch", "main", false],
  ["a tag", "v1.0.0", true],
])(
  "passes for deployments of %s",
  async (_, ref, tag) => {
    await fc.assert(
      fc.asyncProperty(fc.array(deployed, { minLength: 1, maxLength: 4 }), (declarations) =>
        atGitLab({}, async ({ world }) => {
          const sha = world.project("acme/shop").branches.get("main");
          const place = { ...shop, environment: "eu/live", sha, ref, ...(tag && { tag }) };
          await untilRefused(
            live(
              "deployment",
              declarations.map((each) => ({ ...place, ...each })),
            ),
          );
        }),
      ),
      { numRuns: 10 },
    );
  },
  600_000,
);

const decided = fc.record(
  {
    status: fc.constantFrom("approved", "rejected"),
    comment: fc.constantFrom("", "green", "x".repeat(255), "\u00fc <b>&"),
  },
  { requiredKeys: ["status"] },
);

it("passes for decisions", async () => {
  const byRule = fc.option(fc.constant("Maintainers"), { nil: undefined });
  await fc.assert(
    fc.asyncProperty(
      fc.array(decided, { minLength: 1, maxLength: 3 }),
      byRule,
      (declarations, representedAs) =>
        atGitLab({}, async ({ world }) => {
          const rule = { role: "maintainer", requiredApprovals: 3 } as const;
          world.protect("acme/shop", "eu/live", [{ role: "maintainer" }], [rule]);
          const { id } = world.blockDeployment("acme/shop", { environment: "eu/live", user: "dana" });
          const place = { ...shop, deploymentId: id, ...(representedAs && { representedAs }) };
          await untilRefused(
            live(
              "deploymentApproval",
              declarations.map((each) => ({ ...place, ...each })),
            ),
          );
        }),
    ),
    { numRuns: 10 },
  );
}, 600_000);

const key = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,9}$/);
const value = fc.constantFrom("", "1", "a b", "\u00fc=&$X", "x".repeat(3000));
const variables = fc.uniqueArray(
  fc.record(
    { key, value, variableType: fc.constantFrom("env_var", "file") },
    { requiredKeys: ["key", "value"] },
  ),
  { maxLength: 3, selector: (each) => each.key },
);
const ran = fc.record(
  {
    variables,
    ref: fc.constantFrom("main", "refs/heads/main", "develop"),
    name: fc.constantFrom("one", "two"),
    triggers: fc.dictionary(fc.constantFrom("a", "b"), fc.string(), { noNullPrototype: true }),
    onDestroy,
  },
  { requiredKeys: ["ref"] },
);

it("passes for pipelines and their names", async () => {
  await fc.assert(
    fc.asyncProperty(
      ran,
      fc.array(fc.option(fc.constantFrom("three", "four"), { nil: undefined }), { maxLength: 3 }),
      (first, names) =>
        atGitLab({}, () =>
          live(
            "pipeline",
            [first, ...names.map((name) => ({ ...first, name }))].map((each) => ({ ...shop, ...each })),
          ),
        ),
    ),
    { numRuns: 10 },
  );
}, 600_000);

const ago = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

it("passes for clean-up", async () => {
  const apps = fc.record(
    {
      before: fc.integer({ min: 0, max: 400 }).map(ago),
      limit: fc.integer({ min: 1, max: 1000 }),
      dryRun: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  const stale = fc.integer({ min: 8, max: 3600 }).map(ago);
  await fc.assert(
    fc.asyncProperty(apps, stale, (filters, before) =>
      atGitLab({}, async () => {
        await live("reviewAppCleanup", [{ ...shop, ...filters }]);
        await live("staleEnvironmentsStop", [{ ...shop, before }]);
      }),
    ),
    { numRuns: 10 },
  );
}, 600_000);

it("passes for the filters of data functions", async () => {
  const date = fc.constantFrom("2026-01-01", "2026-01-01T10:00:00Z", "2026-01-01T10:00:00+02:00");
  const project = fc.constant("acme/shop");
  const filters = fc.tuple(
    fc.record(
      { project, states: fc.constantFrom("available", "stopped"), search: fc.constant("rev+iew %") },
      { requiredKeys: ["project"] },
    ),
    fc.record(
      {
        project,
        environment: fc.constant("a/b"),
        status: fc.constantFrom("success", "failed"),
        sort: fc.constantFrom("asc", "desc"),
      },
      { requiredKeys: ["project"] },
    ),
    fc.record(
      {
        project,
        yamlErrors: fc.boolean(),
        createdAfter: date,
        updatedBefore: date,
        ref: fc.constant("main"),
        scope: fc.constantFrom("branches", "tags"),
      },
      { requiredKeys: ["project"] },
    ),
  );
  await fc.assert(
    fc.asyncProperty(filters, ([environments, deployments, pipelines]) =>
      atGitLab({}, async () => {
        await getEnvironments(environments);
        await getDeployments(deployments);
        await getPipelines(pipelines);
      }),
    ),
    { numRuns: 10 },
  );
}, 600_000);
