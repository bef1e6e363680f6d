import fc from "fast-check";
import { afterAll, beforeAll, expect, it, vi } from "vitest";

import { getDeployments } from "../../provider/functions/deployments";
import { getEnvironments } from "../../provider/functions/environments";
import { getPipelines } from "../../provider/functions/pipelines";
import { environment, groupProtectedEnvironment, projectProtectedEnvironment } from "../../provider/dynamic";
import { Emulator, gitlab18 } from "../../testing/emulator";

/**
 * Whatever is declared, what is sent passes a strict reading of the API: known parameters of the declared types, a subject
 * beside each id, nothing that GitLab ignores or forgives.
 */
type Props = Record<string, unknown>;
type Provider = typeof environment;

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

/** Created, changed again and again, refreshed and deleted, as the engine would. */
async function live(provider: Provider, declarations: readonly Props[]): Promise<void> {
  let state: { id: string; outs: Props } | undefined;
  for (const declared of declarations) {
    const checked = await provider.check?.(state?.outs ?? {}, declared);
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
  await provider.read?.(state.id, state.outs);
  await provider.delete?.(state.id, state.outs);
}

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
    const [provider, place] =
      level === "group"
        ? [groupProtectedEnvironment, { group: "acme", name: "production" }]
        : [projectProtectedEnvironment, { project: "acme/shop", name: "review/x.y" }];
    await fc.assert(
      fc.asyncProperty(protections, (declarations) =>
        atGitLab(switches, () =>
          live(
            provider,
            declarations.map((each) => ({ ...place, ...each })),
          ),
        ),
      ),
      { numRuns: 15 },
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
        live(
          environment,
          declarations.map((each) => ({
            project: "acme/shop",
            name: "review/one",
            onDestroy: "stop",
            ...each,
          })),
        ),
      ),
    ),
    { numRuns: 15 },
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
    { numRuns: 15 },
  );
}, 600_000);
