#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { isGitLabError } from "../gitlab/answer/errors";
import { doctorCommand } from "./doctor/command";
import { EXIT } from "./exit";
import { overview } from "./help";
import { importCommand } from "./import/command";
import { type Io, UsageError } from "./io";
import { matrixCommand } from "./matrix/command";
import { noteCommand } from "./note";
import type { Command } from "./spec";
import { plain } from "./text";

const COMMANDS: readonly Command[] = [matrixCommand, importCommand, noteCommand, doctorCommand];

/** Runs a command line and resolves to its exit code; whatever goes wrong has been said by then. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const [name = "--help", ...args] = argv;
  if (["--help", "-h", "help"].includes(name)) {
    const asked = argv.length > 0;
    (asked ? io.stdout : io.stderr).write(overview(COMMANDS));
    return asked ? EXIT.ok : EXIT.usage;
  }
  if (name === "--version") {
    io.stdout.write(`${version()}\n`);
    return EXIT.ok;
  }
  try {
    const command = COMMANDS.find((each) => each.name === name);
    if (command === undefined) throw new UsageError(`There is no command “${name}”.`);
    return await command.run(args, io);
  } catch (error) {
    return explain(error, name, io);
  }
}

/** One or two lines for a person; a stack only for mistakes of ours. */
function explain(error: unknown, command: string, io: Io): number {
  const say = (text: string) =>
    io.stderr.write(`pulumi-gitlab-cd: ${text.split("\n").map(plain).join("\n")}\n`);
  if (error instanceof UsageError) {
    const help = COMMANDS.some(({ name }) => name === command) ? `${command} --help` : "--help";
    say(`${error.message} See: pulumi-gitlab-cd ${help}`);
    return EXIT.usage;
  }
  if (isGitLabError(error)) {
    say(error.message);
    return isGitLabError(error, "token-missing", "configuration") ? EXIT.usage : EXIT.gitlab;
  }
  throw error;
}

function version(): string {
  const file = join(__dirname, "..", "..", "..", "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

if (require.main === module) {
  const { env, stdout, stderr } = process;
  // A reader that has seen enough (`| head`) is no error.
  stdout.on("error", (error: NodeJS.ErrnoException) =>
    process.exit(error.code === "EPIPE" ? EXIT.ok : EXIT.usage),
  );
  void run(process.argv.slice(2), { env, stdout, stderr, now: () => new Date() }).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      console.error(error);
      process.exitCode = EXIT.usage;
    },
  );
}
