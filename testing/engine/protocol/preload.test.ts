import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { PRELOAD } from "./preload";

/** What a fresh process has loaded: at the start of the SDK, and once its automation API and its closure serializer were used. */
const script = `
  const pulumi = require("@pulumi/pulumi");
  const has = (pattern) => Object.keys(require.cache).some((file) => pattern.test(file.replaceAll("\\\\\\\\", "/")));
  const loaded = () => [has(/pulumi\\/automation\\//), has(/@npmcli\\/arborist\\//)];
  const before = loaded();
  const works = typeof pulumi.automation.LocalWorkspace.create === "function" && "LocalWorkspace" in pulumi.automation &&
    Object.keys(pulumi.automation).includes("CommandError");
  const between = loaded();
  pulumi.runtime.serializeFunction(() => 1).then(({ text }) => {
    console.log(JSON.stringify({ before, works, between, serialized: text.includes("exports.handler") }));
    process.exit();
  });`;

it("the SDK loads its automation API and what serializes closures when they are used, and they work as ever", () => {
  const output = execFileSync(process.execPath, [...PRELOAD, "-e", script], { encoding: "utf8" });
  expect(JSON.parse(output)).toEqual({
    before: [false, false],
    works: true,
    between: [true, false],
    serialized: true,
  });
});
