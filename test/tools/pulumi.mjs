// Makes the real Pulumi CLI from its Go modules, with a language host for Node.js and the starter of dynamic providers beside it.
// Prints where it is. Where there is a `pulumi` on PATH, that one is used and nothing is made.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";

const require = createRequire(import.meta.url);
const { builtCli } = require("../../testing/dist/engine/drivers/builtCli.js");
const { pulumiOnPath } = require("../../testing/dist/engine/drivers/cliStack.js");

const { folder, pulumi, version } = builtCli();
const host = join(import.meta.dirname, "..", "..", "testing", "dist", "engine", "host");

putPython();
const onPath = pulumiOnPath();
if (onPath !== undefined) finish(onPath, "on PATH");
if (existsSync(pulumi)) {
  putHosts(folder);
  if (goIsTooOld() === undefined) putPythonHost(folder);
  finish(pulumi, "built before");
}

const old = goIsTooOld();
if (old !== undefined) {
  console.log(`No Pulumi CLI: ${old} Tests, demo and benchmark run on the offline engine.`);
  process.exit(0);
}
if (process.platform === "win32") {
  console.log("No Pulumi CLI: on Windows none is built here; install it, or use the offline engine.");
  process.exit(0);
}

console.error(
  `Building the Pulumi CLI ${version} from its Go modules; the first time takes 5 to 10 minutes.`,
);
// Made whole under another name first: what is there is complete.
const making = `${folder}.${process.pid}`;
rmSync(making, { recursive: true, force: true });
mkdirSync(making, { recursive: true });
const linked = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`;
build("cli", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", ["-ldflags", linked]);
putPythonHost(making);
build("yaml", "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml");
putHosts(making);
rmSync(folder, { recursive: true, force: true });
renameSync(making, folder);
finish(pulumi, "built now");

/** Only what the module files say decides what is built: no settings of this machine for modules or workspaces. */
function go(module, args, options = {}) {
  return execFileSync("go", args, {
    cwd: join(import.meta.dirname, module),
    env: { ...process.env, GOFLAGS: "-mod=readonly", GOWORK: "off", GOTOOLCHAIN: "local" },
    ...options,
  });
}

function build(module, path, flags = []) {
  go(module, ["build", ...flags, "-o", making, path], { stdio: ["ignore", "inherit", "inherit"] });
}

/** Why this machine cannot build it, if so. */
function goIsTooOld() {
  const needed = /^go (\S+)/m.exec(readFileSync(join(import.meta.dirname, "cli", "go.mod"), "utf8"))[1];
  const { stdout, error } = spawnSync("go", ["env", "GOVERSION"], {
    env: { ...process.env, GOTOOLCHAIN: "local" },
    encoding: "utf8",
  });
  if (error) return `there is no Go on PATH (${needed} or newer builds one).`;
  const found = stdout.trim().replace(/^go/, "");
  const [have, need] = [found, needed].map((text) => text.split(".").map((part) => parseInt(part, 10)));
  const first = need.findIndex((part, i) => part !== (have[i] ?? 0));
  return first >= 0 && (have[first] ?? 0) < need[first]
    ? `Go ${found} is too old (${needed} or newer builds one).`
    : undefined;
}

function putHosts(beside) {
  const entries = {
    "pulumi-language-nodejs": "main.js",
    "pulumi-resource-pulumi-nodejs": "dynamic-provider.js",
  };
  for (const [name, entry] of Object.entries(entries)) {
    // From where it will be, so that the repository can move.
    const target = relative(folder, join(host, entry));
    writeFileSync(join(beside, name), `#!/bin/sh\nexec node "$(dirname "$0")/${target}" "$@"\n`);
    chmodSync(join(beside, name), 0o755);
  }
}

/** The host for Python and, from the module of the engine's SDK, what it starts programs with. */
function putPythonHost(beside) {
  const path = "./pulumi-language-python";
  go("cli", ["build", "-o", beside, path], { stdio: ["ignore", "inherit", "inherit"] });
  const list = ["list", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi/sdk/v3"];
  const sdk = go("cli", list, { encoding: "utf8" }).trim();
  const script = "pulumi-language-python-exec";
  writeFileSync(join(beside, script), readFileSync(join(sdk, "python", "cmd", script)));
}

/** An interpreter with Pulumi's SDK for programs in Python, where there are Python, its `venv` and an index of packages. */
function putPython() {
  const requirements = join(import.meta.dirname, "python", "requirements.txt");
  const place = join(import.meta.dirname, "..", "..", ".cache", "python");
  const stamp = join(place, "requirements.txt");
  const wanted = readFileSync(requirements, "utf8");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  rmSync(place, { recursive: true, force: true });
  const run = (command, ...args) => spawnSync(command, args, { stdio: "ignore" }).status === 0;
  const pip = ["-m", "pip", "install", "--quiet", "--requirement", requirements];
  if (run("python3", "-m", "venv", place) && run(join(place, "bin", "python"), ...pip))
    writeFileSync(stamp, wanted);
  else {
    rmSync(place, { recursive: true, force: true });
    console.log("No Python with Pulumi's SDK: tests in Python are skipped.");
  }
}

function finish(command, how) {
  const { stdout } = spawnSync(command, ["version"], { encoding: "utf8" });
  console.log(`Pulumi CLI ${stdout.trim()}, ${how}: ${command}`);
  process.exit(0);
}
