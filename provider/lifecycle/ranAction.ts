import type { GitLabClient } from "../gitlab/request/client";
import type { Props } from "../fields/check";
import type { Table } from "../fields/field";
import { answeredPart, declaredPart } from "../fields/record";
import type { Failure } from "../fields/schema";
import type { AnswersOf, InputsOf } from "../fields/types";
import type { Lifecycle } from "./lifecycle";

/** An action that ran once per declaration: there is nothing on the server to read, change or delete. */
export interface RanAction<T extends Table> {
  kind: string;
  /** Between the project and the time of the run in the id. */
  idPart: string;
  /** How errors name the run, before its project. */
  called: string;
  fields: T;
  complete?: (inputs: Props, olds: Props) => Failure[];
  run: (client: GitLabClient, inputs: InputsOf<T>) => Promise<AnswersOf<T>>;
}

export function ranAction<T extends Table>(action: RanAction<T>): Lifecycle {
  const { kind, idPart, called, fields, complete, run } = action;
  return {
    kind,
    fields,
    called: [{ what: called, argument: "project" }],
    ...(complete ? { complete } : {}),

    async create(context, inputs) {
      const client = context.client(inputs);
      const outs = await run(client, inputs as InputsOf<T>);
      const at = (client.serverTime() ?? new Date()).toISOString();
      return { id: `${String(inputs["project"])}:${idPart}:${at}`, outs: { ...inputs, ...outs } };
    },

    async read(_context, _id, props) {
      return { outs: props, inputs: declaredPart(fields, props) };
    },

    /** Only the connection or the spelling of the project changed: what the run answered stays. */
    async update(_context, _id, olds, news) {
      return { ...answeredPart(fields, olds), ...news };
    },

    async delete() {},
  };
}
