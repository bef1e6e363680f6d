import { isGitLabError } from "../../gitlab/answer/errors";
import type { WireDeployment, WireEnvironment } from "../../gitlab/answer/types";
import type { GitLabClient } from "../../gitlab/request/client";
import { api, type ApiPath } from "../../gitlab/request/paths";
import type { Context } from "../context";
import { UserError } from "../errors";
import type { Removal } from "../lifecycle";
import { ON_DESTROY_VARIABLE, onDestroyOverride } from "../onDestroy";
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
  const stopping: Stopping = {
    context,
    client: context.client(props),
    id,
    project: props.project,
    number: props.number,
    path: api`/projects/${props.project}/environments/${props.number}`,
    name: String(props.name),
    forceStop: props.forceStop === true,
    timeoutSeconds: props.stopTimeoutSeconds ?? DEFAULT_STOP_TIMEOUT_SECONDS,
  };
  if (mode === "delete-if-unused" && (await hasDeployments(stopping))) {
    if (!replaced) throw inUse(stopping);
    context.say(
      `${id}: the environment ${stopping.name} of ${stopping.project} has deployments, so it stays in GitLab as it is; only the state forgets it.`,
    );
    return "left";
  }
  try {
    await unlessGone(stopping.client, "project", stopping.project, () =>
      mode === "stop" ? stopIfNeeded(stopping, props.state) : stopAndDelete(stopping, props.state),
    );
  } catch (error) {
    if (isGitLabError(error, "forbidden")) throw notAllowed(stopping, error);
    throw error;
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
      `To leave it in GitLab and only forget it, run once with ${ON_DESTROY_VARIABLE}=retain.`,
  );
}

/** A filter that something on the way drops shows other environments' deployments: then nothing is known, and nothing deleted. */
async function hasDeployments({ client, project, name }: Stopping): Promise<boolean> {
  const query = { environment: name, per_page: 1 };
  const page = await client.page<WireDeployment>(api`/projects/${project}/deployments`, query);
  return page.items.length > 0;
}

/** Like a bucket that is not empty: a deployment history is only deleted where the program says so. */
function inUse({ id, name }: Stopping): UserError {
  return new UserError(
    `${id}: the environment ${name} has deployments, so it is not deleted. Set \`onDestroy\`, run \`pulumi up\`, ` +
      `then remove the resource: "delete" deletes it with its history, "stop" stops and keeps it, "retain" leaves it as it is. ` +
      `Or choose for this run alone: ${ON_DESTROY_VARIABLE}=retain (or stop, or delete) in the environment of \`pulumi\`.`,
  );
}

async function stopAndDelete(stopping: Stopping, lastState: unknown): Promise<void> {
  // What was stopped when it was last seen is deleted at once: GitLab refuses where it has been started since.
  if (lastState !== "stopped") await stopEnvironment(stopping);
  try {
    await deleteOnce(stopping.client, stopping.path);
  } catch (error) {
    // Started again since, or not allowed.
    if (!isGitLabError(error, "forbidden")) throw error;
    if ((await stateOf(stopping)) === "stopped") throw error;
    await stopEnvironment(stopping);
    await deleteOnce(stopping.client, stopping.path);
  }
}

/** Versions differ in what they answer to a stop of what is stopped: where it was so when last seen, it is looked at first. */
async function stopIfNeeded(stopping: Stopping, lastState: unknown): Promise<void> {
  if (lastState === "stopped" && (await stateOf(stopping)) === "stopped") return;
  await stopEnvironment(stopping);
}

async function stateOf({ client, path }: { client: GitLabClient; path: ApiPath }): Promise<string> {
  return (await client.get<WireEnvironment>(path)).state;
}
