import { createRequire } from "node:module";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { loaderText } from "../../lifecycle/loaderText";
import {
  fromOtherDoor,
  isInline,
  isMocked,
  type Kind,
  refusePlainToken,
  typeToken,
  undeclaredOutputs,
} from "../kind";

/**
 * What every resource of this package hands to `pulumi.CustomResource`: its provider is loaded by name from the installed
 * package. Not a common base class: the SDK takes the frame below a resource's own constructor for the line of the
 * program, and every frame more goes into the state of each resource.
 */
export function registration(
  kind: DynamicKind,
  name: string,
  props: object,
  opts?: pulumi.CustomResourceOptions,
): [type: string, name: string, props: pulumi.Inputs, opts: pulumi.CustomResourceOptions] {
  preflight();
  const connection = withSecretToken((props as { connection?: pulumi.Input<string> }).connection);
  return [
    typeToken("dynamic", kind),
    name,
    {
      __provider: loaderText(kind.name),
      ...undeclaredOutputs(kind.fields),
      ...props,
      ...(connection === undefined ? {} : { connection }),
    },
    fromOtherDoor("dynamic", kind, opts),
  ];
}

/** The names that loader texts in users' states use: exports of `pulumi-gitlab-cd/dynamic`. */
export type DynamicName =
  | "deployment"
  | "deploymentApproval"
  | "environment"
  | "groupProtectedEnvironment"
  | "pipeline"
  | "projectProtectedEnvironment"
  | "reviewAppCleanup"
  | "staleEnvironmentsStop";

/** A class and the name of its provider in `pulumi-gitlab-cd/dynamic`. */
export interface DynamicKind extends Kind {
  readonly name: DynamicName;
}

export { loaderText };

let flownBefore = false;

/** What would fail later and less clearly, asked once per program before anything is registered. */
function preflight(): void {
  if (flownBefore || isMocked()) return;
  const here = join(process.cwd(), "/");
  try {
    createRequire(here).resolve("pulumi-gitlab-cd/dynamic");
  } catch {
    flownBefore = true;
    if (isInline()) return void pulumi.log.info(INLINE_HINT);
    flownBefore = false;
    throw new pulumi.RunError(
      `pulumi-gitlab-cd cannot be loaded from ${here}, where Pulumi runs its provider. ` +
        `Add "pulumi-gitlab-cd" to the dependencies in the package.json of this Pulumi project, ` +
        `even if another package already depends on it.`,
    );
  }
  flownBefore = true;
}

const INLINE_HINT =
  "pulumi-gitlab-cd: an inline program was started in a folder that does not have this package. That is fine where `main` of its project " +
  "settings is a folder that does: Pulumi runs the provider there.";

/** The connection, once its token is known to be kept in secret; of an output that is when its name is known. */
function withSecretToken(connection: pulumi.Input<string> | undefined): pulumi.Input<string> | undefined {
  if (connection === undefined || typeof connection === "string") {
    refusePlainToken(connection ?? "gitlab");
    return connection;
  }
  return pulumi.output(connection).apply((name) => {
    refusePlainToken(name);
    return name;
  });
}
