import type { GitLabClient } from "../../gitlab/request/client";
import { isGitLabError } from "../../gitlab/answer/errors";
import { api, type ApiPath } from "../../gitlab/request/paths";
import { readEnvironment } from "../../gitlab/reads/sharedReads";
import type { WireEnvironment } from "../../gitlab/answer/types";
import { confirmParentAnswers } from "../containers";
import type { Context } from "../context";
import { UserError } from "../errors";
import type { Props } from "../fields";
import { waitUntil } from "../waiting";
import { deleteOnce } from "../writes";

const DEFAULT_STOP_TIMEOUT_SECONDS = 600;

interface Removal {
  context: Context;
  client: GitLabClient;
  id: string;
  project: string;
  number: number;
  path: ApiPath;
  name: string | undefined;
  /** The state as of the last operation; the server may have moved on. */
  lastState: string | undefined;
  forceStop: boolean;
  timeoutSeconds: number;
}

/** What `onDestroy` says: delete if unused, delete, stop or retain. An environment that is gone already is fine. */
export async function destroyEnvironment(
  context: Context,
  id: string,
  props: Props & { project: string; number: number },
): Promise<void> {
  const mode = (props["onDestroy"] as string | undefined) ?? "delete-if-unused";
  if (mode === "retain") return;
  const removal: Removal = {
    context,
    client: context.client(props),
    id,
    project: props.project,
    number: props.number,
    path: api`/projects/${props.project}/environments/${props.number}`,
    name: props["name"] as string | undefined,
    lastState: props["state"] as string | undefined,
    forceStop: props["forceStop"] === true,
    timeoutSeconds: (props["stopTimeoutSeconds"] as number | undefined) ?? DEFAULT_STOP_TIMEOUT_SECONDS,
  };
  // Outside of the net below: that the list of deployments is not to be seen says nothing about the environment.
  if (mode === "delete-if-unused") await refuseWithDeployments(removal);
  try {
    if (mode === "stop") await stop(removal);
    else await stopAndDelete(removal);
  } catch (error) {
    if (isGitLabError(error, "forbidden")) throw notAllowed(removal, error);
    if (!isGitLabError(error, "not-found")) throw error;
    await confirmParentAnswers(removal.client, "project", removal.project);
  }
}

/** https://docs.gitlab.com/ci/environments/protected_environments/: who may not deploy may not stop or delete either. */
function notAllowed({ id, name }: Removal, error: Error): UserError {
  return new UserError(
    `${id}: the token's user may not stop or delete the environment ${name}. It takes the Developer role and, where the environment ` +
      `is protected by the project or a group above, a place among those who may deploy. ${error.message}`,
  );
}

/** Like a bucket that is not empty: a deployment history is only deleted where the program says so. */
async function refuseWithDeployments(removal: Removal): Promise<void> {
  const query = { environment: removal.name, per_page: 1 };
  const page = await removal.client.page(api`/projects/${removal.project}/deployments`, query);
  if (page.items.length === 0) return;
  throw new UserError(
    `${removal.id}: the environment ${removal.name} has deployments, so it is not deleted. Set \`onDestroy\`, run \`pulumi up\`, ` +
      `then remove the resource: "delete" deletes it with its history, "stop" stops and keeps it, "retain" leaves it as it is.`,
  );
}

async function stopAndDelete(removal: Removal): Promise<void> {
  if (removal.lastState !== "stopped") await stop(removal);
  try {
    await deleteOnce(removal.client, removal.path);
  } catch (error) {
    // GitLab refuses to delete what is not stopped: it was started again since the last operation, or may not be deleted.
    if (!isGitLabError(error, "forbidden")) throw error;
    const seen = await removal.client.get<WireEnvironment>(removal.path);
    if (seen.state === "stopped") throw error;
    await stop({ ...removal, lastState: seen.state });
    await deleteOnce(removal.client, removal.path);
  }
}

async function stop(removal: Removal): Promise<void> {
  if (removal.lastState === "stopped") return;
  const asked =
    removal.lastState === "stopping" && !removal.forceStop ? "stopping" : await askToStop(removal);
  if (asked === "stopping") await waitUntilStopped(removal);
}

/**
 * Versions differ in what they answer when there is nothing left to stop (200, 400, or 500 when forced), so a refusal is
 * judged by the state that follows it.
 */
async function askToStop(removal: Removal): Promise<string> {
  try {
    const path: ApiPath = { path: `${removal.path.path}/stop`, template: `${removal.path.template}/stop` };
    return (await removal.client.post<WireEnvironment>(path, removal.forceStop ? { force: true } : undefined))
      .state;
  } catch (error) {
    if (!isGitLabError(error, "invalid", "server", "lost")) throw error;
    const { state, auto_stop_setting } = await removal.client.get<WireEnvironment>(removal.path);
    if (state !== "available") return state;
    if (auto_stop_setting === "with_action" && !removal.forceStop) {
      throw new UserError(
        `${removal.id}: GitLab does not stop this environment: its autoStopSetting is with_action and no job has \`on_stop\` for it. ` +
          `Set \`forceStop: true\`, run \`pulumi up\`, then remove the resource.`,
      );
    }
    throw error;
  }
}

async function waitUntilStopped(removal: Removal): Promise<void> {
  const { client, project, number, path } = removal;
  removal.context.say(
    `${removal.id}: stopping, waiting for its on_stop jobs (up to ${removal.timeoutSeconds} s)`,
  );
  const { seen } = await waitUntil({
    // Read by itself where it is gone, for GitLab's own words.
    look: async (since) =>
      (await readEnvironment(client, project, number, since)) ?? client.get<WireEnvironment>(path),
    done: (environment) => environment.state !== "stopping",
    timeoutSeconds: removal.timeoutSeconds,
  });
  if (seen.state === "stopped") return;
  const cure = `Look at its on_stop job, or set \`forceStop: true\`, run \`pulumi up\`, then remove the resource.`;
  throw new UserError(
    seen.state === "stopping"
      ? `${removal.id}: still stopping after ${removal.timeoutSeconds} s; nothing was deleted. ${cure}`
      : `${removal.id}: its on_stop job failed and GitLab made it ${seen.state} again; nothing was deleted. ${cure}`,
  );
}
