import type { GitLabClient } from "../gitlab/request/client";
import { answeredPart, declaredPart, type Failure, type Fields, type Props } from "./fields";
import type { Lifecycle } from "./provider";

/** An action that ran once per declaration: there is nothing on the server to read, change or delete. */
export interface RanAction {
  kind: string;
  /** Between the project and the time of the run in the id. */
  idPart: string;
  fields: Fields;
  complete: (inputs: Props, olds: Props) => Failure[];
  run: (client: GitLabClient, inputs: Props) => Promise<Props>;
}

export function ranAction({ kind, idPart, fields, complete, run }: RanAction): Lifecycle {
  return {
    kind,
    fields,
    complete,

    async create(context, inputs) {
      const client = context.client(inputs);
      const outs = await run(client, inputs);
      const at = client.serverTime().toISOString();
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
