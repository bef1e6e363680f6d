import * as pulumi from "@pulumi/pulumi";

import { isGitLabError } from "../gitlab/answer/errors";
import type { GitLabClient } from "../gitlab/request/client";
import { api } from "../gitlab/request/paths";
import { readEnvironment } from "../gitlab/reads/sharedReads";
import type { WireEnvironment } from "../gitlab/answer/types";
import type { Context } from "../lifecycle/context";
import { ENVIRONMENT_NAME } from "../lifecycle/environment/environmentName";
import { assertStored, declared, toOutputs, unsent } from "../lifecycle/environment/environmentOutputs";
import { destroyEnvironment } from "../lifecycle/environment/environmentRemoval";
import {
  allSettings,
  bodyOf,
  dependentSettings,
  differing,
  SETTING_NAMES,
  withDependents,
} from "../lifecycle/environment/environmentSettings";
import { UserError } from "../lifecycle/errors";
import { type Fields, type Props } from "../lifecycle/fields";
import { projectAndNumber } from "../lifecycle/ids";
import { orMissing, sharedOrGone } from "../lifecycle/presence";
import { dynamicProvider, type Lifecycle } from "../lifecycle/provider";
import { connectionField, container, flag, integer, oneOf, required, text } from "../lifecycle/rules";
import { environmentSlug } from "../lifecycle/environment/slug";
import { TIERS, type Tier } from "../lifecycle/environment/tiers";
import { isUnknown } from "../lifecycle/unknowns";
import { createOnce, setOnce } from "../lifecycle/writes";
import {
  type DynamicKind,
  getOptions,
  type GetArgs,
  isKind,
  registration,
  timeoutSeconds,
} from "../doors/dynamic/registration";

/** Arguments of an `Environment`. Removing an optional one sets GitLab's default again. */
export interface EnvironmentArgs {
  /**
   * Numeric id or full path of the project, such as `42` or `"acme/shop"`. Another spelling of the same project is an update
   * without a request (both are looked up); another project replaces.
   */
  project: pulumi.Input<string | number>;
  /**
   * Name, unique in the project in any state: 1–255 letters, digits, spaces and `- _ / $ { } .`, not starting or ending
   * with `/`. GitLab cannot rename an environment: changing it replaces, the new one first.
   */
  name: pulumi.Input<string>;
  /** Where it can be reached, at most 255 characters. Default: none. */
  externalUrl?: pulumi.Input<string>;
  /**
   * `production`, `staging`, `testing`, `development` or `other`: what group protections go by. Default: guessed by GitLab
   * from the name (`preprod` becomes staging, `latest` testing), so production environments should declare it.
   * https://docs.gitlab.com/ci/environments/#deployment-tier-of-environments
   */
  tier?: pulumi.Input<Tier>;
  /** At most 10,000 characters; GitLab 17.0 or newer. Default: none. */
  description?: pulumi.Input<string>;
  /** Numeric id of the GitLab agent for Kubernetes; the project must be allowed to use it. Default: none. */
  clusterAgentId?: pulumi.Input<number>;
  /** Kubernetes namespace, 1–63 of `a-z 0-9 -`; needs `clusterAgentId`. Default: none. */
  kubernetesNamespace?: pulumi.Input<string>;
  /** Flux resource path, at most 255 characters; needs `kubernetesNamespace`. Default: none. */
  fluxResourcePath?: pulumi.Input<string>;
  /** What a stop outside of a pipeline needs: `always` stops, `with_action` only where a job says `on_stop`. Default: `always`. GitLab 17.8 or newer. */
  autoStopSetting?: pulumi.Input<"always" | "with_action">;
  /**
   * What removing the resource does to the environment. A change of it must be applied by one `up` *before* the resource is removed.
   * - `delete-if-unused` (default): stop and delete where nothing was ever deployed; else refuse, naming the other three
   * - `delete`: stop (which plays `on_stop` jobs unless `forceStop`), wait, delete; its deployment history goes with it
   * - `stop`: stop it, keep the environment and its history
   * - `retain`: leave it as it is
   */
  onDestroy?: pulumi.Input<"delete-if-unused" | "delete" | "stop" | "retain">;
  /** Stop without playing `on_stop` jobs. Default: false. */
  forceStop?: pulumi.Input<boolean>;
  /** How long a removal waits for the stop to end, in seconds, 1–86,400. Default: 600, or `customTimeouts.delete`. */
  stopTimeoutSeconds?: pulumi.Input<number>;
  /** Take over an environment of that name if it exists (stopped ones too) instead of failing. Only looked at by create. Default: false. */
  adopt?: pulumi.Input<boolean>;
  /** Named connection (README, "Configuration"). Another connection to the same GitLab is stored without a request; another GitLab replaces. */
  connection?: pulumi.Input<string>;
}

const NAMESPACE = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  say: "can contain only a-z, 0-9 and inner -",
};
const URL_RULE = {
  pattern: /^(?!\s*(javascript|data|vbscript):)\S+$/i,
  say: "must be an address without spaces, and not of the scheme javascript, data or vbscript",
};
const LONGEST_WAIT_SECONDS = 86_400;

const fields = {
  project: container("project"),
  name: required(text("identity", ENVIRONMENT_NAME)),
  slug: text("computed", { max: 24 }),
  externalUrl: text("setting", { max: 255, emptyIsNone: true, matches: URL_RULE }),
  tier: oneOf("setting", TIERS),
  description: text("setting", { max: 10_000, emptyIsNone: true }),
  clusterAgentId: integer("setting", 1),
  kubernetesNamespace: text("setting", { max: 63, emptyIsNone: true, matches: NAMESPACE }),
  fluxResourcePath: text("setting", { max: 255, emptyIsNone: true }),
  autoStopSetting: oneOf("setting", ["always", "with_action"]),
  onDestroy: oneOf("steering", ["delete-if-unused", "delete", "stop", "retain"]),
  forceStop: flag("steering"),
  stopTimeoutSeconds: integer("steering", 1, LONGEST_WAIT_SECONDS),
  adopt: flag("creation"),
  connection: connectionField,
} satisfies Fields;

/** What a checked declaration holds, as far as the life cycle reads it. */
type Inputs = Props & { project: string; name: string; slug: string; adopt?: boolean };

const lifecycle: Lifecycle = {
  kind: "Environment",
  fields,
  named: { container: "project", name: "name" },
  serverId: (id) => idParts(id).number,
  declared,

  complete(inputs, olds) {
    const name = inputs["name"];
    if (typeof name === "string") {
      const same = olds["project"] === inputs["project"] && olds["name"] === name;
      // The server's own slug, where we have seen it, is kept: a later version may derive it in another way.
      inputs["slug"] = (same && olds["slug"]) || (isUnknown(name) ? name : environmentSlug(name));
    }
    return dependentSettings(inputs);
  },

  async create(context, rawInputs) {
    const inputs = rawInputs as Inputs;
    const client = context.client(inputs);
    const settings = SETTING_NAMES.filter((name) => inputs[name] !== undefined);
    const send = () =>
      client.post<WireEnvironment>(api`/projects/${inputs.project}/environments`, {
        name: inputs.name,
        ...bodyOf(settings, inputs),
      });
    const find = async (since: Date) => {
      const found = await findByName(client, inputs);
      return found && new Date(found.created_at) >= since ? found : undefined;
    };
    try {
      return made(await createOnce({ client, send, find }), inputs);
    } catch (error) {
      if (!isGitLabError(error, "invalid")) throw error;
      return adoptExisting(context, inputs, error);
    }
  },

  async read(context, id, props) {
    const { project, number } = idParts(id, props);
    const client = context.client(props);
    const wire = await sharedOrGone(client, "project", project, () =>
      readEnvironment(client, project, number),
    );
    if (wire === undefined) return undefined;
    // `get` passes nothing but the connection: everything the server holds is shown.
    const isGet = props["createdAt"] === undefined;
    const known = isGet ? { ...props, ...allSettings(wire), project, name: wire.name } : props;
    const outs = toOutputs(wire, isGet ? known : { ...declared(props) });
    return { outs, inputs: { ...declared(outs), slug: wire.slug } };
  },

  async update(context, id, olds, news, changed) {
    const { number } = idParts(id);
    const client = context.client(news);
    const settings = withDependents(
      SETTING_NAMES.filter((name) => changed.includes(name)),
      news,
    );
    if (settings.length === 0) return unsent(olds, news);
    const path = api`/projects/${String(news["project"])}/environments/${number}`;
    const object = { client, project: String(news["project"]), path };
    const wire = await setOnce(
      () =>
        orMissing(object, id, "environment", () => client.put<WireEnvironment>(path, bodyOf(settings, news))),
      async () => {
        const seen = await client.get<WireEnvironment>(path);
        return differing(seen, news).length === 0 ? seen : undefined;
      },
    );
    return assertStored(id, wire, news);
  },

  async delete(context, id, props) {
    const { project, number } = idParts(id, props);
    await destroyEnvironment(context, id, { ...props, project, number });
  },
};

function made(wire: WireEnvironment, inputs: Inputs): { id: string; outs: Props } {
  const id = `${inputs.project}:${wire.id}`;
  return { id, outs: assertStored(id, wire, inputs) };
}

async function findByName(client: GitLabClient, inputs: Inputs): Promise<WireEnvironment | undefined> {
  const path = api`/projects/${inputs.project}/environments`;
  return (await client.page<WireEnvironment>(path, { name: inputs.name })).items[0];
}

/** The create was refused: if the name is taken, this is that environment. */
async function adoptExisting(
  context: Context,
  inputs: Inputs,
  refused: Error,
): Promise<{ id: string; outs: Props }> {
  const client = context.client(inputs);
  const existing = await findByName(client, inputs);
  if (existing === undefined) throw refused;
  const id = `${inputs.project}:${existing.id}`;
  if (inputs.adopt !== true) {
    throw new UserError(
      `the environment ${inputs.name} already exists in ${inputs.project} (id ${existing.id}, ${existing.state}). ` +
        `If its resource was renamed or moved in this program, give the new one \`aliases\`; ` +
        `to take over an environment that no stack manages, set \`adopt: true\`.`,
    );
  }
  if (existing.state !== "available") {
    context.say(
      `${id}: taken over as it is, ${existing.state}; GitLab starts it again with its next successful deployment.`,
    );
  }
  const settings = differing(existing, inputs);
  if (settings.length === 0) return { id, outs: toOutputs(existing, inputs) };
  const path = api`/projects/${inputs.project}/environments/${existing.id}`;
  return {
    id,
    outs: assertStored(id, await client.put<WireEnvironment>(path, bodyOf(settings, inputs)), inputs),
  };
}

const idParts = (id: string, props?: Props) => projectAndNumber(id, "project:environmentId", props);

/** The provider that loader texts in users' states name. */
export const environment = dynamicProvider(lifecycle);

const KIND: DynamicKind = { type: "Environment", name: "environment" };

/**
 * An environment of a project: GitLab Free and up; the token needs the Developer role (`api` scope).
 * https://docs.gitlab.com/api/environments/
 *
 * The id is `project:environmentId`, the project as spelled when it was created.
 *
 * @example
 * new gitlab.Environment("production", {
 *   project: "acme/shop", name: "production", tier: "production", externalUrl: "https://shop.example.com",
 * }, { protect: true, dependsOn: [protection] });
 */
export class Environment extends pulumi.CustomResource {
  /** Id or full path of the project, as declared. */
  declare readonly project: pulumi.Output<string>;
  declare readonly name: pulumi.Output<string>;
  /** Name for use in host names: at most 24 of `a-z 0-9 -`. Known in previews. */
  declare readonly slug: pulumi.Output<string>;
  declare readonly externalUrl: pulumi.Output<string | undefined>;
  /** The declared or guessed tier. */
  declare readonly tier: pulumi.Output<Tier>;
  declare readonly description: pulumi.Output<string | undefined>;
  declare readonly clusterAgentId: pulumi.Output<number | undefined>;
  declare readonly kubernetesNamespace: pulumi.Output<string | undefined>;
  declare readonly fluxResourcePath: pulumi.Output<string | undefined>;
  declare readonly autoStopSetting: pulumi.Output<"always" | "with_action" | undefined>;
  /** `available`, `stopping` or `stopped`. Unknown in previews of updates. */
  declare readonly state: pulumi.Output<"available" | "stopping" | "stopped">;
  /** ISO 8601. Unknown in previews of updates. */
  declare readonly createdAt: pulumi.Output<string>;
  /** When it stops by itself, ISO 8601; set by CI jobs only. Unknown in previews of updates. */
  declare readonly autoStopAt: pulumi.Output<string | undefined>;
  /** GitLab's numeric id, unique on the instance. Known in previews of updates. */
  readonly environmentId: pulumi.Output<number>;

  constructor(name: string, args: EnvironmentArgs, opts?: pulumi.CustomResourceOptions) {
    const timeout = timeoutSeconds(opts?.customTimeouts?.delete);
    const steering = timeout === undefined ? {} : { stopTimeoutSeconds: timeout };
    // Named so that they become outputs of the class even where nobody declares them.
    const outputs = {
      ...UNDECLARED,
      slug: undefined,
      state: undefined,
      createdAt: undefined,
      autoStopAt: undefined,
    };
    super(...registration(KIND, name, { ...outputs, ...steering, ...args }, opts));
    this.environmentId = this.id.apply((id) => idParts(id).number);
  }

  /** Reads an existing environment by its id, `project:environmentId`, without managing it. */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    args: GetArgs = {},
    opts?: pulumi.CustomResourceOptions,
  ): Environment {
    return new Environment(name, args as EnvironmentArgs, getOptions(id, opts));
  }

  /** Whether a value is an `Environment`, of whichever copy of this package. */
  static override isInstance(obj: unknown): obj is Environment {
    return isKind(obj, KIND);
  }
}

const UNDECLARED = Object.fromEntries(["project", "name", ...SETTING_NAMES].map((name) => [name, undefined]));
