import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Emulator } from "../../testing/emulator";
import { OfflineStack } from "../../testing/engine";
import { TestProgram } from "../support/program";
import { ROOT } from "../support/root";
import { FIXTURES, prepare, program, stateNames } from "./states";

/** Writes the states of the version in package.json; refuses to touch a version that has them. */
async function writeStates(): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
  const folder = join(FIXTURES, version);
  mkdirSync(folder, { recursive: true });
  const missing = stateNames.filter((name) => !existsSync(join(folder, `${name}.json`)));
  for (const name of missing) {
    const emulator = await Emulator.start();
    prepare(emulator, name);
    const files = new TestProgram(program(emulator, name, "made"));
    const stack = await OfflineStack.create({
      program: files.folder,
      project: "states",
      emulator,
      passphrase: "fixture",
      parallel: 1,
    });
    (await stack.up()).orThrow();
    const state = JSON.stringify(await stack.exportState(), undefined, 1);
    // A released version's states are never written again: what matters is what that version wrote.
    writeFileSync(join(folder, `${name}.json`), `${state}\n`, { flag: "wx" });
    files.remove();
    await emulator.stop();
  }
}

void writeStates();
