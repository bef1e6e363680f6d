// Stands in for the `pulumi` command where the CLI is not installed: the few commands that the GitOps pipeline uses, on the
// offline engine. A plan is the list of steps, and is compared with the steps of a second preview.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";

const require = createRequire(import.meta.url);
const { OfflineStack } = require("../../testing/dist/index.js");
const { parse } = require("yaml");

const flag = { type: "boolean" };
const text = { type: "string" };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    stack: text,
    file: text,
    plan: text,
    "save-plan": text,
    color: text,
    create: flag,
    diff: flag,
    yes: flag,
    refresh: flag,
    "expect-no-changes": flag,
    "non-interactive": flag,
    "skip-preview": flag,
  },
});
const [command, subcommand, argument] = positionals;
const name = values.stack ?? argument;
const folder = new URL(process.env.PULUMI_BACKEND_URL).pathname;
const stateFile = join(folder, `${name}.json`);
const readJson = (file) => JSON.parse(readFileSync(file, "utf8"));

function fail(message) {
  console.error(`error: ${message}`);
  process.exit(255);
}

async function open() {
  if (!existsSync(stateFile)) fail(`no stack named '${name}' found`);
  const file = `Pulumi.${name}.yaml`;
  const { config = {} } = existsSync(file) ? (parse(readFileSync(file, "utf8")) ?? {}) : {};
  const state = readJson(stateFile);
  return OfflineStack.create({ program: ".", name, config, ...(state && { state }) });
}

const stepsOf = ({ steps }) => steps.map(({ urn, op }) => `${op} ${urn}`).sort();

function report(result) {
  console.log(result.text);
  if (!result.ok) process.exit(255);
  const changes = Object.keys(result.changes).filter((op) => op !== "same");
  if (values["expect-no-changes"] && changes.length > 0)
    fail("no changes were expected but changes were proposed");
}

if (command === "stack" && (subcommand === "init" || values.create)) {
  mkdirSync(folder, { recursive: true });
  if (!existsSync(stateFile)) writeFileSync(stateFile, "null");
} else if (command === "stack" && subcommand === "import") {
  writeFileSync(stateFile, readFileSync(values.file));
} else if (command === "stack" && subcommand === "export") {
  writeFileSync(values.file, readFileSync(stateFile));
} else if (command === "preview") {
  const result = await (
    await open()
  ).preview({ refresh: values.refresh ?? false, diff: values.diff ?? false });
  if (values["save-plan"]) writeFileSync(values["save-plan"], JSON.stringify(stepsOf(result)));
  report(result);
} else if (command === "up") {
  const stack = await open();
  if (values.plan) {
    const planned = JSON.stringify(readJson(values.plan));
    const now = await stack.preview({ refresh: values.refresh ?? false });
    if (planned !== JSON.stringify(stepsOf(now))) fail("the steps violate the plan");
  }
  const result = await stack.up({ refresh: values.refresh ?? false });
  writeFileSync(stateFile, JSON.stringify(await stack.exportState()));
  report(result);
} else {
  fail(`unknown command "${positionals.join(" ")}"`);
}
