import { createRequire } from "node:module";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { loaderOf } from "../../lifecycle/loaderText";
import {
  isInline,
  isMocked,
  type Kind,
  refusePlainToken,
  type Registered,
  registrationAt,
  typeOf,
} from "../kind";

/** The type of a class of this door. */
export const typeToken = (kind: Kind): string => typeOf("dynamic", kind);

/** The provider is loaded by name from the installed package. */
export function registration(...resource: Registered) {
  preflight();
  const [kind, , args] = resource;
  const connection = withSecretToken((args as { connection?: pulumi.Input<string> }).connection);
  return registrationAt("dynamic", resource, {
    __provider: loaderOf(kind),
    ...(connection === undefined ? {} : { connection }),
  });
}

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
