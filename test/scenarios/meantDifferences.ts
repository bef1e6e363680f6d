import type { Difference } from "../../testing/engine/trial/differences";

/** Where the second door comes out differently from the first, and why that is meant. Nothing else may differ. */
interface MeantDifference {
  readonly holds: (difference: Difference) => boolean;
  readonly reason: string;
}

export const meant: readonly MeantDifference[] = [
  {
    holds: ({ path, ours }) =>
      ours === undefined && /\/outputs\/(environmentId|deploymentId|pipelineId)$/.test(path),
    reason:
      "GitLab's numbers are outputs of the second door; the first one's classes take them from the id, so its states lack them.",
  },
  {
    holds: ({ path, ours }) => ours === undefined && /^\d+:preview\/outputs\//.test(path),
    reason:
      "Previews of the second door know outputs that only `up` knows through the first; what they say is compared with what `up` then makes.",
  },
  {
    holds: ({ path, theirs }) => theirs === undefined && /^\d+:preview\/outputs\/(rules|levels)$/.test(path),
    reason:
      "Previews of the first door show the declared entries as if they were the output; the second one knows that GitLab's numbers will be in it.",
  },
  {
    holds: ({ path }) => path.endsWith("/sourcePosition"),
    reason: "What `get` registers is made in the class itself, in another file of this package.",
  },
  {
    holds: ({ path, theirs }) => theirs === undefined && /\/diagnostics\/info#err /.test(path),
    reason: "What fails in a dynamic provider is also printed by the SDK, once more and below the stack.",
  },
];
