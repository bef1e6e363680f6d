import { isGitLabError } from "../../gitlab/answer/errors";
import type { WireEnvironment } from "../../gitlab/answer/types";
import { looksAtDeployments, type Looks } from "../../gitlab/reads/deployments";
import type { GitLabClient, Still } from "../../gitlab/request/client";
import { api, type ApiPath } from "../../gitlab/request/paths";
import type { Context } from "../context";
import { UserError } from "../errors";
import type { Removal } from "../lifecycle";
import { LEAVE_IT, ON_DESTROY_VARIABLE, onDestroyOverride } from "../onDestroy";
import { unlessGone } from "../presence";
import { deleteOnce } from "../writes";
import { stopEnvironment, type Stopping } from "./stop";

const DEFAULT_STOP_TIMEOUT_SECONDS = 600;

/** What an environment's resource may ask for; the first is the default. */
export const ON_DESTROY = ["delete-if-unused", "delete", "stop", "retain"] as const;
export type OnDestroy = (typeof ON_DESTROY)[number];

/** What a state says of the environment and of its removal. */
interface Removable {
  readonly name?: unknown;
  readonly connection?: unknown;
  readonly onDestroy?: unknown;
  readonly forceStop?: unknown;
  readonly stopTimeoutSeconds?: number;
  readonly state?: unknown;
}

/** What `onDestroy` says, or the environment variable in its place. An environment that is gone already is fine. */
export async function destroyEnvironment(
  context: Context,
  id: string,
  props: Removable & { project: string; number: number },
  { replaced }: Removal,
): Promise<"removed" | "left"> {
  const mode = chosen(context, id, props);
  if (mode === "retain") return "left";
  const client = context.client(props);
  const { project, number } = props;
  const name = String(props.name);
  const looks = looksAtDeployments(client, project, { number, name });
  const stopping: Stopping = {
    context,
    client,
    id,
    project,
    number,
    path: api`/projects/${project}/environments/${number}`,
    name,
    forceStop: props.forceStop === true,
    timeoutSeconds: props.stopTimeoutSeconds ?? DEFAULT_STOP_TIMEOUT_SECONDS,
    send: (request) => (mode === "delete-if-unused" ? whileUnused(stopping, looks, request) : request()),
    waits: () => looks.waits(),
    stopped: () => looks.passed(),
  };
  try {
    await unlessGone(stopping.client, "project", stopping.project, () =>
      mode === "stop" ? stopIfNeeded(stopping, props.state) : stopAndDelete(stopping, props.state),
    );
  } catch (error) {
    if (error instanceof InUse && replaced) {
      context.say(
        `${id}: the environment ${stopping.name} of ${stopping.project} has deployments, so it stays in GitLab as it is; only the state forgets it.`,
      );
      return "left";
    }
    if (isGitLabError(error, "forbidden") && error.method !== "GET") throw notAllowed(stopping, error);
    throw error;
  } finally {
    looks.done();
  }
  return mode === "stop" ? "left" : "removed";
}

/** What preview says about the environment that a replacement leaves behind. */
export function describeReplacement(id: string, props: Removable): string | undefined {
  const name = String(props.name);
  switch (remembered(props)) {
    case "retain":
      return `${id}: replaced; the environment ${name} stays in GitLab as it is (\`onDestroy\` is retain).`;
    case "stop":
      return `${id}: replaced; the environment ${name} is stopped and stays in GitLab (\`onDestroy\` is stop).`;
    case "delete":
      return `${id}: replaced; the environment ${name} is stopped and deleted, with its deployments (\`onDestroy\` is delete).`;
    default:
      return (
        `${id}: replaced; the environment ${name} is stopped and deleted if nothing was ever deployed to it. ` +
        `With deployments it stays in GitLab as it is, and only the state forgets it.`
      );
  }
}

function remembered(props: Removable): OnDestroy {
  return (props.onDestroy as OnDestroy | undefined) ?? "delete-if-unused";
}

function chosen(context: Context, id: string, props: Removable): OnDestroy {
  const override = onDestroyOverride();
  if (override === undefined || override === remembered(props)) return remembered(props);
  context.say(
    `${id}: ${ON_DESTROY_VARIABLE} is ${override}, which counts instead of \`onDestroy\` in this run.`,
  );
  return override;
}

/** https://docs.gitlab.com/ci/environments/protected_environments/: who may not deploy may not stop or delete either. */
function notAllowed({ id, name }: Stopping, error: Error): UserError {
  return new UserError(
    `${id}: the token's user may not stop or delete the environment ${name}. It takes the Developer role and, where the environment ` +
      `is protected by the project or a group above, a place among those who may deploy. ${error.message} ` +
      LEAVE_IT,
  );
}

/**
 * Sends what begins to take an unused environment away, right after a look that shows no deployment: where the request had to
 * wait for longer than that look counts, it is not sent, and there is another look.
 */
async function whileUnused<T>(
  stopping: Stopping,
  looks: Looks,
  request: (still: Still) => Promise<T>,
): Promise<T> {
  for (;;) {
    const { used, isFresh } = await looks.look();
    if (used) throw new InUse(stopping);
    try {
      return await request(isFresh);
    } catch (error) {
      if (!isGitLabError(error, "outdated")) throw error;
    }
  }
}

/** Like a bucket that is not empty: a deployment history is only deleted where the program says so. */
class InUse extends UserError {
  constructor({ id, name }: Stopping) {
    super(
      `${id}: the environment ${name} has deployments, so it is not deleted. Set \`onDestroy\`, run \`pulumi up\`, ` +
        `then remove the resource: "delete" deletes it with its history, "stop" stops and keeps it, "retain" leaves it as it is. ` +
        `Or choose for this run alone: ${ON_DESTROY_VARIABLE}=retain (or stop, or delete) in the environment of \`pulumi\`.`,
    );
  }
}

async function stopAndDelete(stopping: Stopping, lastState: unknown): Promise<void> {
  // What was stopped when it was last seen is deleted at once: GitLab refuses where it has been started since.
  const stopped = lastState === "stopped" ? undefined : await stopEnvironment(stopping);
  try {
    await deleteStopped(stopping, stopped);
  } catch (error) {
    // Started again since, or not allowed.
    if (!isGitLabError(error, "forbidden") || error.method === "GET") throw error;
    if ((await stateOf(stopping)) === "stopped") throw error;
    await deleteStopped(stopping, await stopEnvironment(stopping));
  }
}

/** What was stopped just now needs no other look; who waited for jobs has seen nothing for minutes. */
async function deleteStopped(stopping: Stopping, stopped?: { waited: boolean }): Promise<void> {
  const { client, path, send } = stopping;
  if (stopped?.waited !== false) return send((still) => deleteOnce(client, path, still));
  stopping.stopped();
  await deleteOnce(client, path);
}

/** Versions differ in what they answer to a stop of what is stopped: where it was so when last seen, it is looked at first. */
async function stopIfNeeded(stopping: Stopping, lastState: unknown): Promise<void> {
  if (lastState === "stopped" && (await stateOf(stopping)) === "stopped") return;
  await stopEnvironment(stopping);
}

async function stateOf({ client, path }: { client: GitLabClient; path: ApiPath }): Promise<string> {
  return (await client.get<WireEnvironment>(path)).state;
}
