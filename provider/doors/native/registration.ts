import type * as pulumi from "@pulumi/pulumi";

import { fromOtherDoor, type Kind, refusePlainToken, timed, typeOf, undeclaredOutputs } from "../kind";
import { preflight } from "./preflight";

/** The name of the provider, of its configuration and of the package in every language. */
export const PACKAGE = "gitlab-cd";

/** The type of a class of this door. */
export const typeToken = (kind: Kind): string => typeOf("native", kind);

/**
 * What every resource hands to `pulumi.CustomResource`. Not a common base class: the SDK takes the frame below a resource's own
 * constructor for the line of the program.
 */
export function registration(
  kind: Kind,
  name: string,
  args: object,
  opts?: pulumi.CustomResourceOptions,
): [type: string, name: string, props: pulumi.Inputs, opts: pulumi.CustomResourceOptions] {
  preflight();
  refusePlainToken(PACKAGE);
  return [
    typeToken(kind),
    name,
    { ...undeclaredOutputs(kind.fields), ...timed(kind, args, opts) },
    fromOtherDoor("native", kind, opts),
  ];
}
