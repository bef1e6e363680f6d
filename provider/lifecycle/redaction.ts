/** Values that may be secret, by the name that is shown in their place. */
export type Secrets = readonly (readonly [name: string, value: string])[];

/** Shorter texts are found everywhere by chance, and hide nothing that could not be guessed. */
const SHORTEST = 4;

/**
 * Takes values out of words that are not ours: GitLab quotes what it refuses. Whoever prints such words has already made
 * one line of them and may have cut it, so the lines of a value and a cut-off beginning are recognised too.
 */
export function redactor(secrets: Secrets): (text: string) => string {
  const parts = secrets
    .flatMap(([name, value]) => pieces(value).map((piece) => [name, piece] as const))
    .sort(([, a], [, b]) => b.length - a.length);
  return (text) => parts.reduce((safe, [name, piece]) => withoutPiece(safe, name, piece), text);
}

function pieces(value: string): string[] {
  const line = value.replace(/\s+/g, " ").trim();
  const all = [value, line, ...value.split(/\s*\n\s*/)];
  return [...new Set(all)].filter((piece) => piece.length >= SHORTEST);
}

function withoutPiece(text: string, name: string, piece: string): string {
  const shown = `[${name}]`;
  const safe = text.split(piece).join(shown);
  if (!safe.includes("…")) return safe;
  for (let length = piece.length - 1; length >= SHORTEST; length--) {
    const cut = `${piece.slice(0, length)}…`;
    if (safe.includes(cut)) return safe.split(cut).join(`${shown}…`);
  }
  return safe;
}
