/**
 * Doc comments are written for programs in TypeScript on the first door. These say what is otherwise for the provider in any
 * language; each must be found somewhere, or it is dead.
 */
const REWORDED: readonly (readonly [pattern: RegExp, words: string])[] = [
  // This provider knows its outputs in previews.
  [/\s*Unknown in previews of updates\./g, ""],
  [/; in previews of changes as declared, without ids/g, ""],
  [
    /prefer `getPipelineVariablesOutput`, whose result is\s+secret\./g,
    "the result is secret where it can be.",
  ],
  [
    /Give secrets as `pulumi\.secret\(…\)` or from `config\.requireSecret`: then/g,
    "Give secrets as Pulumi secrets: then",
  ],
  [
    /Named connection \(README, "Configuration"\)\.(?: Default: the default one\.)?/g,
    "Named connection: `NAME_TOKEN` and `NAME_BASE_URL` in the environment. Default: the provider's own.",
  ],
  [
    /Named connection \(README, "Configuration"\): /g,
    "Named connection (`NAME_TOKEN` and `NAME_BASE_URL` in the environment): ",
  ],
];

export class Words {
  readonly #unused = new Set(REWORDED.map(([pattern]) => pattern));

  /** The comment in words that hold in every language. */
  neutral(comment: string): string {
    let text = comment;
    for (const [pattern, words] of REWORDED) {
      const now = text.replace(pattern, words);
      if (now !== text) this.#unused.delete(pattern);
      text = now;
    }
    return unwrapped(text.trim());
  }

  assertAllUsed(): void {
    if (this.#unused.size > 0) throw new Error(`No comment says ${[...this.#unused].join(", ")}.`);
  }
}

/** Paragraphs in one line each; lists keep theirs. */
function unwrapped(text: string): string {
  return text.replace(/([^\n])\n(?!\n|\s*[-*] )\s*/g, "$1 ");
}
