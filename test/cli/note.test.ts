import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { note } from "../../provider/cli/note";
import { run as main } from "../../provider/cli/main";
import type { Io } from "../../provider/cli/io";
import { MergeRequestServer } from "../support/mergeRequest";

const TOKEN = "glpat-note-canary-5Kq9";
const home = process.cwd();
let gitlab: MergeRequestServer;
let folder: string;
let printed: string[];

beforeEach(async () => {
  gitlab = await new MergeRequestServer().start();
  folder = mkdtempSync(join(tmpdir(), "note-"));
  process.chdir(folder);
  mkdirSync("preview");
  writeFileSync("preview/production.txt", "+ 1 to create\n");
  printed = [];
});
afterEach(async () => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
  await gitlab.stop();
});

const print = { write: (text: string) => printed.push(text.trimEnd()) > 0 };

function io(env: NodeJS.ProcessEnv): Io {
  return { env, stdout: print, stderr: print, now: () => new Date() };
}

function run(...args: string[]): Promise<number> {
  const env = {
    GITLAB_TOKEN: TOKEN,
    CI_API_V4_URL: gitlab.url,
    CI_MERGE_REQUEST_PROJECT_ID: "12",
    CI_MERGE_REQUEST_IID: "7",
  };
  return note(args, io(env));
}

async function bodyFor(content: string, file = "preview/production.txt"): Promise<string> {
  writeFileSync(file, content);
  expect(await run("--dry-run", file)).toBe(0);
  return printed.join("\n");
}

test("posts once, updates its own note when the text changes, and leaves an unchanged one alone", async () => {
  writeFileSync("matrix.md", "| tier | deploy |\n");
  const args = ["--title", "What changes", "--markdown", "matrix.md", "preview/production.txt"];
  expect(await run(...args)).toBe(0);
  expect(await run(...args)).toBe(0);
  writeFileSync("preview/production.txt", "no changes\n");
  expect(await run(...args)).toBe(0);

  expect(printed).toEqual(["Posted note 500.", "Note 500 says so already.", "Updated note 500."]);
  expect(gitlab.notes).toHaveLength(1);
  expect(gitlab.notes[0]?.body).toContain("### What changes");
  expect(gitlab.notes[0]?.body).toContain("```text\nno changes\n```");
  expect(gitlab.notes[0]?.body).toContain("| tier | deploy |");
  expect(gitlab.log.filter((line) => !line.startsWith("GET"))).toEqual([
    "POST /api/v4/projects/12/merge_requests/7/notes",
    "PUT /api/v4/projects/12/merge_requests/7/notes/500",
  ]);
});

test("never touches somebody else's note, though it starts with the same words", async () => {
  await run("preview/production.txt");
  const copied = { ...gitlab.notes[0]!, id: 1, author: { id: 3 } };
  gitlab.notes.unshift(copied);
  const before = copied.body;
  writeFileSync("preview/production.txt", "another\n");
  await run("preview/production.txt");
  expect(copied.body).toBe(before);
  expect(gitlab.notes[1]?.body).toContain("another");
});

test("keeps two notes with different keys apart", async () => {
  await run("preview/production.txt");
  await run("--key", "matrix", "preview/production.txt");
  expect(gitlab.notes).toHaveLength(2);
});

test("refuses a link in place of the file, which could name this job's environment", async () => {
  rmSync("preview/production.txt");
  symlinkSync("/proc/self/environ", "preview/production.txt");
  await expect(run("preview/production.txt")).rejects.toThrow("is a link, so it is not read");
  expect(gitlab.log).toEqual([]);
});

test("refuses a folder that leads elsewhere", async () => {
  symlinkSync(tmpdir(), "elsewhere");
  writeFileSync(join(tmpdir(), "note-outside.txt"), "secret");
  try {
    await expect(run("elsewhere/note-outside.txt")).rejects.toThrow("leads out of the current folder");
  } finally {
    rmSync(join(tmpdir(), "note-outside.txt"));
  }
});

test("refuses a pipe without waiting for it", async () => {
  execFileSync("mkfifo", ["preview/pipe.txt"]);
  await expect(run("preview/pipe.txt")).rejects.toThrow("is not an ordinary file");
});

test("refuses file names that Markdown would act on", async () => {
  await expect(run("preview/<img src=x>.txt")).rejects.toThrow("is not a file name for a note");
});

test("nothing in a text ends its code block: no quick action, no mention", async () => {
  const body = await bodyFor("````\n/merge\n@all\n```\n");
  expect(body).toContain("`````text\n````\n/merge\n@all\n```\n`````");
});

test("takes out what a terminal would act on", async () => {
  const body = await bodyFor("\u001b[32m+ create\u001b[0m \u001b]0;title\u0007x\u202ey\u0000\r\n\tz\n");
  expect(body).toContain("+ create xy\n\tz\n");
});

test("cuts a long file and says so", async () => {
  const body = await bodyFor("x".repeat(70_000));
  expect(body.length).toBeLessThan(61_000);
  expect(body).toContain("Cut here; the whole text is in the job's artifacts.");
});

test("says what is missing, with exit code 2, before anything is sent", async () => {
  const exit = (...args: string[]) => main(["note", ...args], io({}));
  expect(await exit()).toBe(2);
  expect(await exit("--nonsense")).toBe(2);
  expect(await exit("--key", "Not A Key", "preview/production.txt")).toBe(2);
  expect(await exit("preview/production.txt")).toBe(2);
  expect(await exit("preview/missing.txt")).toBe(2);
  expect(printed.join("\n")).toContain("Which merge request?");
  expect(printed.join("\n")).toContain("preview/missing.txt cannot be read (ENOENT).");
  expect(gitlab.log).toEqual([]);
});

test("never prints or posts the token", async () => {
  await run("preview/production.txt");
  expect(printed.join("\n") + JSON.stringify(gitlab.notes)).not.toContain(TOKEN);
});
