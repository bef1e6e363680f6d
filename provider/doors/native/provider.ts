import * as pulumi from "@pulumi/pulumi";

import { isOfType } from "../kind";
import { preflight } from "./preflight";
import { PACKAGE } from "./registration";

/** Settings of a provider; each counts before the configuration and the environment variable of the same meaning. */
export interface ProviderArgs {
  /**
   * Address of the GitLab, with or without `/api/v4`. Default: `GITLAB_BASE_URL`, the configuration `gitlab-cd:baseUrl`,
   * `CI_API_V4_URL`, gitlab.com.
   */
  baseUrl?: pulumi.Input<string>;
  /** Access token; kept in secret. Goes only to `baseUrl`. Default: `GITLAB_TOKEN`, the configuration `gitlab-cd:token`, `CI_JOB_TOKEN`. */
  token?: pulumi.Input<string>;
  /** Requests in flight at once, 1–100. Default: as many as GitLab takes well. */
  maxRequests?: pulumi.Input<number>;
  /** Time limit for one request, in seconds, 1–3,600. Default: 60. */
  requestTimeout?: pulumi.Input<number>;
}

/**
 * Another GitLab, or another user, for the resources that name it in their option `provider`.
 *
 * @example
 * const other = new gitlab.Provider("other", { baseUrl: "https://gitlab.example.com", token: config.requireSecret("otherToken") });
 * new gitlab.Environment("production", { project: "acme/shop", name: "production" }, { provider: other });
 */
export class Provider extends pulumi.ProviderResource {
  /** The package whose provider it is. */
  static readonly __pulumiType = PACKAGE;

  constructor(name: string, args: ProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    preflight();
    const secret = pulumi.mergeOptions(opts, { additionalSecretOutputs: ["token"] });
    super(PACKAGE, name, inputsOf(args), secret);
  }

  /** Whether a value is a `Provider` of this package, of whichever copy of it. */
  static override isInstance(obj: unknown): obj is Provider {
    return isOfType(obj, `pulumi:providers:${PACKAGE}`);
  }
}

/** Settings of providers travel as texts. */
function inputsOf({ baseUrl, token, maxRequests, requestTimeout }: ProviderArgs): pulumi.Inputs {
  const text = (value: pulumi.Input<number> | undefined) =>
    value === undefined ? undefined : pulumi.output(value).apply((known) => JSON.stringify(known));
  return {
    baseUrl,
    token: token === undefined ? undefined : pulumi.secret(token),
    maxRequests: text(maxRequests),
    requestTimeout: text(requestTimeout),
  };
}
