import { afterEach, beforeEach, expect, it } from "vitest";

import { type CiSettings, ciSettings, type CiVariable, Emulator } from "../../testing/emulator";
import { command } from "./command";

let gitlab: Emulator;
let token: string;
const delivery = () => gitlab.world.project("acme/delivery");
const pipelines = () => gitlab.world.project("acme/delivery-ci");
const settings = (): CiSettings => ciSettings(delivery());
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

const variable = (key: string, scope: string, more: Partial<CiVariable> = {}): CiVariable => ({
  key,
  value: `secret-${key}-${scope}`,
  protected: true,
  masked: true,
  environment_scope: scope,
  ...more,
});

/** As the README of the example tells. */
beforeEach(async () => {
  gitlab = await Emulator.start();
  const { world } = gitlab;
  world.addProject({ path: "acme/delivery", protectedRefs: [{ name: "main", level: 40 }] });
  world.addProject({ path: "acme/delivery-ci", protectedRefs: [{ name: "main", level: 40 }] });
  Object.assign(settings(), {
    configPath: ".gitlab-ci.yml@acme/delivery-ci:main",
    protectMergeRequestPipelines: false,
    onlyAllowMergeIfPipelineSucceeds: true,
    schedules: [{ description: "drift", ref: "refs/heads/main", active: true }],
    variables: [
      variable("GITLAB_TOKEN", "access-rules/*"),
      variable("GITLAB_TOKEN", "access-rules-read/*"),
      variable("GITLAB_TOKEN", "access-rules-note", { protected: false }),
      variable("PULUMI_BACKEND_URL", "*", { masked: false }),
      variable("PULUMI_CONFIG_PASSPHRASE", "*"),
    ],
  } satisfies Partial<CiSettings>);
  token = gitlab.addToken({ user: "olivia", scopes: ["read_api"], expiresAt: inDays(90) });
});
afterEach(() => gitlab.stop());

const run = (...more: string[]) =>
  command(gitlab, ["doctor", "--project", "acme/delivery", ...more], {
    env: { GITLAB_TOKEN: token },
    now: new Date(),
  });

/** Codes of what it finds. */
async function found(): Promise<string[]> {
  const { code, out, err } = await run();
  expect(err).toBe("");
  const codes = [...out.matchAll(/^✗ .*\[([a-z-]+)\]$/gm)].map(([, each]) => each ?? "");
  expect(code).toBe(codes.length === 0 ? 0 : 1);
  // Each with the click that mends it.
  expect(out.match(/^ {4}acme[^\n]*: (Settings|Build) > /gm) ?? []).toHaveLength(codes.length);
  expect(out).not.toContain("secret-");
  expect(out).not.toContain(token);
  return codes;
}

function change(scope: string, to: Partial<CiVariable> | undefined): void {
  settings().variables = settings().variables.flatMap((each) =>
    each.key !== "GITLAB_TOKEN" || each.environment_scope !== scope
      ? [each]
      : to === undefined
        ? []
        : [{ ...each, ...to }],
  );
}

it("finds nothing where everything is as told, with reads alone", async () => {
  const { code, out } = await run();
  expect(out).toBe("Looked as olivia, token “olivia's personal token” (read_api).\n✓ Nothing is missing.\n");
  expect(code).toBe(0);
  expect(gitlab.requests.filter(({ method }) => method !== "GET")).toEqual([]);
});

const WRONG: [string, () => void, string[]][] = [
  [
    "a token for all jobs of all branches",
    () => settings().variables.push(variable("CORP_TOKEN", "*", { protected: false })),
    ["open-credential"],
  ],
  [
    "the same of the group above, which no project sees in its settings",
    () =>
      ciSettings(gitlab.world.group("acme")).variables.push(
        variable("GITLAB_TOKEN", "*", { protected: false }),
      ),
    ["open-credential"],
  ],
  [
    "protected variables shared with merge requests",
    () => void (settings().protectMergeRequestPipelines = true),
    ["shared-credential"],
  ],
  ["no token that writes", () => change("access-rules/*", undefined), ["write-token"]],
  ["no token that reads", () => change("access-rules-read/*", undefined), ["read-token"]],
  ["no token that comments", () => change("access-rules-note", undefined), ["note-token"]],
  [
    "the writing token unprotected",
    () => change("access-rules/*", { protected: false }),
    ["write-token-unprotected"],
  ],
  [
    "the reading token unmasked",
    () => change("access-rules-read/*", { masked: false }),
    ["read-token-unmasked"],
  ],
  [
    "the commenting token protected",
    () => change("access-rules-note", { protected: true }),
    ["note-token-protected"],
  ],
  [
    "one token for all jobs",
    () => {
      for (const scope of ["access-rules-read/*", "access-rules-note"]) change(scope, undefined);
      change("access-rules/*", { environment_scope: "access-rules*", protected: false });
    },
    ["write-token-unprotected", "read-token-unprotected", "one-token"],
  ],
  [
    "no state backend",
    () =>
      void (settings().variables = settings().variables.filter(({ key }) => key !== "PULUMI_BACKEND_URL")),
    ["backend"],
  ],
  ["the pipeline file in the repository", () => void (settings().configPath = ""), ["pipeline-file"]],
  ["the default branch unprotected", () => void (delivery().protectedRefs = []), ["branch"]],
  [
    "the pipeline's branch open to Developers",
    () => void (pipelines().protectedRefs = [{ name: "main", level: 30 }]),
    ["branch-developers"],
  ],
  ["job tokens of every project let in", () => void (settings().jobTokenScope = false), ["job-token"]],
  [
    "merging with a failed preview",
    () => void (settings().onlyAllowMergeIfPipelineSucceeds = false),
    ["merge-check"],
  ],
  [
    "a schedule that is switched off",
    () => void (settings().schedules = [{ description: "drift", ref: "main", active: false }]),
    ["schedule"],
  ],
  [
    "a token that expires next week",
    () => void (token = gitlab.addToken({ user: "olivia", scopes: ["read_api"], expiresAt: inDays(7) })),
    ["expiry"],
  ],
  [
    "a token that never expires",
    () => void (token = gitlab.addToken({ user: "olivia", scopes: ["read_api"] })),
    ["no-expiry"],
  ],
];

it.each(WRONG)("names %s, and the click that mends it", async (_, break_, codes) => {
  break_();
  expect(await found()).toEqual(codes);
});

it("says what it may not look at, and does not call that right", async () => {
  token = gitlab.addToken({ user: "dana", scopes: ["read_api"], expiresAt: inDays(90) });
  const { code, out } = await run();
  expect(code).toBe(1);
  expect(out).toContain("[rules]");
  expect(out).toContain("? Not looked at: the protected environments of acme (GitLab answered 403).");
  expect(out).toContain("? Not looked at: the variables of acme (GitLab answered 403).");
});

it("needs to know which project", async () => {
  expect(await command(gitlab, ["doctor"])).toMatchObject({ code: 2, out: "" });
  expect(gitlab.requests).toEqual([]);
});
