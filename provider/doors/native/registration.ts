import type * as pulumi from "@pulumi/pulumi";

import { fromOtherDoor, type Kind, refusePlainToken, typeToken, undeclaredOutputs } from "../kind";
import { preflight } from "./preflight";

/** The name of the provider, of its configuration and of the package in every language. */
export const PACKAGE = "gitlab-cd";

/**
 * What every resource hands to `pulumi.CustomResource`. Not a common base class: the SDK takes the frame below a resource's own
 * constructor for the line of the program.
 */
export function registration(
  kind: Kind,
  name: string,
  props: object,
  opts?: pulumi.CustomResourceOptions,
): [type: string, name: string, props: pulumi.Inputs, opts: pulumi.CustomResourceOptions] {
  preflight();
  refusePlainToken(PACKAGE);
  return [
    typeToken("native", kind),
    name,
    { ...undeclaredOutputs(kind.fields), ...props },
    fromOtherDoor("native", kind, opts),
  ];
}
