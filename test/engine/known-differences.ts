import type { Normalized } from "./compare";

/** Makes the transcripts of the two engines equal where they may differ, and only there. */
export function forgive(
  _scenario: string,
  ours: readonly Normalized[],
  theirs: readonly Normalized[],
): [readonly Normalized[], readonly Normalized[]] {
  return [ours, theirs];
}
