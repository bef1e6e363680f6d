import type { Difference } from "./differences";

/** Where the offline engine may differ from the CLI, and why. Nothing else may differ. */
export interface KnownDifference {
  /** Matches the path of a difference. */
  readonly path: RegExp;
  /** Only in this scenario; everywhere if absent. */
  readonly scenario?: string;
  readonly reason: string;
}

const knownDifferences: readonly KnownDifference[] = [];

/** The differences that nobody has explained. */
export const unexplained = (scenario: string, found: readonly Difference[]): readonly Difference[] =>
  found.filter(
    ({ path }) =>
      !knownDifferences.some(
        (known) => (known.scenario === undefined || known.scenario === scenario) && known.path.test(path),
      ),
  );
