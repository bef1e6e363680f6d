#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { isGitLabError } from "../gitlab/answer/errors";
import { importCommand } from "./import/command";
import { type Io, UsageError } from "./io";
import { matrixCommand } from "./matrix/command";
import { note } from "./note";
import { plain } from "./text";
import { EXIT, MAIN_HELP } from "./usage";

type Command = (args: readonly string[], io: Io) => Promise<number>;

const COMMANDS: Readonly<Record<string, Command>> = {
  matrix: matrixCommand,
  import: importCommand,
  note,
};

/** Runs a command line and resolves to its exit code; whatever goes wrong has been said by then. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const [name = "--help", ...args] = argv;
  if (["--help", "-h", "help"].includes(name)) {
    const asked = argv.length > 0;
    (asked ? io.stdout : io.stderr).write(MAIN_HELP);
    return asked ? EXIT.ok : EXIT.usage;
  }
  if (name === "--version") {
    io.stdout.write(`${version()}\n`);
    return EXIT.ok;
  }
  try {
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined) throw new UsageError(`There is no command “${name}”.`);
    return await command(args, io);
  } catch (error) {
    return explain(error, name, io);
  }
}

/** One or two lines for a person; a stack only for mistakes of ours. */
function explain(error: unknown, command: string, io: Io): number {
  const say = (text: string) =>
    io.stderr.write(`pulumi-gitlab-cd: ${text.split("\n").map(plain).join("\n")}\n`);
  if (error instanceof UsageError) {
    const help = Object.hasOwn(COMMANDS, command) ? `${command} --help` : "--help";
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
