import { existsSync, writeFileSync } from "node:fs";

/** What a command may use of the process it runs in. */
export interface Io {
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: OutputTarget;
  readonly stderr: OutputTarget;
  now(): Date;
}

export interface OutputTarget {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** A mistake in the arguments or in the set-up: told with a pointer to the help, and no stack. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Colours only where a person looks. https://no-color.org */
export function wantsColours({ env, stdout }: Io): boolean {
  return stdout.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
}

/** Before anything is read: nobody wants to wait for minutes to hear that a file is there. */
export function refuseToOverwrite(file: string | undefined): void {
  if (file !== undefined && existsSync(file)) throw alreadyThere(file);
}

const alreadyThere = (file: string) => new UsageError(`${file} exists; --force overwrites it.`);

export function deliver(io: Io, text: string, file: string | undefined, overwrite = true): void {
  if (file === undefined) {
    io.stdout.write(text);
    return;
  }
  try {
    writeFileSync(file, text, { flag: overwrite ? "w" : "wx" });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") throw alreadyThere(file);
    throw new UsageError(`${file} cannot be written (${code ?? String(error)}).`);
  }
  io.stderr.write(`Written: ${file}\n`);
}
