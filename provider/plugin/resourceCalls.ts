import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

import type { Props } from "../fields/check";
import { PartialFailure, UserError } from "../lifecycle/errors";
import type { Operations } from "../lifecycle/operations";
import { previewOfCreate, previewOfUpdate } from "../lifecycle/preview";
import { diffResponse, failuresOf } from "./answers";
import { detailedDiff } from "./detailedDiff";
import type { EngineLog } from "./engineLog";
import type { Responders } from "./responders";
import { kept, withLoader } from "./resources";
import { withTimeout } from "./timeouts";
import { fromStruct, toStruct } from "./values";

/** What the engine asks about a resource. */
interface About {
  getUrn(): string;
}

type Calls = Pick<Responders, "check" | "diff" | "create" | "read" | "update" | "delete">;

/** The calls about resources. `Create` and `Update` come in previews too: then nothing is sent. */
export function resourceCalls(resources: ReadonlyMap<string, Operations>, log: EngineLog): Calls {
  const on =
    <Request extends About, Response>(
      respond: (resource: Operations, request: Request) => Promise<Response>,
    ) =>
    (request: Request) =>
      log.during(request.getUrn(), () => respond(resourceAt(resources, request.getUrn()), request));

  return {
    check: on(check),
    diff: on(diff),
    create: on(create),
    read: on(read),
    update: on(update),
    delete: on(remove),
  };
}

async function check(resource: Operations, request: rpc.CheckRequest): Promise<rpc.CheckResponse> {
  const { inputs, failures } = resource.check(fromStruct(request.getOlds()), fromStruct(request.getNews()));
  const response = new rpc.CheckResponse();
  response.setInputs(toStruct(inputs));
  response.setFailuresList(failuresOf(failures));
  return response;
}

async function diff(resource: Operations, request: rpc.DiffRequest): Promise<rpc.DiffResponse> {
  const news = fromStruct(request.getNews());
  const difference = await resource.diff(request.getId(), fromStruct(request.getOlds()), news);
  const olds = difference.changed.length > 0 ? fromStruct(request.getOldInputs()) : {};
  return diffResponse(difference, difference.changes, detailedDiff(difference, olds, news));
}

async function create(resource: Operations, request: rpc.CreateRequest): Promise<rpc.CreateResponse> {
  const { lifecycle } = resource;
  const inputs = fromStruct(request.getProperties());
  const response = new rpc.CreateResponse();
  if (request.getPreview()) {
    response.setProperties(toStruct(previewOfCreate(lifecycle, inputs)));
    return response;
  }
  const { props, without } = withTimeout(lifecycle.kind, "create", request.getTimeout(), inputs);
  const { id, outs } = await storing(resource, without, () => resource.create(props));
  response.setId(id);
  response.setProperties(toStruct(kept(lifecycle, id, without(outs))));
  return response;
}

async function read(resource: Operations, request: rpc.ReadRequest): Promise<rpc.ReadResponse> {
  const id = request.getId();
  const seen = await resource.read(id, fromStruct(request.getProperties()));
  const response = new rpc.ReadResponse();
  if (seen === undefined) return response;
  response.setId(id);
  response.setProperties(toStruct(kept(resource.lifecycle, id, seen.outs)));
  response.setInputs(toStruct(seen.inputs));
  return response;
}

async function update(resource: Operations, request: rpc.UpdateRequest): Promise<rpc.UpdateResponse> {
  const { lifecycle } = resource;
  const id = request.getId();
  const [olds, news] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
  const response = new rpc.UpdateResponse();
  if (request.getPreview()) {
    response.setProperties(toStruct(withLoader(lifecycle, previewOfUpdate(lifecycle, id, olds, news))));
    return response;
  }
  const { props, without } = withTimeout(lifecycle.kind, "update", request.getTimeout(), news);
  const outs = await storing(resource, without, () => resource.update(id, olds, props));
  response.setProperties(toStruct(kept(lifecycle, id, without(outs))));
  return response;
}

async function remove(resource: Operations, request: rpc.DeleteRequest): Promise<Empty> {
  const outs = fromStruct(request.getProperties());
  const { props } = withTimeout(resource.lifecycle.kind, "delete", request.getTimeout(), outs);
  await resource.delete(request.getId(), props);
  return new Empty();
}

/** A URN is `urn:pulumi:<stack>::<project>::<types, outermost first>::<name>`; only a name can hold `::`. */
function resourceAt(resources: ReadonlyMap<string, Operations>, urn: string): Operations {
  const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
  const resource = resources.get(type);
  if (resource) return resource;
  throw new UserError(
    `${type} is not a resource of this package; it has ${[...resources.keys()].join(", ")}.`,
  );
}

/** What was made stays in state also where the operation failed half-way. */
async function storing<T>(
  { lifecycle }: Operations,
  without: (outs: Props) => Props,
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof PartialFailure)
      error.properties = kept(lifecycle, error.id, without(error.properties));
    throw error;
  }
}
