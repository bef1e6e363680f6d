import type * as pulumi from "@pulumi/pulumi";

import type { Role, Table } from "./field";
import type { Schema } from "./schema";

/** What the compiler derives from a table. `Pick`-like throughout, so that doc comments come along. */

type Argument = "container" | "identity" | "trigger" | "setting" | "steering" | "creation";
type Input = Argument | "computed";
type Output = "container" | "identity" | "setting" | "computed" | "answer" | "number";

type Kept = Exclude<Input, "creation"> | "answer" | "memory";

type Names<T extends Table, R extends Role> = {
  [K in keyof T]: T[K]["role"] extends R ? K : never;
}[keyof T];
type Required<T extends Table> = {
  [K in keyof T]: T[K]["presence"] extends "required" ? K : never;
}[keyof T];
/** Names of what is in every output, declared or not. */
type Certain<T extends Table> = {
  [K in keyof T]: T[K]["presence"] extends "optional"
    ? T[K] extends { readonly guessed: true } | { readonly holds: Schema }
      ? K
      : never
    : K;
}[keyof T];
type Filled<T extends Table> = {
  [K in keyof T]: T[K]["presence"] extends "optional" ? never : K;
}[keyof T];

type Checked<F extends Schema> = NonNullable<F["types"]>["checked"];
/** What state and outputs hold, where that is more than what was declared. */
type Held<F extends Schema> = F extends { readonly holds: infer H extends Schema } ? Checked<H> : Checked<F>;

type Args<T extends Table, K extends keyof T> = { [N in K]: NonNullable<T[N]["types"]>["arg"] };
type Plains<T extends Table, K extends keyof T> = { [N in K]: NonNullable<T[N]["types"]>["plain"] };
type Values<T extends Table, K extends keyof T> = { [N in K]: Checked<T[N]> };
type Stored<T extends Table, K extends keyof T> = { [N in K]: Held<T[N]> };
type Outputs<T extends Table, K extends keyof T> = { readonly [N in K]: pulumi.Output<Held<T[N]>> };
type Doubtful<T extends Table, K extends keyof T> = {
  readonly [N in K]: pulumi.Output<Held<T[N]> | undefined>;
};

/** The arguments of the class, in a program. */
export type ArgsOf<T extends Table> = Args<T, Names<T, Argument> & Required<T>> &
  Partial<Args<T, Exclude<Names<T, Argument>, Required<T>>>>;

/** The arguments of a function. */
export type PlainArgsOf<T extends Table> = Plains<T, Names<T, Argument> & Required<T>> &
  Partial<Plains<T, Exclude<Names<T, Argument>, Required<T>>>>;

/** What `check` hands on. */
export type InputsOf<T extends Table> = Values<T, Names<T, Input> & Filled<T>> &
  Partial<Values<T, Exclude<Names<T, Input>, Filled<T>>>>;

/** What the server's record adds. */
export type AnswersOf<T extends Table> = Values<T, Names<T, "answer"> & Filled<T>> &
  Partial<Values<T, Exclude<Names<T, "answer">, Filled<T>>>>;

/** What a state holds. */
export type StateOf<T extends Table> = Stored<T, Exclude<Names<T, Kept> & Filled<T>, Names<T, "memory">>> &
  Partial<Stored<T, Names<T, "memory"> | Exclude<Names<T, Kept>, Filled<T>>>>;

/** The outputs of the class. */
export type OutputsOf<T extends Table> = Outputs<T, Names<T, Output> & Certain<T>> &
  Doubtful<T, Exclude<Names<T, Output>, Certain<T>>>;
