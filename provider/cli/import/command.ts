import type { Io } from "../io";

export async function importCommand(_args: readonly string[], _io: Io): Promise<number> {
  throw new Error("not yet");
}
