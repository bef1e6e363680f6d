import { parseArgs } from "node:util";

import { EXIT } from "./exit";
import { helpOf } from "./help";
import { UsageError } from "./io";
import type { Command, CommandSpec, Option, Options, Values } from "./spec";

const HELP = { help: { type: "boolean", short: "h", help: "this text" } } as const;

export function command<const O extends Options>(spec: CommandSpec<O>): Command {
  const options = { ...spec.options, ...HELP };
  const help = helpOf({ ...spec, options });
  return {
    name: spec.name,
    summary: spec.summary,
    help,
    async run(args, io) {
      const { values, operands } = parse(args, options, spec.operands !== undefined);
      if (values["help"] === true) {
        io.stdout.write(help);
        return EXIT.ok;
      }
      return spec.run(values as Values<O>, operands, io);
    },
  };
}

/** A mistake in the arguments is the user's to read. */
function parse(
  args: readonly string[],
  options: Options,
  allowPositionals: boolean,
): { values: Record<string, unknown>; operands: string[] } {
  const known = Object.fromEntries(
    Object.entries(options).map(([name, { type, short, multiple }]) => [
      name,
      { type, multiple: multiple ?? false, ...(short === undefined ? {} : { short }) },
    ]),
  );
  try {
    const parsed = parseArgs({ args: [...args], options: known, strict: true, allowPositionals });
    const nothing = ({ type, multiple }: Option) =>
      type === "boolean" ? false : multiple === true ? [] : undefined;
    const values = Object.fromEntries(
      Object.entries(options).map(([name, option]) => [name, parsed.values[name] ?? nothing(option)]),
    );
    return { values, operands: parsed.positionals };
  } catch (error) {
    // Node's sentence goes on about positionals and `--`.
    throw new UsageError((error as Error).message.replace(/\. To specify[^]*$/, "."));
  }
}
