/** Where GitLab versions differ and a client must cope with both. The defaults are the newest version's ways. */
export interface Switches {
  /** `ce`: protected environments and approvals do not exist. Default `ee`. */
  edition: "ee" | "ce";
  /** False: the licence lacks protected environments: nothing is protected, whatever is stored. Default true. */
  licensed: boolean;
  /**
   * What the API of protections answers without the licence. `accepts` (the source shows no check: it stores, and
   * protects nothing), `forbidden` (403) or `missing` (404). Which is true was not seen.
   */
  unlicensedAnswer: "accepts" | "forbidden" | "missing";
  /** What GitLab says of itself; nothing else follows from it. */
  version: string;
  /**
   * A stop of a stopped or stopping environment: `ok` (newest), or `refused` (16 to 18: HTTP 400).
   * https://docs.gitlab.com/api/environments/#stop-an-environment
   */
  stopOfStopped: "ok" | "refused";
  /** A forced stop of a stopped environment: `ok` (newest), or HTTP 500 as before. */
  forcedStopOfStopped: "ok" | "error";
  /** What an omitted `auto_stop_setting` becomes. Default `always`; 17.8 had `with_action`. */
  autoStopDefault: "always" | "with_action";
  /** Reads of an environment until its `on_stop` job succeeds; `manual` waits for `world.finishStopJob`. Default 1. */
  stopJobReads: number | "manual";
  /**
   * 18.x and before: an approval rule needs a subject even in a list of nothing but `_destroy`; the oldest want exactly
   * one key. Without `_destroy` a subject is needed in every version.
   */
  approvalRuleDestroyNeedsSubject: boolean | "exactly-one";
  /** An unknown tier on the group level: `invalid` (400, newest), or `model` (422 on POST, 404 elsewhere). */
  groupNameCheck: "invalid" | "model";
  /** Groups that the group is shared with may be named in its rules (16 and later). Default true. */
  sharedGroupsQualify: boolean;
  /** The order of access entries: a row that was updated moves to the end (as in Postgres), by id, or at random. */
  rowOrder: "updated-last" | "by-id" | "shuffled";
  /** Older versions: approvals are refused unless the deployment is `blocked`, before anything else is looked at. */
  approvalNeedsBlocked: boolean;
  /** Older versions: deployments can be ordered by `ref`. */
  deploymentsByRef: boolean;
  /** False: GitLab before 15.4, whose protections cannot be updated (PUT is 405) and whose entries show no `id`. */
  protectionUpdates: boolean;
  /** False: GitLab before 15.0, which ignores `approval_rules` and does not show the key. */
  approvalRules: boolean;
  /** True: before 15.5, entries of users and groups showed `access_level: 40` beside their subject. */
  levelBesideSubject: boolean;
  /** False: 17.x and before, where job tokens read a pipeline's jobs and nothing else of pipelines. */
  jobTokensReadPipelines: boolean;
  /** False: before 19.2, where `trigger_jobs` does not exist and `bridges` is all there is. */
  triggerJobs: boolean;
  /** How often one person may approve a deployment: once (documented), or once for each rule that names them. */
  approvalsOfOnePerson: "one" | "one-per-rule";
  /** Pipelines one user may create in a project in a minute; above it, HTTP 400. Default unlimited. */
  pipelinesPerMinute: number;
  /** Milliseconds until background work (restart on success, cancel, stale stop) happens; `manual` waits for `world.runWorkers`. */
  workers: number | "manual";
}

/** The defaults. */
export const newest: Switches = {
  edition: "ee",
  licensed: true,
  unlicensedAnswer: "accepts",
  version: "19.2.0-ee",
  stopOfStopped: "ok",
  forcedStopOfStopped: "ok",
  autoStopDefault: "always",
  stopJobReads: 1,
  approvalRuleDestroyNeedsSubject: false,
  groupNameCheck: "invalid",
  sharedGroupsQualify: true,
  rowOrder: "updated-last",
  approvalNeedsBlocked: false,
  deploymentsByRef: false,
  protectionUpdates: true,
  approvalRules: true,
  levelBesideSubject: false,
  jobTokensReadPipelines: true,
  triggerJobs: true,
  approvalsOfOnePerson: "one",
  pipelinesPerMinute: Infinity,
  workers: 5,
};

/** The ways of about 18.x, for tests against the version before. */
export const gitlab18: Partial<Switches> = {
  version: "18.5.0-ee",
  triggerJobs: false,
  stopOfStopped: "refused",
  forcedStopOfStopped: "error",
  approvalRuleDestroyNeedsSubject: true,
  groupNameCheck: "model",
};

/** The ways of 15.3: no update of protections, entries without ids, a stop in any state is 200. */
export const gitlab15: Partial<Switches> = {
  ...gitlab18,
  version: "15.3.0-ee",
  jobTokensReadPipelines: false,
  stopOfStopped: "ok",
  forcedStopOfStopped: "ok",
  protectionUpdates: false,
  levelBesideSubject: true,
  sharedGroupsQualify: false,
  approvalNeedsBlocked: true,
  deploymentsByRef: true,
};

/** Before approval rules: one count for the whole environment, which nothing replaces there. */
export const gitlab14: Partial<Switches> = {
  ...gitlab15,
  version: "14.9.0-ee",
  approvalRules: false,
};
