import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "vitest";

import { Emulator } from "../../testing/emulator";
import { command, type Said } from "./command";
import { INVISIBLE } from "./literalsOnly";

/** Names as somebody might give them who wants a reader, a terminal or a page to take them for something else. */
const NASTY = {
  "control characters": "a\u0007b\u0000c\u009b31md\u0085e",
  colours: "\u001b[31mred\u001b[0m\u001b[2J",
  "a title and a link of the terminal":
    "\u001b]0;owned\u0007\u001b]8;;https://evil.example\u0007here\u001b]8;;\u0007",
  "another direction": "a\u202egro.evil\u2066b\u2069\u200fc",
  "no width": "pro\u200bduc\u2060tion\ufeff\u00ad",
  "blank letters": "pro\u3164duc\u115ftion\u2800",
  "a flood of marks": `x${"\u0336\u0489".repeat(200)}y`,
  "half a character": "a\ud800b",
  "several lines": "a\nerror: all is well\r\nb\u2028c",
  markup: `<img src=x onerror="x()">@all [x](https://evil.example) | a`,
};
/** More than a letter of any script carries. */
const FLOOD = /\p{M}{5}/u;

let gitlab: Emulator;
let folder: string;
beforeEach(async () => {
  gitlab = await Emulator.start();
  folder = mkdtempSync(join(tmpdir(), "note-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await gitlab.stop();
});

const ENVIRONMENT = { id: 7, tier: "production", state: "available", slug: "x" };
const rule = { id: 1, access_level: null, user_id: 2, group_id: null, group_inheritance_type: 0 };
const user = (name: string): object => ({ id: 2, username: name, name, state: "active" });

/** A GitLab in which everything is called so. */
function callEverything(name: string): void {
  const say = (path: RegExp, body: unknown): void =>
    void gitlab.fault({ method: "GET", path, status: 200, body });
  say(/\/projects\/[^/]+\/environments/, [{ ...ENVIRONMENT, name, description: name, external_url: name }]);
  const entries = { deploy_access_levels: [rule], approval_rules: [{ ...rule, required_approvals: 1 }] };
  say(/protected_environments/, [{ name, required_approval_count: 0, ...entries }]);
  say(/members\/all/, [{ ...user(name), access_level: 40 }]);
  say(/\/users\//, user(name));
  say(/\/user$/, user(name));
  say(/access_tokens\/self/, { name, scopes: [name], expires_at: null });
}

/** For programs rather than people: names are told exactly, and nothing is laid over anything. */
const EXACT = ["import", "json", "sarif"];

function expectHarmless(what: string, { out, err, code }: Said): void {
  const text = (out + err).replaceAll("\r\n", "\n");
  const flood = EXACT.includes(what) ? null : FLOOD.exec(text);
  expect([what, code < 4, INVISIBLE.exec(text), flood]).toEqual([what, true, null, null]);
  expect(`${out}\n${err}`).not.toMatch(/^error: all is well/m);
  expect(err).not.toContain("    at ");
}

it.each(Object.entries(NASTY))(
  "names of %s reach no terminal, page, note, program or error as they are",
  async (_, name) => {
    callEverything(name);
    const scope = ["--group", "acme"];
    expectHarmless("import", await command(gitlab, ["import", ...scope, "--all-projects"]));
    for (const format of ["table", "csv", "sarif", "json"])
      expectHarmless(format, await command(gitlab, ["matrix", ...scope, "--format", format]));
    const markdown = await command(gitlab, ["matrix", ...scope, "--format", "markdown"]);
    expectHarmless("markdown", { ...markdown, out: markdown.out.replaceAll(/(?<=:)\u200b(?=\/\/)/g, "") });
    expect(markdown.out).not.toMatch(/[^\\](@all|<img)|\]\(https:\/\//);
    const page = await command(gitlab, ["matrix", ...scope, "--format", "html"]);
    expectHarmless("html", page);
    expect(page.out).not.toContain("<img src=x");
    expectHarmless("who", await command(gitlab, ["matrix", ...scope, "--who", name]));
    expectHarmless("doctor", await command(gitlab, ["doctor", "--project", "acme/shop"]));

    writeFileSync(join(folder, "preview.txt"), name);
    const note = await command(gitlab, ["note", "--dry-run", join(folder, "preview.txt")]);
    expect([INVISIBLE.exec(note.out), FLOOD.exec(note.out)]).toEqual([null, null]);

    gitlab.clearFaults();
    gitlab.fault({ status: 400, body: { message: { [name]: [name] } } });
    expectHarmless("error", await command(gitlab, ["matrix", ...scope]));
    gitlab.clearFaults();
    gitlab.fault({ status: 502, body: `<html><title>${name}</title>` });
    expectHarmless("error page", await command(gitlab, ["doctor", "--project", "acme/shop"]));
  },
);
