import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

import { noteCommand } from "../../provider/cli/note";
import { run as main } from "../../provider/cli/main";
import type { Io } from "../../provider/cli/io";
import { Emulator } from "../../testing/emulator";

const home = process.cwd();
let gitlab: Emulator;
let token: string;
let mergeRequest: ReturnType<Emulator["world"]["addMergeRequest"]>;
let folder: string;
let printed: string[];

beforeEach(async () => {
  gitlab = await Emulator.start();
  token = gitlab.tokenFor("rita"); // a Reporter
  mergeRequest = gitlab.world.addMergeRequest("acme/shop");
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
    GITLAB_TOKEN: token,
    CI_API_V4_URL: `${gitlab.url}/api/v4`,
    CI_MERGE_REQUEST_PROJECT_ID: String(mergeRequest.projectId),
    CI_MERGE_REQUEST_IID: String(mergeRequest.iid),
  };
  return noteCommand.run(args, io(env));
}

const notes = () => gitlab.world.notes(mergeRequest);

async function bodyFor(content: string, file = "preview/production.txt"): Promise<string> {
  writeFileSync(file, content);
  expect(await run("--dry-run", file)).toBe(0);
  return printed.join("\n");
}

it("posts once, updates its own note when the text changes, and leaves an unchanged one alone", async () => {
  writeFileSync("matrix.md", "| tier | deploy |\n");
  const args = ["--title", "What changes", "--markdown", "matrix.md", "preview/production.txt"];
  expect(await run(...args)).toBe(0);
  expect(await run(...args)).toBe(0);
  writeFileSync("preview/production.txt", "no changes\n");
  expect(await run(...args)).toBe(0);

  const id = notes()[0]?.id;
  expect(printed).toEqual([`Posted note ${id}.`, `Note ${id} says so already.`, `Updated note ${id}.`]);
  expect(notes()).toHaveLength(1);
  expect(notes()[0]?.body).toContain("### What changes");
  expect(notes()[0]?.body).toContain("```text\nno changes\n```");
  expect(notes()[0]?.body).toContain("| tier | deploy |");
  expect(gitlab.requests.map(({ method }) => method).filter((method) => method !== "GET")).toEqual([
    "POST",
    "PUT",
  ]);
});

it("never touches somebody else's note, though it starts with the same words", async () => {
  await run("preview/production.txt");
  token = gitlab.tokenFor("dana");
  writeFileSync("preview/production.txt", "another\n");
  await run("preview/production.txt");
  expect(notes().map(({ body }) => /(create|another)/.exec(body)?.[0])).toEqual(["create", "another"]);
});

it("keeps two notes with different keys apart", async () => {
  await run("preview/production.txt");
  await run("--key", "matrix", "preview/production.txt");
  expect(notes()).toHaveLength(2);
});

it("refuses a link in place of the file, which could name this job's environment", async () => {
  rmSync("preview/production.txt");
  symlinkSync("/proc/self/environ", "preview/production.txt");
  await expect(run("preview/production.txt")).rejects.toThrow("is a link, so it is not read");
  expect(gitlab.requests).toEqual([]);
});

it("refuses a folder that leads elsewhere", async () => {
  symlinkSync(tmpdir(), "elsewhere");
  writeFileSync(join(tmpdir(), "note-outside.txt"), "secret");
  try {
    await expect(run("elsewhere/note-outside.txt")).rejects.toThrow("leads out of the current folder");
  } finally {
    rmSync(join(tmpdir(), "note-outside.txt"));
  }
});

it("refuses a pipe without waiting for it", async () => {
  execFileSync("mkfifo", ["preview/pipe.txt"]);
  await expect(run("preview/pipe.txt")).rejects.toThrow("is not an ordinary file");
});

it("refuses file names that Markdown would act on", async () => {
  await expect(run("preview/<img src=x>.txt")).rejects.toThrow("is not a file name for a note");
});

it("nothing in a text ends its code block: no quick action, no mention", async () => {
  const body = await bodyFor("````\n/merge\n@all\n```\n");
  expect(body).toContain("`````text\n````\n/merge\n@all\n```\n`````");
});

it("takes out what a terminal would act on", async () => {
  const body = await bodyFor("\u001b[32m+ create\u001b[0m \u001b]0;title\u0007x\u202ey\u0000\r\n\tz\n");
  expect(body).toContain("+ create xy\n\tz\n");
});

it("cuts a long file and says so", async () => {
  const body = await bodyFor("x".repeat(70_000));
  expect(body.length).toBeLessThan(61_000);
  expect(body).toContain("Cut here; the whole text is in the job's artifacts.");
});

it("says what is missing, with exit code 2, before anything is sent", async () => {
  const exit = (...args: string[]) => main(["note", ...args], io({}));
  expect(await exit()).toBe(2);
  expect(await exit("--nonsense")).toBe(2);
  expect(await exit("--key", "Not A Key", "preview/production.txt")).toBe(2);
  expect(await exit("preview/production.txt")).toBe(2);
  expect(await exit("preview/missing.txt")).toBe(2);
  expect(printed.join("\n")).toContain("Which merge request?");
  expect(printed.join("\n")).toContain("preview/missing.txt cannot be read (ENOENT).");
  expect(gitlab.requests).toEqual([]);
});

it("never prints or posts the token", async () => {
  await run("preview/production.txt");
  expect(printed.join("\n") + JSON.stringify(notes())).not.toContain(token);
});
