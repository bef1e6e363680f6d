import * as pulumi from "@pulumi/pulumi";

import type { GitLabClient, Query } from "../gitlab/request/client";
import { clientFor, type ConfigSource } from "../gitlab/connection/clients";
import { isGitLabError } from "../gitlab/answer/errors";
import type { ApiPath } from "../gitlab/request/paths";
import type { Props } from "../fields/check";
import type { Table } from "../fields/field";
import type { PlainArgsOf } from "../fields/types";
import { refusePlainToken } from "../doors/dynamic/registration";
import { type call, type list, queryOf } from "./arguments";
import { camelCased } from "./camel";

/** Arguments of every data function and action. */
export interface CallArgs extends PlainArgsOf<typeof call> {}

/** Arguments of a data function that answers a list. */
export interface ListArgs extends PlainArgsOf<typeof list> {}

/** The stack's configuration, read in the program. Unlike `pulumi.Config.get` it does not warn about secrets. */
const programConfig: ConfigSource = {
  get: (namespace, key) => pulumi.runtime.getConfig(`${namespace}:${key}`),
};

/** The client of a checked call. Functions run in previews too, so a missing token is an error at its first request. */
function clientOf(inputs: Props): GitLabClient {
  const name = inputs["connection"] as string | undefined;
  refusePlainToken(name ?? "gitlab");
  return clientFor(name, programConfig, process.env);
}

/** Sends a request and maps its answer. In the program a refusal of GitLab's is the user's to read: no stack, no "unhandled exception". */
export async function ask<T>(inputs: Props, request: (client: GitLabClient) => Promise<unknown>): Promise<T> {
  try {
    return camelCased(await request(clientOf(inputs))) as T;
  } catch (error) {
    // What `pulumi.RunError.isInstance` looks for.
    throw isGitLabError(error) ? Object.assign(error, { __pulumiRunError: true }) : error;
  }
}

/** Reads one object. */
export function getOne<T>(inputs: Props, path: ApiPath, query: Query = {}): Promise<T> {
  return ask(inputs, (client) => client.get(path, query));
}

/** Reads all pages, or the first `limit` items, with the filters among the arguments. */
export function getList<T>(fields: Table, inputs: Props, path: ApiPath): Promise<T[]> {
  const most = inputs["limit"] as number | undefined;
  return ask(inputs, (client) => client.list(path, queryOf(fields, inputs), most));
}

/** The arguments of an `…Output` form: every one may be an output of something else. */
export type OutputArgs<A> = { [K in keyof A]: pulumi.Input<A[K]> };

/**
 * The `…Output` form of a data function: waits for its arguments, and depends on the resources they come from. While one
 * is unknown (in a preview) so is the result and nothing is asked; where one is secret so is the result.
 */
export function outputForm<A extends object, R>(
  promiseForm: (args: A) => Promise<R>,
): (args: OutputArgs<A>) => pulumi.Output<R> {
  return (args) => pulumi.output(args as pulumi.Inputs).apply<R>((known) => promiseForm(known as A));
}
