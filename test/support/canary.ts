import { afterAll, beforeAll } from "vitest";

// Every token of the tests has one of these in it; see `CANARY` of the emulator and of test/client/server.ts.
const CANARIES = ["emulated-canary-", "glpat-canary-"];

/** Whatever a test file prints, its own and its child processes' output, is searched for tokens. */
const leaks: string[] = [];
const streams = [process.stdout, process.stderr];
const writers = streams.map((stream) => stream.write.bind(stream));

function search(chunk: unknown): void {
  const text = typeof chunk === "string" ? chunk : Buffer.isBuffer(chunk) ? chunk.toString() : "";
  if (CANARIES.some((canary) => text.includes(canary))) leaks.push(text.slice(0, 500));
}

beforeAll(() => {
  streams.forEach((stream, i) => {
    stream.write = ((...args: Parameters<typeof stream.write>) => {
      search(args[0]);
      return writers[i]!(...args);
    }) as typeof stream.write;
  });
  for (const name of ["log", "info", "warn", "error", "debug"] as const) {
    const print = console[name].bind(console);
    console[name] = (...args: unknown[]) => {
      args.forEach(search);
      print(...args);
    };
  }
});

afterAll(() => {
  if (leaks.length > 0)
    throw new Error(`a token was printed: ${leaks.join("\n").replace(/canary-\S+/g, "canary-…")}`);
});
