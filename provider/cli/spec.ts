import type { Io } from "./io";

export interface Option {
  readonly type: "string" | "boolean";
  readonly multiple?: boolean;
  /** One letter: `h` for `-h`. */
  readonly short?: string;
  /** What the help shows for the value: `<path>`. */
  readonly value?: string;
  readonly help: string;
}

/** An option with a value, one that may be given several times, and one without a value. */
export const single = (value: string, help: string) => ({ type: "string", value, help }) as const;
export const several = (value: string, help: string) => ({ ...single(value, help), multiple: true }) as const;
export const flag = (help: string) => ({ type: "boolean", help }) as const;

export type Options = Readonly<Record<string, Option>>;

/** What a command gets: nothing is missing, a list may be empty. */
export type Values<O extends Options> = {
  readonly [K in keyof O]: O[K]["type"] extends "boolean"
    ? boolean
    : O[K] extends { readonly multiple: true }
      ? readonly string[]
      : string | undefined;
};

/** One row of the table of commands: everything that is parsed, checked and said about it. */
export interface CommandSpec<O extends Options> {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What follows the name: `--group <path> [options]`. */
  readonly usage: string;
  readonly about: readonly string[];
  readonly options: O;
  /** What a word without an option is, such as `file`; without it there is none. */
  readonly operands?: string;
  readonly exits: Readonly<Record<number, string>>;
  /** Paragraphs about the environment's variables, by their names. */
  readonly environment: Readonly<Record<string, string>>;
  readonly examples: readonly string[];
  run(values: Values<O>, operands: readonly string[], io: Io): number | Promise<number>;
}

/** A command whose options only it knows. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly help: string;
  run(args: readonly string[], io: Io): Promise<number>;
}
