import * as pulumi from "@pulumi/pulumi";

import type { ArgsOf } from "../../fields/types";
import type { providerFields } from "../../lifecycle/providerFields";
import { isOfType } from "../kind";
import { preflight } from "./preflight";
import { PACKAGE } from "./registration";

/** Settings of a provider. */
export interface ProviderArgs extends ArgsOf<typeof providerFields> {}

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
  const text = (value: pulumi.Input<number | string> | undefined) =>
    value === undefined ? undefined : pulumi.output(value).apply(String);
  return {
    baseUrl,
    token: token === undefined ? undefined : pulumi.secret(token),
    maxRequests: text(maxRequests),
    requestTimeout: text(requestTimeout),
  };
}
