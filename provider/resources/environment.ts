import { inProject } from "../fields/container";
import {
  answer,
  computed,
  connected,
  creation,
  type Fields,
  fixedAnswer,
  identity,
  numbered,
  setting,
  someAnswer,
  steering,
} from "../fields/field";
import { bodyOf, changesOf, declaredPart, stateSeen, unsent } from "../fields/record";
import { adoptChoice, date, flag, integer, numericId, oneOf, text } from "../fields/schema";
import type { ArgsOf, InputsOf, StateOf } from "../fields/types";
import { isUnknown } from "../fields/unknowns";
import { isGitLabError } from "../gitlab/answer/errors";
import type { WireEnvironment } from "../gitlab/answer/types";
import { readEnvironment } from "../gitlab/reads/shared";
import { api } from "../gitlab/request/paths";
import { ENVIRONMENT_NAME } from "../lifecycle/environment/name";
import { findByName, noteLeftBehind, takeOverExisting } from "../lifecycle/environment/adoption";
import { describeReplacement, destroyEnvironment, ON_DESTROY } from "../lifecycle/environment/removal";
import { environmentSlug } from "../lifecycle/environment/slug";
import { guessTier, TIERS } from "../lifecycle/environment/tiers";
import { numberIn, projectAndNumber } from "../lifecycle/ids";
import type { LifeOf } from "../lifecycle/lifecycle";
import { isThere, sharedOrGone } from "../lifecycle/presence";
import { assertStored, putSettings } from "../lifecycle/stored";
import { type Moment, createOnce } from "../lifecycle/writes";

const NAMESPACE = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  say: "can contain only a-z, 0-9 and inner -",
};
const URL_RULE = {
  pattern: /^(?!\s*(javascript|data|vbscript):)\S+$/i,
  say: "must be an address without spaces, and not of the scheme javascript, data or vbscript",
};
const LONGEST_WAIT_SECONDS = 86_400;

export const fields = {
  ...inProject,
  /**
   * Name, unique in the project in any state: 1–255 letters, digits, spaces and `- _ / $ { } .`, not starting or ending
   * with `/`. GitLab cannot rename an environment: changing it replaces, the new one first.
   */
  name: identity(text(ENVIRONMENT_NAME), { wire: "name", required: true }),
  /** Name for use in host names: at most 24 of `a-z 0-9 -`. Known in previews. */
  slug: computed(text({ max: 24 }), { from: "slug" }),
  /** Where it can be reached: at most 255 characters, no spaces, not `javascript:`, `data:` or `vbscript:`. Default: none. */
  externalUrl: setting(text({ max: 255, emptyIsNone: true, matches: URL_RULE }), {
    wire: "external_url",
    cleared: "",
  }),
  /**
   * `production`, `staging`, `testing`, `development` or `other`: what group protections go by. Default: guessed by GitLab
   * from the name (`preprod` becomes staging, `latest` testing), so production environments should declare it. Previews of
   * changes do not know a guessed one.
   * https://docs.gitlab.com/ci/environments/#deployment-tier-of-environments
   */
  tier: setting(oneOf(TIERS), {
    wire: "tier",
    cleared: ({ name }: { readonly name: string }) => guessTier(name),
    guessed: true,
  }),
  /** At most 10,000 characters; GitLab 17.x or newer. Default: none. */
  description: setting(text({ max: 10_000, emptyIsNone: true }), {
    wire: "description",
    cleared: "",
  }),
  /**
   * Numeric id of the GitLab agent for Kubernetes, also as text (`"7"`), as other providers give it; the project must be allowed
   * to use it. Default: none.
   */
  clusterAgentId: setting(numericId(), {
    wire: "cluster_agent_id",
    from: ({ cluster_agent: agent }: WireEnvironment) =>
      agent === undefined ? undefined : (agent?.id ?? null),
    cleared: null,
    hidden: true,
  }),
  /** Kubernetes namespace, 1–63 of `a-z 0-9 -`, no `-` at its ends; needs `clusterAgentId`. Default: none. */
  kubernetesNamespace: setting(text({ max: 63, emptyIsNone: true, matches: NAMESPACE }), {
    wire: "kubernetes_namespace",
    cleared: null,
    hidden: true,
    needs: "clusterAgentId",
  }),
  /** Flux resource path, at most 255 characters; needs `kubernetesNamespace`. Default: none. */
  fluxResourcePath: setting(text({ max: 255, emptyIsNone: true }), {
    wire: "flux_resource_path",
    cleared: null,
    hidden: true,
    needs: "kubernetesNamespace",
  }),
  /** GitLab stops it by itself or when asked: `always` (default), `with_action` only where a job has `on_stop`. GitLab 17.8 or newer. */
  autoStopSetting: setting(oneOf(["always", "with_action"]), {
    wire: "auto_stop_setting",
    cleared: "always",
  }),
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
  onDestroy: steering(oneOf(ON_DESTROY)),
  /** Stop without playing `on_stop` jobs. Default: false. */
  forceStop: steering(flag()),
  /** How long a removal waits for the stop to end, in seconds, 1–86,400. Default: 600, or `customTimeouts.delete`. */
  stopTimeoutSeconds: steering(integer(1, LONGEST_WAIT_SECONDS)),
  /**
   * Take over an environment of that name if it exists (stopped ones too) instead of failing, bring it to what is declared, and say
   * what that changed; what is not declared stays. `"overwrite"` means the same here. Only looked at by create. Default: false.
   */
  adopt: creation(adoptChoice),
  ...connected,
  /** `available`, `stopping` or `stopped`. Unknown in previews of updates. */
  state: answer(oneOf(["available", "stopping", "stopped"]), "state"),
  /** ISO 8601. Unknown in previews of updates. */
  createdAt: fixedAnswer(date(), "created_at"),
  /** When it stops by itself, ISO 8601; set by CI jobs only. Unknown in previews of updates. */
  autoStopAt: someAnswer(date(), "auto_stop_at"),
  /** GitLab's numeric id, unique on the instance. Known in previews of updates. */
  environmentId: numbered(integer(1), numberIn),
} satisfies Fields<WireEnvironment>;

/** Arguments of an `Environment`. Removing an optional one sets GitLab's default again. */
export interface EnvironmentArgs extends ArgsOf<typeof fields> {}

type Inputs = InputsOf<typeof fields>;
type State = StateOf<typeof fields>;

/**
 * An environment of a project: GitLab Free and up; the token (`api` scope, or a job token) needs the Developer role and, to remove
 * a protected one, the right to deploy.
 * https://docs.gitlab.com/api/environments/
 *
 * The id is `project:environmentId`, the project as spelled when it was created.
 *
 * `protect: true` makes Pulumi refuse to delete it. That is also what stops the two cases in which the engine does not tell a
 * provider that the environment is still declared: `--target` of the old name alone (or `--exclude` of the new one) after a rename
 * without `aliases`, and `deleteBeforeReplace` on one resource while another takes over its old name.
 *
 * @example
 * new gitlab.Environment("production", {
 *   project: "acme/shop", name: "production", tier: "production", externalUrl: "https://shop.example.com",
 * }, { protect: true, dependsOn: [protection] });
 */
export const environment: LifeOf<typeof fields> = {
  kind: "Environment",
  fields,
  named: { container: "project", name: "name" },
  called: [{ what: "environment", argument: "name" }],
  numbers: (id) => [idParts(id).number],
  isThere: async (context, id, _olds, news) =>
    isThere(
      context.client(news),
      api`/projects/${String(news["project"])}/environments/${idParts(id).number}`,
    ),

  complete(inputs, olds) {
    const name = inputs["name"];
    if (typeof name === "string") {
      const same = olds["project"] === inputs["project"] && olds["name"] === name;
      // The server's own slug, where we have seen it, is kept: a later version may derive it in another way.
      inputs["slug"] = (same && olds["slug"]) || (isUnknown(name) ? name : environmentSlug(name));
    }
    return [];
  },

  async create(context, inputs) {
    const client = context.client(inputs);
    const send = () =>
      client.post<WireEnvironment>(api`/projects/${inputs.project}/environments`, bodyOf(fields, inputs));
    const find = async (since: Moment) => {
      const found = await findByName(client, inputs);
      return found && new Date(found.created_at ?? "") >= since ? found : undefined;
    };
    try {
      return stored(inputs, await createOnce({ client, send, find }));
    } catch (error) {
      if (!isGitLabError(error, "invalid")) throw error;
      return takeOverExisting(context, fields, inputs, error);
    }
  },

  async read(context, id, props) {
    const { project, number } = idParts(id, props);
    const client = context.client(props);
    const wire = await sharedOrGone(client, "project", project, () =>
      readEnvironment(client, project, number),
    );
    if (wire === undefined) return undefined;
    const outs = stateSeen(fields, wire, props, { project });
    return { outs, inputs: declaredPart(fields, outs) };
  },

  async update(context, id, olds, news, changed) {
    if (Object.keys(changesOf(fields, changed, news)).length === 0) return unsent(fields, olds, news);
    const { project } = news;
    const path = api`/projects/${project}/environments/${idParts(id).number}`;
    const object = { client: context.client(news), project, path, id, what: "environment" };
    return putSettings(fields, object, changed, news);
  },

  describeReplacement,

  async delete(context, id, props, removal) {
    const { project, number } = idParts(id, props);
    const outcome = await destroyEnvironment(context, id, { ...props, project, number }, removal);
    if (outcome === "left" && removal.replaced) noteLeftBehind(context.client(props), number);
  },
};

function stored(inputs: Inputs, wire: WireEnvironment): { id: string; outs: State } {
  const id = `${inputs.project}:${wire.id}`;
  return { id, outs: assertStored(fields, id, wire, inputs) };
}

const idParts = (id: string, props?: object) => projectAndNumber(id, "project:environmentId", props);
