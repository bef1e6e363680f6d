import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import Ajv from "ajv";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { escapeHtml, escapeMarkdown, plain } from "../../provider/cli/text";
import { Emulator } from "../../testing/emulator";
import { command } from "./command";
import { startEstate } from "./estate";

interface Shown {
  environments: {
    project: string;
    environment: string;
    protected: boolean;
    requiredApprovals: number;
    deployers: number | null;
    rules: number[];
    findings: string[];
  }[];
  ruleSets: { container: string; deploy: { name: string }[] }[];
  crowds: { people: string[]; bots: string[] }[];
  findings: {
    id: string;
    code: string;
    severity: string;
    container: string;
    name: string | null;
    reason: string;
    fix: string;
  }[];
}

let gitlab: Emulator;
beforeAll(async () => {
  gitlab = await startEstate();
});
afterAll(() => gitlab.stop());

const matrix = (...args: string[]) => command(gitlab, ["matrix", "--group", "acme", ...args]);
async function json(...args: string[]): Promise<Shown> {
  return JSON.parse((await matrix("--format", "json", ...args)).out) as Shown;
}

describe("the matrix", () => {
  it("takes group and project rules together: all must allow, approvals add up", async () => {
    const { environments, ruleSets, crowds } = await json();
    const production = environments.find(
      (row) => row.project === "acme/shop" && row.environment === "production",
    );
    const rulesOf = (row: Shown["environments"][number] | undefined) =>
      (row?.rules ?? []).map((i) => ruleSets[i]);
    expect(
      rulesOf(production).map((rules) => [rules?.container, rules?.deploy.map(({ name }) => name)]),
    ).toEqual([
      ["acme", ["acme/release", "Maintainers and above"]],
      ["acme/shop", ["acme/release", "larry"]],
    ]);
    expect(production?.requiredApprovals).toBe(2 + 1 + 1 + 2);
    expect(crowds[production?.deployers ?? -1]).toEqual({
      people: ["dana", "olivia", "rosa"],
      bots: ["project_7_bot_x1"],
    });
    const inSubgroup = environments.find(
      (row) => row.project === "acme/eu/shop" && row.environment === "production",
    );
    expect(rulesOf(inSubgroup).map((rules) => rules?.container)).toEqual(["acme"]);
  });

  it("finds what is wrong, each with a reason and a fix", async () => {
    const { findings } = await json();
    expect(
      findings.map(({ severity, container, name, code }) => [severity, container, name, code].join(" ")),
    ).toEqual([
      "error acme/api Production tier-escapes",
      "error acme/api live approvals-unreachable",
      "error acme/api production unused-protection",
      "error acme/eu/shop production approvals-unreachable",
      "error acme/shop eu/canary approvals-unreachable",
      "error acme/shop production approvals-unreachable",
      "warning acme/api production legacy-count",
      "warning acme/eu/shop qa bot-approves",
      "warning acme/shop  self-approval",
      "warning acme/shop eu/canary admins-only",
      "warning acme/shop production empty-group",
      "warning acme/shop production user-left",
    ]);
    for (const { reason, fix } of findings) expect(reason.length * fix.length).toBeGreaterThan(100);
  });

  it("points from each environment to what concerns it, rules of the group included", async () => {
    const { environments } = await json();
    const canary = environments.find((row) => row.environment === "eu/canary");
    expect(canary?.findings).toEqual([
      "approvals-unreachable:acme/shop:eu/canary",
      "self-approval:acme/shop",
      "admins-only:acme/shop:eu/canary",
    ]);
  });

  it("costs three requests a project, one list of rules a group and one for each name and list of members", async () => {
    gitlab.clearRequests();
    await command(gitlab, ["matrix", "--group", "acme"], {
      env: { GITLAB_TOKEN: gitlab.tokenFor("olivia") },
    });
    const log = gitlab.requests.map(({ method, path }) => `${method} ${path.replace("/api/v4", "")}`);
    expect(new Set(log).size).toBe(log.length);
    expect(log.filter((line) => /environments$/.test(line))).toHaveLength(3 * 2 + 2);
    expect(log.filter((line) => /^GET \/groups\/acme(%2Feu)?\/protected/.test(line))).toHaveLength(2);
    expect(log.every((line) => line.startsWith("GET "))).toBe(true);
    expect(gitlab.maxInFlight).toBeLessThanOrEqual(8);
  });

  it("says what it cannot read instead of calling it unprotected in silence", async () => {
    const { out, code } = await command(gitlab, ["matrix", "--group", "acme", "--format", "json"], {
      env: { GITLAB_TOKEN: gitlab.tokenFor("dana") },
    });
    expect(code).toBe(0);
    const { findings } = JSON.parse(out) as Shown;
    expect(
      findings.filter((finding) => finding.code === "unreadable").map(({ container }) => container),
    ).toEqual(["acme", "acme/eu"]);
  });

  it("never calls unprotected what may be protected by rules it cannot read", async () => {
    const env = { GITLAB_TOKEN: gitlab.tokenFor("dana") };
    const args = ["matrix", "--project", "acme/api", "--tier", "production"];
    const { out } = await command(gitlab, args, { env });
    expect(out).toMatch(/live +not known: rules cannot be read +rules that cannot be read\n/);
    expect(out).not.toContain("every Developer");
    expect(out).toMatch(
      /warning +acme\/api live unprotected\n +is production, and no rule that this token can read protects it/,
    );
    const page = await command(gitlab, [...args, "--format", "html"], { env });
    expect(page.out).toContain('<li class="unknown"><b>not known: rules cannot be read</b></li>');
    expect(page.out).toContain('<b data-figure="open">0</b> unprotected in production');
  });

  it("says once what is the same for many projects", async () => {
    const free = await Emulator.start({ switches: { edition: "ce" } });
    for (let n = 1; n <= 9; n++) free.world.addProject({ path: `acme/p${n}` });
    const { out } = await command(free, ["matrix", "--group", "acme", "--format", "json"]);
    await free.stop();
    const { findings } = JSON.parse(out) as Shown;
    expect(findings.map(({ code, container }) => `${code} ${container}`)).toEqual([
      "unreadable acme",
      "unreadable acme/api",
    ]);
    expect(findings[1]?.reason).toContain("It is the same for 10 others, such as acme/p1, acme/p2, acme/p3.");
  });

  it("narrows to projects and tiers", async () => {
    const some = await json("--project", "acme/api", "--tier", "production");
    expect(some.environments.map((row) => `${row.project} ${row.environment}`)).toEqual(["acme/api live"]);
    expect(some.findings.map(({ code }) => code)).toEqual([
      "approvals-unreachable",
      "unused-protection",
      "legacy-count",
    ]);
  });
});

describe("its forms", () => {
  it("is JSON by the documented schema", async () => {
    const schema = JSON.parse(
      readFileSync(join(__dirname, "../../docs/matrix.schema.json"), "utf8"),
    ) as object;
    const validate = new Ajv({ allErrors: true, validateFormats: false, strict: false }).compile(schema);
    expect([validate(await json()), validate.errors]).toEqual([true, null]);
    const whole = await json();
    expect(validate({ ...whole, schemaVersion: 1 })).toBe(false);
    expect(validate({ ...whole, fieldOfTomorrow: 1 })).toBe(true);
  });

  it("is a table that fits the terminal, without colours where it is piped or NO_COLOR is set", async () => {
    const wide = await command(gitlab, ["matrix", "--group", "acme"], { terminal: true, columns: 100 });
    const bare = wide.out.replace(/\u001b\[\d+m/g, "");
    expect(bare).not.toBe(wide.out);
    expect(
      Math.max(
        ...bare
          .split("\n")
          .slice(2)
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(100);
    expect(bare).toContain("review/… (3)");
    const none = await command(gitlab, ["matrix", "--group", "acme"], {
      terminal: true,
      columns: 100,
      env: { NO_COLOR: "1" },
    });
    expect(none.out).toBe(bare);
    expect((await matrix()).out).not.toContain("\u001b");
    expect((await matrix()).err).toBe("");
  });

  it("is Markdown whose cells cannot break out, mention anybody or carry HTML", async () => {
    const nasty = await Emulator.start();
    nasty.world.addEnvironment("acme/shop", "live $x _y_ {z}");
    nasty.world.protect("acme/shop", "live $x _y_ {z}", [{ role: "maintainer" }]);
    nasty.world.renameGroup("acme", { name: "x" });
    const { out } = await command(nasty, ["matrix", "--project", "acme/shop", "--format", "markdown"]);
    await nasty.stop();
    expect(out).toContain("live \\$x \\_y\\_ \\{z\\}");
    expect(
      out
        .split("\n")
        .filter((line) => line.startsWith("| production"))
        .map((line) => line.split(" | ").length),
    ).toEqual([5]);
  });

  it("escapes whatever a hostile server calls things", () => {
    expect(plain("a\u001b[31mb\u202ec\nd")).toBe("a\ufffd[31mb\ufffdc\ufffdd");
    expect(escapeHtml(`<img src=x onerror="a('b')">&`)).toBe(
      "&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;",
    );
    expect(escapeMarkdown("see https://evil.example and www.evil.example")).toBe(
      "see https:\u200b//evil.example and www\u200b.evil.example",
    );
    expect(escapeMarkdown("@dana | <b> `x` #1")).toBe("\\@dana \\| \\<b\\> \\`x\\` \\#1");
  });

  it("goes to a file where one is named, and says so", async () => {
    const folder = mkdtempSync(join(tmpdir(), "matrix-"));
    const file = join(folder, "matrix.html");
    const said = await matrix("--format", "html", "--output", file);
    expect(said).toEqual({ code: 0, out: "", err: `Written: ${file}\n` });
    expect(readFileSync(file, "utf8")).toMatch(/^<!doctype html>/);
    rmSync(folder, { recursive: true });
  });
});

describe("its exit codes", () => {
  it("is 1 where findings are as bad as --fail-on says, else 0", async () => {
    expect((await matrix("--fail-on", "error")).code).toBe(1);
    const staging = ["--tier", "staging", "--project", "acme/shop"];
    expect((await matrix("--fail-on", "error", ...staging)).code).toBe(0);
    const clean = await Emulator.start();
    expect((await command(clean, ["matrix", "--group", "acme", "--fail-on", "info"])).code).toBe(0);
    await clean.stop();
  });

  it.each([
    [["matrix"], "Which --group or --project?"],
    [["matrix", "--group", "acme", "--tier", "prod"], "--tier must be one of production, staging"],
    [["matrix", "--group", "acme", "--fail-on", "notes"], "--fail-on must be one of error, warning, info"],
    [["matrix", "--group", "acme", "--colour"], "Unknown option '--colour'"],
    [["matrix", "--project", "shop"], "--project needs an id or a full path such as acme/shop"],
    [["import", "--all-projects", "--project", "acme/shop"], "--all-projects needs a --group"],
    [
      ["matrix", "--group", "acme", "--output", "/nowhere/at/all"],
      "/nowhere/at/all cannot be written (ENOENT)",
    ],
    [["frobnicate"], "There is no command “frobnicate”"],
  ])("is 2 for %j, with a pointer to the help and no stack", async (args, message) => {
    const { code, out, err } = await command(gitlab, args);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(message);
    expect(err).toMatch(/See: pulumi-gitlab-cd .*--help\n$/);
    expect(err.split("\n")).toHaveLength(2);
  });

  it("is 2 without a token and 3 where GitLab refuses or is not there, without the token in the text", async () => {
    const none = await command(gitlab, ["matrix", "--group", "acme"], { env: { GITLAB_TOKEN: undefined } });
    expect([none.code, none.err]).toEqual([2, expect.stringContaining("GITLAB_TOKEN")]);
    const hidden = await command(gitlab, ["matrix", "--group", "nobody"]);
    expect([hidden.code, hidden.err]).toEqual([3, expect.stringContaining('the group "nobody"')]);
    expect(hidden.err).not.toContain(gitlab.token);
  });

  it("is 0 for every help", async () => {
    for (const args of [["--help"], ["matrix", "--help"], ["import", "-h"], ["note", "--help"]]) {
      const { code, out } = await command(gitlab, args);
      expect([code, out.startsWith("Usage: pulumi-gitlab-cd")]).toEqual([0, true]);
      expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(135);
    }
  });
});
