import type * as pulumi from "@pulumi/pulumi";

import type { ConfigSource } from "../gitlab/connection/clients";
import { baseUrlOf, clientFor } from "../gitlab/connection/clients";
import { isGitLabError } from "../gitlab/answer/errors";
import { asOneOperation } from "../gitlab/request/patience";
import { type ContainerKind, sameContainer } from "./containers";
import type { Context } from "./context";
import { DeclaredObjects, type ObjectName, type ServerId } from "./declared";
import { PartialFailure } from "./errors";
import { changedFields, checkFields, declaredPart, type Failure, type Fields, type Props } from "./fields";
import { redactorOf } from "./redaction";
import { containsUnknown, isUnknown } from "./unknowns";

/** What a resource file says about its object; the engine's calls are derived from it by `dynamicProvider`. */
export interface Lifecycle {
  /** The class name. */
  kind: string;
  fields: Fields;
  /** The container field and the field that names the object in it; absent where two of them never are the same object. */
  named?: { container: ContainerKind; name: string };
  /** GitLab's own number of the object, where the id holds one that is unique whatever the container is called. */
  serverId?(id: string): number;
  /** Rules between fields, and what can be computed into the inputs; both must let unknowns pass. */
  complete?(inputs: Props, olds: Props): Failure[];
  /** What the last operation declared, from old outputs; without it what the table says. */
  declared?(olds: Props): Props;
  /** What a change means, in one line for people that starts with the label. Shown in preview, in `up`, and in refresh for drift. */
  describe?(label: string, olds: Props, news: Props): string | undefined;
  /** Refusals that depend on the old state, thrown in preview. */
  refuse?(olds: Props, news: Props, changed: string[]): void;
  /** Whether the state says that something is left to do although nothing changed in the declaration. */
  unfinished?(olds: Props): boolean;
  /** Hears of each object that the state holds before anything is created; the process lives as long as the operation. */
  known?(id: string, baseUrl: string): void;
  create(context: Context, inputs: Props): Promise<{ id: string; outs: Props }>;
  /** Resolves to undefined when the object is certainly gone. */
  read(context: Context, id: string, props: Props): Promise<{ outs: Props; inputs: Props } | undefined>;
  update(context: Context, id: string, olds: Props, news: Props, changed: string[]): Promise<Props>;
  delete(context: Context, id: string, props: Props): Promise<void>;
}

/** One per process: the provider process serves one operation. */
const declaredObjects = new DeclaredObjects();

/** A refresh compares what it found with what is declared by the same `diff` call as an update, but runs no program. */
let programRuns = false;

function changeLabel(id: string): string {
  return programRuns ? id : `${id} drifted; the next \`pulumi up\` changes it back:`;
}

/** Turns a life cycle into what the engine calls. */
export function dynamicProvider(lifecycle: Lifecycle): pulumi.dynamic.ResourceProvider {
  let config: ConfigSource = { get: () => undefined };

  const context: Context = {
    client: (props) => clientFor(connectionOf(props), config, process.env),
    baseUrl: (props) => baseUrlOf(connectionOf(props), config, process.env),
    say: (line) => console.log(line),
  };

  return {
    // The engine's provider process does not wait for `configure` before it serves the next call: store, never await.
    async configure(request) {
      config = { get: (namespace, key) => request.config.get(`${namespace}:${key}`) };
    },

    async check(olds: Props, news: Props) {
      programRuns = true;
      const { inputs, failures } = checkFields(lifecycle.fields, withoutInternals(news));
      failures.push(...(lifecycle.complete?.(inputs, olds ?? {}) ?? []));
      if (failures.length === 0) failures.push(...declareObject(lifecycle, context, inputs));
      // Without `property` the engine prints the reason alone; with it, also the value, which may be long or secret.
      return {
        inputs,
        failures: failures.map(({ property, reason }) => ({ property: "", reason: `${property} ${reason}` })),
      };
    },

    diff: presenting(async (id: string, olds: Props, news: Props) => {
      lifecycle.known?.(id, context.baseUrl(olds));
      const before = declaredIn(lifecycle, olds);
      const changed = changedFields(lifecycle.fields, before, news);
      lifecycle.refuse?.(olds, news, changed);
      const replaces = await replacing(lifecycle, context, before, news, changed);
      const changes = changed.length > 0 || (lifecycle.unfinished?.(olds) ?? false);
      if (replaces.length === 0) announce(context, lifecycle.describe?.(changeLabel(id), olds, news));
      return { changes, replaces, deleteBeforeReplace: false };
    }),

    async create(inputs: Props) {
      return keepingPartial(inputs, {}, async () => {
        const { id, outs } = await lifecycle.create(context, withoutInternals(inputs));
        const made = serverId(lifecycle, context, id, inputs);
        if (made) declaredObjects.made(made);
        return { id, outs: storable(outs) };
      });
    },

    read: presenting(async (id: string, props: Props) => {
      const seen = await lifecycle.read(context, id, withoutInternals(props));
      if (seen === undefined) return {};
      return { id, props: storable(seen.outs), inputs: storable(seen.inputs) };
    }),

    async update(id: string, olds: Props, news: Props) {
      return keepingPartial(news, olds, async () => {
        const changed = changedFields(lifecycle.fields, declaredIn(lifecycle, olds), news);
        return {
          outs: storable(
            await lifecycle.update(context, id, withoutInternals(olds), withoutInternals(news), changed),
          ),
        };
      });
    },

    delete: presenting(async (id: string, props: Props) => {
      if (await isDeclared(lifecycle, context, id, props)) {
        context.say(
          `${id}: still declared under another resource name or spelling, so it is only forgotten here, not deleted. ` +
            `Give the resource an alias to keep its history.`,
        );
        return;
      }
      await lifecycle.delete(context, id, withoutInternals(props));
    }),
  };
}

/** Notes what is declared; settings of the connection that contradict each other are said here, before any request. */
function declareObject(lifecycle: Lifecycle, context: Context, inputs: Props): Failure[] {
  try {
    const object = objectName(lifecycle, context, inputs);
    if (object) declaredObjects.declare(object);
    return [];
  } catch (error) {
    if (!isGitLabError(error, "configuration")) throw error;
    return [{ property: "connection", reason: `cannot be used: ${error.message}` }];
  }
}

function announce(context: Context, line: string | undefined): void {
  if (line !== undefined) context.say(line);
}

/**
 * The engine prints `error.message` of every call, and of diff, read and delete also `` `${error}: ${error.stack}` ``, without the
 * resource's name. This makes the latter read `acme/shop:17: what went wrong`.
 */
function presenting<Rest extends unknown[], T>(
  call: (id: string, ...rest: Rest) => Promise<T>,
): (id: string, ...rest: Rest) => Promise<T> {
  return async (id, ...rest) => {
    try {
      return await asOneOperation(() => call(id, ...rest), redactorOf(...(rest as Props[])));
    } catch (error) {
      // A stack of our own is empty; any other is a fault in this package and worth seeing whole.
      if (!(error instanceof Error) || error.stack !== "") throw error;
      const sentence = error.message.startsWith(`${id}: `)
        ? error.message.slice(id.length + 2)
        : error.message;
      throw Object.assign(new Error(error.message), { toString: () => id, stack: sentence });
    }
  };
}

function connectionOf(props: Props): string | undefined {
  return typeof props["connection"] === "string" ? props["connection"] : undefined;
}

async function isDeclared(
  lifecycle: Lifecycle,
  context: Context,
  id: string,
  props: Props,
): Promise<boolean> {
  const made = serverId(lifecycle, context, id, props);
  if (made && declaredObjects.holdsId(made)) return true;
  const object = objectName(lifecycle, context, props);
  return object !== undefined && declaredObjects.holdsName(object, () => context.client(props));
}

function serverId(lifecycle: Lifecycle, context: Context, id: string, props: Props): ServerId | undefined {
  if (!lifecycle.serverId) return undefined;
  return { kind: lifecycle.kind, baseUrl: context.baseUrl(props), number: lifecycle.serverId(id) };
}

function declaredIn(lifecycle: Lifecycle, olds: Props): Props {
  return lifecycle.declared ? lifecycle.declared(olds) : declaredPart(lifecycle.fields, olds);
}

function objectName(lifecycle: Lifecycle, context: Context, props: Props): ObjectName | undefined {
  if (!lifecycle.named) return undefined;
  const spelling = props[lifecycle.named.container];
  const name = props[lifecycle.named.name];
  if (typeof spelling !== "string" || typeof name !== "string" || containsUnknown([spelling, name]))
    return undefined;
  return {
    kind: lifecycle.kind,
    baseUrl: context.baseUrl(props),
    container: lifecycle.named.container,
    spelling,
    name,
  };
}

/** Which of the changed fields make it another object. */
async function replacing(
  lifecycle: Lifecycle,
  context: Context,
  olds: Props,
  news: Props,
  changed: string[],
): Promise<string[]> {
  const replaces: string[] = [];
  for (const name of changed) {
    const role = lifecycle.fields[name]?.role;
    if (role === "identity" || role === "trigger") replaces.push(name);
    if (name === "connection" && context.baseUrl(olds) !== context.baseUrl(news)) replaces.push(name);
    // A project that is not known yet may well be the same one: nothing is claimed before it can be looked up.
    if (role === "container" && !isUnknown(news[name])) {
      const same = await sameContainer(
        context.client(news),
        name as ContainerKind,
        String(olds[name]),
        String(news[name]),
      );
      if (!same) replaces.push(name);
    }
  }
  return replaces;
}

/** What was created stays in state even where the operation failed half-way; the engine needs the loader text with it. */
async function keepingPartial<T>(inputs: Props, olds: Props, act: () => Promise<T>): Promise<T> {
  try {
    return await asOneOperation(act, redactorOf(inputs, olds));
  } catch (error) {
    if (error instanceof PartialFailure) {
      error.properties = { ...storable(error.properties), __provider: inputs["__provider"] };
    }
    throw error;
  }
}

function withoutInternals(props: Props): Props {
  const { __provider, ...rest } = props;
  return rest;
}

/** The engine refuses `undefined` anywhere inside a state, after the write has happened. */
function storable(props: Props): Props {
  return JSON.parse(JSON.stringify(props)) as Props;
}
