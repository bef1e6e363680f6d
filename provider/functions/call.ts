import type { Props } from "../fields/check";
import type { Table } from "../fields/field";
import type { Failure } from "../fields/schema";
import type { InputsOf, PlainArgsOf } from "../fields/types";
import { isGitLabError } from "../gitlab/answer/errors";
import { clientFor, type Source } from "../gitlab/connection/clients";
import { whyForbidden } from "../gitlab/reads/refuser";
import type { GitLabClient } from "../gitlab/request/client";
import { asOneOperation } from "../gitlab/request/patience";
import type { ApiPath } from "../gitlab/request/paths";
import { type call, checkArgs, type list, queryOf } from "./arguments";
import { camelCased } from "./camel";

/** Arguments of every data function and action. */
export interface CallArgs extends PlainArgsOf<typeof call> {}

/** Arguments of a data function that answers a list. */
export interface ListArgs extends PlainArgsOf<typeof list> {}

/** Whose configuration and environment count: a program's, or those of a provider process. */
export type Caller = Source;

/** A data function or an action: the table of its arguments, and what it asks GitLab. */
export interface Call {
  readonly fields: Table;
  /** Rules between arguments. */
  readonly rules?: (inputs: Props) => Failure[];
  readonly ask: (client: GitLabClient, inputs: Props) => Promise<unknown>;
  /** What a list is called where an answer must be an object: in every language but those of Node.js. */
  readonly list?: string;
  /** The answer may hold secrets. */
  readonly secret?: true;
}

/** The calls behind functions of these names. */
export type CallsOf<Functions> = { readonly [Name in keyof Functions]: Call };

type Rules = Pick<Call, "rules">;

/** What asks in a way of its own. */
export function asking<T extends Table>(
  fields: T,
  ask: (client: GitLabClient, inputs: InputsOf<T>) => Promise<unknown>,
  more: Omit<Call, "fields" | "ask"> = {},
): Call {
  return { fields, ...more, ask: (client, inputs) => ask(client, inputs as InputsOf<T>) };
}

/** Reads one object. */
export function one<T extends Table>(fields: T, path: (inputs: InputsOf<T>) => ApiPath): Call {
  return asking(fields, (client, inputs) => client.get(path(inputs)));
}

/** Reads all pages, or the first `limit` items, with the filters among the arguments. */
export function many<T extends Table>(
  list: string,
  fields: T,
  path: (inputs: InputsOf<T>) => ApiPath,
  more: Rules = {},
): Call {
  const ask = (client: GitLabClient, inputs: InputsOf<T>) =>
    client.list(path(inputs), queryOf(fields, inputs as Props), (inputs as { limit?: number }).limit);
  return asking(fields, ask, { ...more, list });
}

/**
 * Makes a call: wrong arguments are told before anything is sent. It runs in previews too, so a missing token is an error at its
 * first request.
 */
export async function answerOf(name: string, call: Call, args: Props, caller: Caller): Promise<unknown> {
  const inputs = checkArgs(name, call, args);
  const connection = inputs["connection"] as string | undefined;
  const client = () => clientFor(connection, caller.config, caller.env, caller.warn);
  try {
    return camelCased(await asOneOperation(() => call.ask(client(), inputs)));
  } catch (error) {
    if (!isGitLabError(error)) throw error;
    const told = await whyForbidden(error.message, inputs["project"], client);
    // In a program a refusal of GitLab's is the user's to read: no stack, no "unhandled exception".
    throw Object.assign(error, { message: told(error.message), __pulumiRunError: true });
  }
}
