// Makes a fresh clone ready: installs dependencies when the lock file asks for it, then builds when a source is newer.
import { execSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const newest = (path) => {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((entry) => newest(join(path, entry))));
};
const run = (command) => execSync(command, { stdio: ["ignore", "inherit", "inherit"] });

if (newest("package-lock.json") > newest("node_modules/.package-lock.json"))
  run("npm ci --no-fund --no-audit");

// Changes nothing where all are as they should be; what is made anew is newer than the build.
run("node test/tools/doors.mjs");

const sources = ["provider", "testing", "test", "examples", "tsconfig.base.json", "tsconfig.build.json"].map(
  newest,
);
const built = "dist/.built";
if (Math.max(...sources) > newest(built)) {
  run("npm run --silent build");
  const { writeFileSync } = await import("node:fs");
  writeFileSync(built, "");
}
