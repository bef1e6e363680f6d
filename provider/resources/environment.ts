import * as pulumi from "@pulumi/pulumi";

import { isGitLabError } from "../gitlab/answer/errors";
import { api } from "../gitlab/request/paths";
import { readEnvironment } from "../gitlab/reads/sharedReads";
import type { WireEnvironment } from "../gitlab/answer/types";
import { ENVIRONMENT_NAME } from "../lifecycle/environment/environmentName";
import { assertStored, declared, toOutputs, unsent } from "../lifecycle/environment/environmentOutputs";
import {
  findByName,
  noteLeftBehind,
  takeOverExisting,
  type Wanted,
} from "../lifecycle/environment/environmentAdoption";
import { describeReplacement, destroyEnvironment } from "../lifecycle/environment/environmentRemoval";
import {
  allSettings,
  bodyOf,
  dependentSettings,
  putSettings,
  SETTING_NAMES,
  withDependents,
} from "../lifecycle/environment/environmentSettings";
import { type Fields, type Props } from "../lifecycle/fields";
import { numberIn, projectAndNumber } from "../lifecycle/ids";
import { isThere, sharedOrGone } from "../lifecycle/presence";
import { dynamicProvider, type Lifecycle } from "../lifecycle/provider";
import {
  adoptField,
  connectionField,
  container,
  flag,
  integer,
  oneOf,
  required,
  text,
} from "../lifecycle/rules";
import { environmentSlug } from "../lifecycle/environment/slug";
import { TIERS, type Tier } from "../lifecycle/environment/tiers";
import { isUnknown } from "../lifecycle/unknowns";
import { createOnce } from "../lifecycle/writes";
import {
  type DynamicKind,
  getOptions,
  type GetArgs,
  isKind,
  registration,
  typeToken,
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
   * - `delete-if-unused` (default): stop and delete where nothing was ever deployed; else refuse, naming the other three. Half of a
   *   replacement is never refused: what has deployments then stays in GitLab and is forgotten, and preview says so
   * - `delete`: stop (which plays `on_stop` jobs unless `forceStop`), wait, delete; its deployment history goes with it
   * - `stop`: stop it, keep the environment and its history
   * - `retain`: leave it as it is
   *
   * `GITLAB_ON_DESTROY=retain`, `stop` or `delete` in the environment of `pulumi` counts instead, for one run.
   */
  onDestroy?: pulumi.Input<"delete-if-unused" | "delete" | "stop" | "retain">;
  /** Stop without playing `on_stop` jobs. Default: false. */
  forceStop?: pulumi.Input<boolean>;
  /** How long a removal waits for the stop to end, in seconds, 1–86,400. Default: 600, or `customTimeouts.delete`. */
  stopTimeoutSeconds?: pulumi.Input<number>;
  /**
   * Take over an environment of that name if it exists (stopped ones too) instead of failing, bring it to what is declared, and say
   * what that changed. `"overwrite"` means the same here. Only looked at by create. Default: false.
   */
  adopt?: pulumi.Input<boolean | "overwrite">;
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
  adopt: adoptField,
  connection: connectionField,
} satisfies Fields;

/** What a checked declaration holds, as far as the life cycle reads it. */
type Inputs = Wanted & { slug: string };

const lifecycle: Lifecycle = {
  kind: "Environment",
  fields,
  named: { container: "project", name: "name" },
  numbers: (id) => [idParts(id).number],
  isThere: async (context, id, _olds, news) =>
    isThere(
      context.client(news),
      api`/projects/${String(news["project"])}/environments/${idParts(id).number}`,
    ),
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
      return takeOverExisting(context, inputs, error);
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
    const project = String(news["project"]);
    const object = { client, project, path: api`/projects/${project}/environments/${number}` };
    return assertStored(id, await putSettings(object, id, settings, news), news, settings);
  },

  describeReplacement,

  async delete(context, id, props, removal) {
    const { project, number } = idParts(id, props);
    const outcome = await destroyEnvironment(context, id, { ...props, project, number }, removal);
    if (outcome === "left" && removal.replaced) noteLeftBehind(context.client(props), number);
  },
};

function made(wire: WireEnvironment, inputs: Inputs): { id: string; outs: Props } {
  const id = `${inputs.project}:${wire.id}`;
  return { id, outs: assertStored(id, wire, inputs) };
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
  /** The type as policy packs and the engine know it. */
  static readonly __pulumiType = typeToken(KIND);

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
    this.environmentId = this.id.apply(numberIn);
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
