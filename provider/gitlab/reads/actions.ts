import type { GitLabClient } from "../request/client";
import { isGitLabError } from "../answer/errors";
import { api } from "../request/paths";
import { repeatedOnce } from "../request/repeated";
import type { WireEnvironmentBasic, WireReviewAppCleanup } from "../answer/types";

/** Which review apps to clean up. https://docs.gitlab.com/api/environments/#delete-multiple-stopped-review-apps */
interface ReviewAppSelection {
  project: string;
  before?: string;
  limit?: number;
  dryRun?: boolean;
}

/** An environment that a clean-up speaks of. */
export interface CleanedUpEnvironment {
  id: number;
  name: string;
  slug: string;
  externalUrl: string | null;
  /** ISO 8601. */
  createdAt: string;
  /** ISO 8601. */
  updatedAt: string;
}

/** What a clean-up came to. */
export interface ReviewAppCleanupResult {
  /** What is (or, in a dry run, would be) deleted: a week later, and listed until then. */
  scheduledEntries: CleanedUpEnvironment[];
  /** Empty: where the user may not delete one of them, GitLab schedules none, which is an error. */
  unprocessableEntries: CleanedUpEnvironment[];
}

/**
 * Schedules stopped environments named `review/…` for deletion. Nothing to clean up is a success; where the token may not
 * delete one of them, GitLab schedules none and this rejects.
 */
export async function cleanUpReviewApps(
  client: GitLabClient,
  { project, before, limit, dryRun = true }: ReviewAppSelection,
): Promise<ReviewAppCleanupResult> {
  const send = () =>
    client.delete<WireReviewAppCleanup>(api`/projects/${project}/environments/review_apps`, {
      before,
      limit,
      dry_run: dryRun,
    });
  try {
    // A real run is never repeated: with a limit, the second one would schedule the next ones.
    const answer = await (dryRun ? repeatedOnce(send) : send());
    return {
      scheduledEntries: answer.scheduled_entries.map(summary),
      unprocessableEntries: answer.unprocessable_entries.map(summary),
    };
  } catch (error) {
    if (foundNothing(error)) return { scheduledEntries: [], unprocessableEntries: [] };
    throw error;
  }
}

function summary(wire: WireEnvironmentBasic): CleanedUpEnvironment {
  const { id, name, slug } = wire;
  return {
    id,
    name,
    slug,
    externalUrl: wire.external_url ?? null,
    createdAt: wire.created_at!,
    updatedAt: wire.updated_at!,
  };
}

/** GitLab says 400 when there is nothing to do, with both lists in the body and empty. */
function foundNothing(error: unknown): boolean {
  if (!isGitLabError(error, "invalid") || error.status !== 400) return false;
  const { scheduled_entries: scheduled, unprocessable_entries: refused } = error.details.records ?? {};
  return scheduled === 0 && refused === 0;
}

const WEEK_MS = 7 * 24 * 3600 * 1000;
const LONGEST_YEARS = 10;

/** What is wrong with a date that GitLab would refuse as invalid. */
export function staleDateFault(before: string, now: Date = new Date()): string | undefined {
  const earliest = new Date(now);
  earliest.setUTCFullYear(now.getUTCFullYear() - LONGEST_YEARS);
  const at = Date.parse(before);
  if (at >= earliest.getTime() && at <= now.getTime() - WEEK_MS) return undefined;
  return `must be at most ${LONGEST_YEARS} years and at least 1 week ago, got ${before}`;
}

/**
 * Asks GitLab to stop what was not changed or deployed to for long; it does so in the background. Protected environments are left alone.
 * https://docs.gitlab.com/api/environments/#stop-stale-environments
 */
export async function stopStaleEnvironments(
  client: GitLabClient,
  { project, before }: { project: string; before: string },
): Promise<{ message: string }> {
  const path = api`/projects/${project}/environments/stop_stale`;
  const { message } = await repeatedOnce(() => client.post<{ message: string }>(path, { before }));
  return { message };
}
