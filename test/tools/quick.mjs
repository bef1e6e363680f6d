// Runs the tests that start no other process, for an answer within two minutes, and says what it leaves out. With `--list` it only says
// which it would run and which not.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

const root = join(import.meta.dirname, "..", "..");

/** Starts processes: the SDK's, the CLI's, npm's, a shell's, a browser. */
const starts = /from "(node:child_process|playwright-core)"/;
const reading = new Map();

/** Whether a file, or one that it imports from this repository, starts processes. */
function startsProcesses(file) {
  if (reading.has(file)) return reading.get(file);
  reading.set(file, false); // a circle brings nothing new
  const text = readFileSync(file, "utf8");
  const found =
    starts.test(text) ||
    [...text.matchAll(/^(?:import|export) (?!type )[^;]*?from "([^"]+)"|^import "([^"]+)"/gm)].some(
      ([, from, bare]) => {
        const imported = resolve(from ?? bare, dirname(file));
        return imported !== undefined && startsProcesses(imported);
      },
    );
  reading.set(file, found);
  return found;
}

function resolve(name, folder) {
  const path =
    name === "pulumi-gitlab-cd-testing"
      ? join(root, "testing")
      : name.startsWith(".")
        ? join(folder, name)
        : undefined;
  return (
    path &&
    [`${path}.ts`, join(path, "index.ts"), path].find((file) => file.endsWith(".ts") && existsSync(file))
  );
}

const tests = ["test", "testing", "examples"]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((name) => join(root, folder, name)),
  )
  .filter(
    (file) =>
      file.endsWith(".test.ts") &&
      !file.includes(`${sep}node_modules${sep}`) &&
      !file.includes(`${sep}dist${sep}`),
  )
  .sort();
const names = (files) => files.map((file) => relative(root, file));
/** One that does all the same: a program, its provider and the engine, as users' own tests have them. */
const whole = join(root, "examples", "testing-your-rules", "rules.test.ts");
const isQuick = (file) => file === whole || !startsProcesses(file);
const quick = names(tests.filter(isQuick));
const left = names(tests.filter((file) => !isQuick(file)));

const isList = process.argv.includes("--list");
if (isList) for (const name of quick) console.log(name);
const run = isList
  ? { status: 0 }
  : spawnSync("npx", ["vitest", "run", ...quick], { cwd: root, stdio: "inherit" });
console.log(
  `Left out, as they start programs, providers or other processes (npm test runs them): ${left.length} of ${tests.length} files`,
);
for (const name of left) console.log(`  ${name}`);
process.exit(run.status ?? 1);
