import { execFile } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Emulator } from "./index";

/**
 * Clients that nobody here wrote live whole lives of every object. What they need is installed once, below `.cache`, and
 * left out by name where Python, Go or the network are missing.
 */
const run = promisify(execFile);
const programs = join(__dirname, "clients");
const cache = join(__dirname, "..", "..", ".cache", "clients");
const minutes = 60_000;

let gitlab: Emulator;
beforeEach(async () => {
  gitlab = await Emulator.start();
});
afterEach(() => gitlab.stop());

/** Undefined where the command fails or takes too long: then there is nothing to test with. */
async function attempt(command: string, args: string[], options: object = {}): Promise<string | undefined> {
  try {
    return (await run(command, args, { timeout: 5 * minutes, ...options })).stdout;
  } catch {
    return undefined;
  }
}

const environment = () => ({ ...process.env, GITLAB_TOKEN: gitlab.token });

describe("python-gitlab", () => {
  const home = join(cache, "python");
  const python = join(home, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");

  async function installed(): Promise<boolean> {
    if ((await attempt(python, ["-c", "import gitlab"])) !== undefined) return true;
    mkdirSync(cache, { recursive: true });
    await attempt("python3", ["-m", "venv", home]);
    const pip = ["-m", "pip", "install", "--quiet", "--timeout", "15", "--retries", "1"];
    if (!existsSync(python)) return false;
    return (await attempt(python, [...pip, "python-gitlab==8.6.0"])) !== undefined;
  }

  it(
    "lives through every object's life",
    async ({ skip }) => {
      if (!(await installed())) skip("neither Python with python-gitlab nor a way to install it");
      const lived = await run(python, [join(programs, "life.py"), gitlab.url], { env: environment() });
      expect(lived.stdout).toBe("lived\n");
    },
    15 * minutes,
  );
});

describe("GitLab's Go client", () => {
  const cwd = join(programs, "go");
  const program = join(cache, "go-life");
  const local = { ...process.env, GOFLAGS: "-mod=readonly", GOTOOLCHAIN: "local" };

  /** Needs the network only when the module cache is empty. */
  const available = (): Promise<string | undefined> =>
    attempt("go", ["mod", "download"], { cwd, env: local });

  it(
    "lives through every object's life",
    async ({ skip }) => {
      if ((await available()) === undefined) skip("neither Go with its modules nor a way to get them");
      mkdirSync(cache, { recursive: true });
      await run("go", ["build", "-o", program, "."], { cwd, env: local });
      const lived = await run(program, [gitlab.url], { env: environment() });
      expect(lived.stdout).toBe("lived\n");
    },
    15 * minutes,
  );
});
