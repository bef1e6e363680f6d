import * as pulumi from "@pulumi/pulumi";

import type { OutputsOf } from "../../fields/types";
import * as life from "../../resources/staleEnvironmentsStop";
import { isOfType } from "../kind";
import { registration, typeToken } from "./registration";

export interface StaleEnvironmentsStop extends OutputsOf<typeof life.fields> {}
/**
 * Asks GitLab to stop environments that nobody changed or deployed to for long, once per change of its arguments. GitLab
 * works on it in the background and leaves protected environments alone. GitLab Free and up; Maintainer role. Removing it
 * undoes nothing. https://docs.gitlab.com/api/environments/#stop-stale-environments
 *
 * The id is `project:stale:<time of the run>`.
 *
 * @example
 * new gitlab.StaleEnvironmentsStop("spring-clean", { project: "acme/shop", before: "2026-01-01" });
 */
export class StaleEnvironmentsStop extends pulumi.CustomResource {
  /** The type as policy packs and the engine know it. */
  static readonly __pulumiType = typeToken(life.staleEnvironmentsStop);

  constructor(name: string, args: life.StaleEnvironmentsStopArgs, opts?: pulumi.CustomResourceOptions) {
    super(...registration(life.staleEnvironmentsStop, name, args, opts));
  }

  /** Whether a value is a `StaleEnvironmentsStop`, of whichever copy of this package. */
  static override isInstance(obj: unknown): obj is StaleEnvironmentsStop {
    return isOfType(obj, StaleEnvironmentsStop.__pulumiType);
  }
}
