import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Emulator } from "../../testing/emulator";
import { command } from "./command";
import { startEstate } from "./estate";

let gitlab: Emulator;
let folder: string;
let matrix: string;

beforeEach(async () => {
  gitlab = await startEstate();
  folder = mkdtempSync(join(tmpdir(), "changes-"));
  matrix = join(folder, "matrix.json");
  await command(gitlab, ["matrix", "--group", "acme", "--format", "json", "--output", matrix]);
  gitlab.clearRequests();
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await gitlab.stop();
});

/** Without a token, and without a GitLab. */
const offline = (...args: string[]) =>
  command(gitlab, ["matrix", "--from", matrix, ...args], { env: { GITLAB_TOKEN: undefined } });

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const TYPE = "pulumi-nodejs:dynamic/gitlab:";
const step = (op: string, type: string, oldInputs?: object, newInputs?: object) => ({
  op,
  urn: `urn:pulumi:dev::acme::${TYPE}${type}::x`,
  ...(oldInputs === undefined ? {} : { oldState: { type: TYPE + type, inputs: oldInputs } }),
  ...(newInputs === undefined ? {} : { newState: { type: TYPE + type, inputs: newInputs } }),
});
const preview = (...steps: object[]) => file("preview.json", { steps });
const production = { group: "acme", name: "production" };

describe("matrix --with", () => {
  it("tells a rule that goes as weaker, in people, folded, and first, without a request", async () => {
    const path = preview(
      step("update", "GroupProtectedEnvironment", production, {
        ...production,
        deployAccessLevels: [{ accessLevel: 30 }],
        approvalRules: [{ username: "dana" }],
      }),
      step("create", "ProjectProtectedEnvironment", undefined, {
        project: "acme/shop",
        name: "staging",
        deployAccessLevels: [{ groupPath: "acme/release" }],
      }),
    );
    const { code, out } = await offline(
      "--with",
      path,
      "--format",
      "markdown",
      "--link",
      "https://ci.example/m.html",
    );
    expect(code).toBe(0);
    expect(gitlab.requests).toEqual([]);
    const rows = out.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| |"));
    expect(rows.map((row) => row.split(" | ")[0])).toEqual(
      [...rows.map((row) => row.split(" | ")[0])].sort(
        (a, b) => Number(b?.includes("weaker")) - Number(a?.includes("weaker")),
      ),
    );
    expect(out).toContain("weaker: devon can deploy now");
    expect(out).toContain("2 × group acme/qa are no longer asked for");
    expect(out).toContain("stronger: dev");
    expect(out).toContain("2026-01-31 12:00 UTC");
    expect(out).toContain("[The whole matrix](https://ci.example/m.html)");
  });

  it("tells a deleted protection, a new environment and another tier", async () => {
    const api = { project: "acme/api", name: "Production" };
    const path = preview(
      step("delete", "GroupProtectedEnvironment", production),
      step("create", "Environment", undefined, { project: "acme/api", name: "eu", tier: "production" }),
      step("update", "Environment", { ...api, tier: "other" }, { ...api, tier: "staging" }),
    );
    const { out } = await offline("--with", path, "--format", "json");
    const { changes } = JSON.parse(out) as {
      changes: { environments: { id: string; kind: string; weaker: string[] }[] };
    };
    const kinds = Object.fromEntries(changes.environments.map(({ id, kind }) => [id, kind]));
    expect(kinds).toMatchObject({
      "acme/api/live": "weaker",
      "acme/api/eu": "new",
      "acme/api/Production": "stronger",
    });
    expect(changes.environments[0]?.weaker).toContain("nothing protects it any more");
  });

  it("says what is not known yet, and fails closed on it", async () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const path = preview(
      step("update", "GroupProtectedEnvironment", production, {
        ...production,
        deployAccessLevels: [{ groupId: unknown }, { groupPath: "acme/strangers" }],
        approvalRules: unknown,
      }),
    );
    const { code, out, err } = await offline("--with", path, "--fail-on", "weaker");
    expect(out).toContain("Group acme/strangers is not in the matrix");
    expect(out).toContain("known after apply");
    expect([code, err]).toEqual([1, expect.stringContaining("could not be judged")]);
  });

  it.each([
    ["not JSON at all", "is not JSON"],
    [[1, 2], "is not what “pulumi preview --json” prints"],
    [{ steps: "none" }, "is not what “pulumi preview --json” prints"],
  ])("refuses %j", async (content, message) => {
    const { code, err } = await offline("--with", file("preview.json", content));
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  it("takes hostile steps for what they are", async () => {
    const path = preview(
      null as never,
      { op: 1 },
      {
        op: "update",
        newState: {
          type: `${TYPE}GroupProtectedEnvironment`,
          inputs: {
            group: "acme",
            name: "production",
            deployAccessLevels: [null, 7, { username: "@all\u001b[31m <b>" }],
          },
        },
      },
      {
        op: "create",
        newState: { type: `${TYPE}Environment`, inputs: { project: "__proto__", name: { a: 1 } } },
      },
    );
    const { code, out } = await offline("--with", path, "--format", "markdown");
    expect(code).toBe(0);
    expect(out).not.toMatch(/\u001b|[^\\]<b>|[^\\]@all/);
  });
});

describe("matrix --since", () => {
  it("tells what somebody changed by hand", async () => {
    gitlab.world.addStrangerEntry("acme", "staging", { user: "quinn" });
    const { code, out, err } = await command(gitlab, [
      "matrix",
      "--group",
      "acme",
      "--since",
      matrix,
      "--fail-on",
      "weaker",
    ]);
    expect(out).toContain("quinn");
    expect(out).toMatch(/weaker +acme\/shop staging/);
    expect([code, err]).toEqual([1, expect.stringContaining("environments are weaker")]);
  });

  it("is quiet where nothing changed, and refuses a matrix of another version", async () => {
    const { out } = await command(gitlab, ["matrix", "--group", "acme", "--since", matrix]);
    expect(out).toContain("nobody gains or loses anything");
    const old = file("old.json", { schemaVersion: 1 });
    const refused = await command(gitlab, ["matrix", "--group", "acme", "--since", old]);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("another version")]);
  });
});

describe("matrix --from", () => {
  it("gives the same findings as the matrix that was read", async () => {
    const whole = JSON.parse(readFileSync(matrix, "utf8")) as object;
    expect(JSON.parse((await offline("--format", "json")).out)).toEqual(whole);
  });

  it("answers for one person, with the reason", async () => {
    const { out } = await offline("--who", "@Quinn", "--format", "json");
    const { environments } = JSON.parse(out) as {
      environments: { id: string; deploy: object; approve: object }[];
    };
    expect(environments.find(({ id }) => id === "acme/shop/production")).toMatchObject({
      deploy: { can: "no", why: "not named in the rules of group acme and project acme/shop" },
      approve: { can: "yes", why: "group acme/qa (group acme)" },
    });
    expect((await offline("--who", "nobody")).code).toBe(2);
  });
});

describe("matrix --accept and --fail-on", () => {
  const all = (until: string) => [{ id: "*", reason: "known to the release board", until }];

  it("lives with what is accepted, until its day", async () => {
    const accepted = await offline("--fail-on", "info", "--accept", file("accepted.json", all("2026-01-31")));
    expect([accepted.code, accepted.out]).toEqual([
      0,
      expect.stringContaining("accepted until 2026-01-31: known to the release board"),
    ]);
    const over = await offline("--fail-on", "info", "--accept", file("accepted.json", all("2026-01-30")));
    expect([over.code, over.err]).toEqual([1, expect.stringContaining("that is over")]);
  });

  it.each([
    [[{ id: "x", reason: "", until: "2026-12-31" }], "It needs a reason"],
    [[{ id: "x", reason: "y", until: "soon" }], "is no day"],
    [{ id: "x" }, "is not a list"],
  ])("refuses %j", async (content, message) => {
    const { code, err } = await offline("--accept", file("accepted.json", content));
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  it("fails where the token may read no rule", async () => {
    const env = { GITLAB_TOKEN: gitlab.tokenFor("devon") };
    const { code, err } = await command(
      gitlab,
      ["matrix", "--group", "acme", "--tier", "staging", "--fail-on", "error"],
      { env },
    );
    expect([code, err]).toEqual([1, expect.stringContaining("could not be read")]);
  });
});

it("is SARIF and CSV with stable ids, and no formula", async () => {
  const sarif = JSON.parse((await offline("--format", "sarif")).out) as {
    runs: { results: { partialFingerprints: object }[] }[];
  };
  expect(sarif.runs[0]?.results[0]?.partialFingerprints).toEqual({
    "pulumiGitlabCdFinding/v1": "tier-escapes:acme/api:Production",
  });
  const { out } = await offline("--format", "csv");
  const lines = out.trimEnd().split("\r\n");
  expect(lines).toHaveLength(13);
  expect(lines[1]).toContain("2026-01-31 12:00 UTC");
  expect(out).not.toMatch(/(^|,)[=+@-]/m);
});
