import { environmentBasic } from "../entities/environment";
import { ok, refuse } from "../http/answers";
import type { Call } from "../http/endpoint";
import { endpoint } from "../http/endpoint";
import type { Field } from "../http/params";
import { boolean, datetime, integer, required, withDefault } from "../http/params";
import type { EnvironmentRow, ProjectRow } from "../model/rows";
import { Role } from "../model/rows";
import { mayDeploy, protectionsOf } from "../rules/coverage";
import { mayWrite } from "../rules/abilities";
import { mustRead, mustWrite, projectOf, someone } from "../rules/guards";
import { removeEnvironment } from "../rules/removal";
import { becomeStopped } from "../rules/stop";

const base = "/projects/:id/environments";
const day = 86_400_000;

const upToThousand: Field["valueRule"] = (value, name) =>
  value === null || (typeof value === "number" && value >= 1 && value <= 1000)
    ? []
    : [`${name} does not have a valid value`];

/** https://docs.gitlab.com/api/environments/#delete-multiple-stopped-review-apps */
const reviewApps = endpoint(
  "DELETE",
  `${base}/review_apps`,
  {
    who: "user",
    jobToken: ["admin_environments"],
    params: {
      before: datetime,
      limit: { ...withDefault(integer, 100), valueRule: upToThousand },
      dry_run: withDefault(boolean, true),
    },
  },
  (call) => {
    const project = projectOf(call);
    mustRead(call, project);
    if (!mayWrite(call.store, call.user, project, Role.Developer)) {
      throw nested(401, [], [], "You do not have permission to schedule environments for deletion");
    }
    const before = call.params.before ?? new Date(call.store.now().getTime() - 30 * day);
    const found = deletable(call, project, before).slice(0, call.params.limit);
    const user = someone(call);
    const locked = found.filter((row) => !mayDeploy(call.store, user, row));
    if (found.length === 0) {
      throw nested(
        400,
        [],
        [],
        "No environments found for scheduled deletion. Either your query did not match any environments (default parameters match environments that are 30 days or older), or you have insufficient permissions to delete matching environments.",
      );
    }
    if (locked.length > 0) {
      throw nested(
        400,
        [],
        locked,
        "Failed to authorize deletions for some or all of the environments. Ask someone with more permissions to delete the environments.",
      );
    }
    if (!call.params.dry_run) schedule(call, found);
    return ok({ scheduled_entries: found.map(environmentBasic), unprocessable_entries: [] });
  },
);

function deletable(call: Call<unknown>, project: ProjectRow, before: Date): EnvironmentRow[] {
  return call.store.environments
    .where("project", project.id)
    .filter(
      (row) =>
        row.state === "stopped" &&
        row.deleteAt === null &&
        row.createdAt < before &&
        /^review\//.test(row.name),
    )
    .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || a.id - b.id);
}

/** They stay listed for a week, then a worker deletes them. */
function schedule(call: Call<unknown>, rows: readonly EnvironmentRow[]): void {
  const { store } = call;
  const deleteAt = new Date(store.now().getTime() + 7 * day);
  for (const row of rows) row.deleteAt = deleteAt;
  const sweep = (): void => {
    if (store.now() < deleteAt) return store.onSweep(sweep);
    for (const row of rows)
      if (row.deleteAt !== null && row.state === "stopped") removeEnvironment(store, row);
  };
  store.onSweep(sweep);
}

/** Even the error is nested, under a `message` of its own. */
function nested(status: number, scheduled: EnvironmentRow[], refused: EnvironmentRow[], text: string) {
  return refuse.withBody(status, {
    message: {
      scheduled_entries: scheduled.map(environmentBasic),
      unprocessable_entries: refused.map(environmentBasic),
      message: text,
    },
  });
}

/** https://docs.gitlab.com/api/environments/#stop-stale-environments */
const stopStale = endpoint(
  "POST",
  `${base}/stop_stale`,
  { who: "user", jobToken: ["admin_environments"], params: { before: required(datetime) } },
  (call) => {
    const project = projectOf(call);
    mustWrite(call, project, Role.Maintainer);
    const before = call.params.before;
    const age = call.store.now().getTime() - (before?.getTime() ?? NaN);
    if (before === null || !(age >= 7 * day && age <= 3653 * day)) throw refuse.badRequest("Invalid Date");
    call.store.later(() => {
      for (const row of stale(call, project, before)) becomeStopped(call.store, row);
    });
    return ok({ message: "Successfully scheduled stale environments to stop" });
  },
);

function stale(call: Call<unknown>, project: ProjectRow, before: Date): EnvironmentRow[] {
  const { store } = call;
  return store.environments
    .where("project", project.id)
    .filter(
      (row) =>
        row.state === "available" &&
        row.updatedAt < before &&
        protectionsOf(store, row).length === 0 &&
        store.deployments.where("environment", row.id).every((each) => each.updatedAt < before),
    );
}

export const environmentCleanup = [reviewApps, stopStale];
