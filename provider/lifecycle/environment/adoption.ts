import type { Table } from "../../fields/field";
import { differing, stateOf } from "../../fields/record";
import type { StateOf } from "../../fields/types";
import type { WireEnvironment } from "../../gitlab/answer/types";
import type { GitLabClient } from "../../gitlab/request/client";
import { api } from "../../gitlab/request/paths";
import type { Context } from "../context";
import { UserError } from "../errors";
import { putSettings } from "../stored";

/** What a checked declaration holds, as far as taking over reads it. */
export interface Wanted {
  project: string;
  name: string;
  adopt?: boolean | "overwrite";
  connection?: string;
}

/**
 * Environments that a delete of this operation left in GitLab as half of a replacement: what is then made in their place
 * under the same name (`--replace` with `deleteBeforeReplace`) takes them over again.
 */
const leftBehind = new Set<string>();
const keyOf = (client: GitLabClient, number: number): string => `${client.baseUrl} ${number}`;

export function noteLeftBehind(client: GitLabClient, number: number): void {
  leftBehind.add(keyOf(client, number));
}

/** By its whole name: where something on the way drops the filter, the first row is any environment. */
export async function findByName(
  client: GitLabClient,
  { project, name }: Wanted,
): Promise<WireEnvironment | undefined> {
  const path = api`/projects/${project}/environments`;
  const { items } = await client.page<WireEnvironment>(path, { name });
  return items.find((item) => item.name === name);
}

/** The create was refused: if the name is taken, this is that environment. */
export async function takeOverExisting<T extends Table>(
  context: Context,
  fields: T,
  inputs: Wanted,
  refused: Error,
): Promise<{ id: string; outs: StateOf<T> }> {
  const props = { ...inputs };
  const client = context.client(props);
  const existing = await findByName(client, inputs);
  if (existing === undefined) throw refused;
  const id = `${inputs.project}:${existing.id}`;
  const ours = leftBehind.has(keyOf(client, existing.id));
  if (!ours && !inputs.adopt) throw alreadyThere(context, inputs, existing);
  if (context.isHeld("Environment", props, [existing.id])) {
    throw new UserError(
      `the environment ${inputs.name} of ${inputs.project} (id ${existing.id}) already belongs to another resource of this program. ` +
        `Declare it once: two resources for the same environment would undo each other's changes.`,
    );
  }
  const settings = differing(fields, existing, inputs);
  context.say(`${id}: ${said(existing, settings)}`);
  if (settings.length === 0) return { id, outs: stateOf(fields, existing, inputs) };
  const path = api`/projects/${inputs.project}/environments/${existing.id}`;
  const object = { client, project: inputs.project, path, id, what: "environment" };
  return { id, outs: await putSettings(fields, object, settings, inputs) };
}

function said(existing: WireEnvironment, settings: readonly string[]): string {
  const what =
    settings.length === 0 ? "taken over, nothing written" : `taken over, changed: ${settings.join(", ")}`;
  if (existing.state === "available") return `${what}.`;
  return `${what}. It is ${existing.state}; GitLab starts it again with its next successful deployment.`;
}

function alreadyThere(context: Context, inputs: Wanted, existing: WireEnvironment): UserError {
  const which = `the environment ${inputs.name} already exists in ${inputs.project} (id ${existing.id}, ${existing.state})`;
  if (context.isRemade({ ...inputs })) {
    return new UserError(
      `${which}: it is the one this resource has, which is to be replaced (\`--replace\`, or \`pulumi state taint\`). GitLab holds one of a name, ` +
        `so run \`pulumi state untaint\`, or set the option \`deleteBeforeReplace: true\` to delete it first.`,
    );
  }
  return new UserError(
    `${which}. If its resource was renamed or moved in this program, give the new one \`aliases\`; ` +
      `to take over an environment that no stack manages, set \`adopt: true\`.`,
  );
}
