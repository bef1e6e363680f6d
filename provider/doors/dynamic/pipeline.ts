import * as pulumi from "@pulumi/pulumi";

import type { OutputsOf } from "../../fields/types";
import * as life from "../../resources/pipeline";
import { type GetArgs, getOptions, isOfType, numbersOf } from "../kind";
import { registration, typeToken } from "./registration";

export interface Pipeline extends OutputsOf<typeof life.fields> {}
/**
 * Runs a pipeline: once when the resource is made, and again whenever `ref`, `mergeRequestIid`, `variables`, `inputs` or `triggers` change.
 * GitLab Free and up; the token needs the Developer role (`api` scope, no job token) and the right to run pipelines for the
 * ref. Variables that are Pulumi secrets stay secret in state, output and errors. https://docs.gitlab.com/api/pipelines/
 *
 * The id is `project:pipelineId`, the project as spelled when it was created.
 *
 * @example
 * new gitlab.Pipeline("deploy", {
 *   project: "acme/shop", ref: "main", variables: [{ key: "TARGET", value: "production" }],
 *   triggers: [imageDigest], waitFor: "success", timeoutSeconds: 1800,
 * });
 */
export class Pipeline extends pulumi.CustomResource {
  /** The type as policy packs and the engine know it. */
  static readonly __pulumiType = typeToken(life.pipeline);

  constructor(name: string, args: life.PipelineArgs, opts?: pulumi.CustomResourceOptions) {
    super(...registration(life.pipeline, name, args, opts));
    numbersOf(this, life.pipeline);
  }

  /** Reads an existing pipeline by its id, `project:pipelineId`, without managing it. */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    args: GetArgs = {},
    opts?: pulumi.CustomResourceOptions,
  ): Pipeline {
    return new Pipeline(name, args as life.PipelineArgs, getOptions(id, args, opts));
  }

  /** Whether a value is a `Pipeline`, of whichever copy of this package. */
  static override isInstance(obj: unknown): obj is Pipeline {
    return isOfType(obj, Pipeline.__pulumiType);
  }
}
