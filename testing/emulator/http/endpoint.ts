import type { TokenRow, UserRow } from "../model/rows";
import type { Store } from "../model/store";
import type { Switches } from "../model/switches";
import type { Answer } from "./answers";
import type { Raw } from "./form";
import type { Incoming } from "./incoming";
import type { Fields, Values, WholeRule } from "./params";

/** One request on its way through an endpoint. */
export interface Call<P = Raw> {
  readonly store: Store;
  readonly incoming: Incoming;
  /** Null: anonymous. */
  readonly user: UserRow | null;
  /** The job token that the call is made with, on endpoints that accept one. */
  readonly jobToken: TokenRow | null;
  readonly token: TokenRow | null;
  readonly endpoint: Endpoint;
  /** The `:name`s of the route, decoded. */
  readonly path: Readonly<Record<string, string>>;
  /** Every parameter that was sent, declared or not: `Link` headers repeat them all. */
  readonly sent: Raw;
  /** The declared ones, checked and coerced. */
  readonly params: P;
}

export interface Rules<S extends Fields> {
  /** Who gets past the door: `user` refuses anonymous calls with 401 before anything else; `anyone` does not. */
  readonly who: "user" | "anyone";
  /** Accepts `CI_JOB_TOKEN`, with these permissions where they are fine-grained; elsewhere a job token is ignored. */
  readonly jobToken?: readonly string[];
  /** Whether this version of GitLab does. Default: all do. */
  readonly jobTokenWhere?: (switches: Switches) => boolean;
  /** Scopes that suffice besides `api` (and `read_api` for reads). `any` takes every token. */
  readonly scopes?: readonly string[];
  readonly params?: S;
  readonly rules?: readonly WholeRule[];
  /** Checks that GitLab makes before it looks at the parameters. */
  readonly before?: (call: Call) => void;
  /** Does not exist in the Community Edition. */
  readonly enterprise?: true;
  /** Whether this version of GitLab has it. Default: all have. */
  readonly exists?: (switches: Switches) => boolean;
}

export interface Endpoint {
  readonly method: string;
  readonly pattern: string;
  readonly rules: Rules<Fields>;
  readonly run: (call: Call<never>) => Answer;
}

export function endpoint<const S extends Fields = Record<never, never>>(
  method: "GET" | "POST" | "PUT" | "DELETE",
  pattern: string,
  rules: Rules<S>,
  run: (call: Call<Values<S>>) => Answer,
): Endpoint {
  return { method, pattern, rules, run: run };
}
