import { isGitLabError } from "../../gitlab/answer/errors";
import type { WireEnvironment } from "../../gitlab/answer/types";
import { readEnvironment } from "../../gitlab/reads/shared";
import type { GitLabClient, Still } from "../../gitlab/request/client";
import type { ApiPath } from "../../gitlab/request/paths";
import type { Context } from "../context";
import { UserError } from "../errors";
import { LEAVE_IT } from "../onDestroy";
import { waitUntil } from "../waiting";

export interface Stopping {
  context: Context;
  client: GitLabClient;
  id: string;
  project: string;
  number: number;
  path: ApiPath;
  name: string;
  forceStop: boolean;
  timeoutSeconds: number;
  /** Sends a request that begins to take the environment away, as soon as and as long as that is right. */
  send: <T>(request: (still?: Still) => Promise<T>) => Promise<T>;
  /** Told before it is waited for jobs, which may take minutes. */
  waits: () => void;
  /** Told when it is stopped without that, and only the deletion is left. */
  stopped: () => void;
}

/** Stops an environment and waits for its `on_stop` jobs; what is stopped already is fine. Says whether it waited. */
export async function stopEnvironment(stopping: Stopping): Promise<{ waited: boolean }> {
  const waited = (await askToStop(stopping)) === "stopping";
  if (waited) {
    stopping.waits();
    await waitUntilStopped(stopping);
  }
  return { waited };
}

/**
 * Versions differ in what they answer when there is nothing left to stop (200, 400, or 500 when forced), so a refusal is
 * judged by the state that follows it.
 */
async function askToStop(stopping: Stopping): Promise<string> {
  try {
    const path: ApiPath = {
      path: `${stopping.path.path}/stop`,
      template: `${stopping.path.template}/stop`,
    };
    const body = stopping.forceStop ? { force: true } : undefined;
    const { client, send } = stopping;
    return (await send((still) => client.post<WireEnvironment>(path, body, still))).state;
  } catch (error) {
    if (!isGitLabError(error, "invalid", "server", "lost")) throw error;
    const { state, auto_stop_setting } = await stopping.client.get<WireEnvironment>(stopping.path);
    if (state !== "available") return state;
    if (auto_stop_setting === "with_action" && !stopping.forceStop) {
      throw new UserError(
        `${stopping.id}: GitLab does not stop the environment ${stopping.name}: its autoStopSetting is with_action and no job has ` +
          `\`on_stop\` for it. Set \`forceStop: true\`, run \`pulumi up\`, then remove the resource. ${LEAVE_IT}`,
      );
    }
    throw error;
  }
}

async function waitUntilStopped(stopping: Stopping): Promise<void> {
  const { client, project, number, path, id, name, timeoutSeconds } = stopping;
  stopping.context.say(
    `${id}: the environment ${name} is stopping, waiting for its on_stop jobs (up to ${timeoutSeconds} s)`,
  );
  const { seen, end } = await waitUntil({
    // Read by itself where it is gone, for GitLab's own words.
    look: async (since) =>
      (await readEnvironment(client, project, number, since)) ?? client.get<WireEnvironment>(path),
    done: (environment) => environment.state !== "stopping",
    timeoutSeconds,
  });
  if (seen.state === "stopped") return;
  if (end === "interrupted")
    throw new UserError(
      `${id}: interrupted while the environment ${name} was stopping; nothing was deleted. Run again to go on.`,
    );
  const cure = `Look at its on_stop job, or set \`forceStop: true\`, run \`pulumi up\`, then remove the resource. ${LEAVE_IT}`;
  throw new UserError(
    seen.state === "stopping"
      ? `${id}: the environment ${name} is still stopping after ${timeoutSeconds} s; nothing was deleted. ${cure}`
      : `${id}: the on_stop job of the environment ${name} failed and GitLab made it ${seen.state} again; nothing was deleted. ${cure}`,
  );
}
