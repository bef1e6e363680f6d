import { isGitLabError } from "../../gitlab/answer/errors";
import { UserError } from "../errors";
import { isOfMergeRequest, named, type PipelineOf } from "./of";

type Advice = readonly (readonly [words: RegExp, advice: string])[];

/** What to do about a refusal. GitLab's words choose the advice and nothing else; where they are not known, all of it is given. */
const ALWAYS_RIGHT: Advice = [
  [/^Pipelines are disabled/, "Switch CI/CD on in the project: Settings > General > Visibility."],
  [
    /permission to run a pipeline/,
    "The user must be allowed to merge or push to that protected branch or create that protected tag.",
  ],
];
const ADVICE: Advice = [
  ...ALWAYS_RIGHT,
  [
    /ambiguous/i,
    "A branch and a tag have that name: write `refs/heads/…` or `refs/tags/…` in full, or delete one of them.",
  ],
  [
    /\binputs?\b/i,
    "Correct `inputs`: their names, types and options are in `spec: inputs` of the configuration of that ref.",
  ],
  [/^Reference not found/, "Push the branch or tag first, or correct `ref`; a commit's sha is no ref."],
  [/variables/i, "Remove `variables`, or let the user's role set them: Settings > CI/CD > Variables."],
  [/CI config file|\.gitlab-ci\.yml/, "Add a CI/CD configuration to that ref."],
  [
    /would have been empty|workflow|did not run|No stages/,
    "Let `rules` or `workflow` match `$CI_PIPELINE_SOURCE == 'api'`.",
  ],
];
const REF_OF_MERGE_REQUEST_ADVICE =
  "GitLab starts no pipeline for the ref of a merge request in this way: give `mergeRequestIid` instead of `ref`.";
const MERGE_REQUEST_ADVICE =
  "Check that its source branch has a CI/CD configuration with jobs whose `rules` or `workflow` match " +
  "`$CI_PIPELINE_SOURCE == 'merge_request_event'`, and that the token's user may run pipelines for that branch.";
const NOTHING_TO_RUN =
  "Its source branch has no commit that the target branch does not have: push one first, or give `ref` instead of `mergeRequestIid`.";
const ALL_ADVICE =
  "Check that the CI/CD configuration of that ref is valid and has jobs for pipelines started through the API, " +
  "and that the token's user may run pipelines there and set variables.";

interface Refused {
  readonly project: string;
  readonly of: PipelineOf;
  readonly redact: (text: string) => string;
}

/** A refusal of GitLab's with what to do about it; anything else as it is. */
export function explained(start: Refused, error: unknown): unknown {
  if (!isGitLabError(error)) return error;
  const { of, project } = start;
  const refused = `GitLab did not start a pipeline for ${named(of)} in ${project}`;
  // Elsewhere it says that a project was moved; of a merge request it is all that GitLab says of this.
  if (isOfMergeRequest(of) && error.status === 405)
    return new UserError(`${refused} (405). ${NOTHING_TO_RUN}`);
  const words = error.details.sentences.map((sentence) => sentence.replace(/<[^<>]*>/g, "")).join("; ");
  if (error.kind !== "invalid" || words === "") return error;
  const said = start.redact(`${refused}: ${words.replace(/[.\s]+$/, "")}. `);
  return new UserError(said + adviceOn(of, words));
}

function adviceOn(of: PipelineOf, words: string): string {
  if (isOfMergeRequest(of))
    return ALWAYS_RIGHT.find(([pattern]) => pattern.test(words))?.[1] ?? MERGE_REQUEST_ADVICE;
  if (/^refs\/merge-requests\//.test(of.ref)) return REF_OF_MERGE_REQUEST_ADVICE;
  return ADVICE.find(([pattern]) => pattern.test(words))?.[1] ?? ALL_ADVICE;
}
