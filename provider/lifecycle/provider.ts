import type * as pulumi from "@pulumi/pulumi";

import type { ConfigSource } from "../gitlab/connection/clients";
import { baseUrlOf, clientFor } from "../gitlab/connection/clients";
import { isGitLabError } from "../gitlab/answer/errors";
import { asOneOperation } from "../gitlab/request/patience";
import { oneLine } from "../text/show";
import { staysTheSame } from "./containers";
import type { Level } from "../gitlab/request/paths";
import type { Connected, Context } from "./context";
import { PartialFailure, UserError } from "./errors";
import { changedFields, checkFields, type Props } from "../fields/check";
import { declaredPart } from "../fields/record";
import type { Failure } from "../fields/schema";
import { Guard } from "./guard";
import type { Lifecycle } from "./lifecycle";
import { redactorOf } from "./redaction";
import { complete, type Subject } from "./telling";
import { isUnknown } from "../fields/unknowns";

export type { Lifecycle } from "./lifecycle";

/** A refresh compares what it found with what is declared by the same `diff` call as an update, but runs no program. */
let programRuns = false;

function changeLabel(id: string): string {
  return programRuns
    ? id
    : `${id} drifted; \`pulumi up\` changes it back, unless \`ignoreChanges\` keeps it:`;
}

/** Turns a life cycle into what the engine calls. */
export function dynamicProvider(lifecycle: Lifecycle): pulumi.dynamic.ResourceProvider {
  let config: ConfigSource = { get: () => undefined };

  const context: Context = {
    client: (props) => clientFor(connectionOf(props), config, process.env),
    baseUrl: (props) => baseUrlOf(connectionOf(props), config, process.env),
    say: (line) => console.log(oneLine(line)),
    isHeld: (kind, props, numbers) => guard.isHeld(kind, props, numbers),
    isRemade: (props) => guard.wasBefore(props),
  };
  const guard = new Guard(lifecycle, context);
  const subject = (props: Props, id?: string): Subject => ({
    context,
    lifecycle,
    props,
    ...(id === undefined ? {} : { id }),
  });

  return {
    // The engine's provider process does not wait for `configure` before it serves the next call: store, never await.
    async configure(request) {
      config = { get: (namespace, key) => request.config.get(`${namespace}:${key}`) };
    },

    async check(olds: Props, news: Props) {
      programRuns = true;
      const { inputs, failures } = checked(lifecycle, news, olds ?? {});
      if (failures.length === 0) failures.push(...declare(guard, olds ?? {}, inputs));
      // Without `property` the engine prints the reason alone; with it, also the value, which may be long or secret.
      return {
        inputs,
        failures: failures.map((failure) => ({ property: "", reason: sentence(failure) })),
      };
    },

    diff: presenting(subject, async (id: string, olds: Props, rawNews: Props) => {
      lifecycle.hearOf?.(id, context.baseUrl(olds));
      const before = declaredIn(lifecycle, olds);
      // What a policy's remediation wrote has not been checked; where it is wrong, create and update refuse it.
      const { inputs, failures } = checked(lifecycle, rawNews, olds);
      const news = failures.length === 0 ? inputs : withoutInternals(rawNews);
      const changed = changedFields(lifecycle.fields, before, news);
      const replaces = await replacing(lifecycle, context, id, before, news, changed);
      if (replaces.length > 0) {
        announce(context, lifecycle.describeReplacement?.(id, olds));
        return { changes: true, replaces, deleteBeforeReplace: false };
      }
      if (!isUndecided(lifecycle, news, changed)) lifecycle.refuse?.(olds, news, changed);
      // A refresh looks before any program has said what it declares.
      if (programRuns) guard.keep(id, olds, news);
      announce(context, lifecycle.describe?.(changeLabel(id), olds, news));
      const changes = changed.length > 0 || (lifecycle.unfinished?.(olds) ?? false);
      return { changes, replaces, deleteBeforeReplace: false };
    }),

    async create(rawInputs: Props) {
      return keepingPartial(subject(rawInputs), {}, async () => {
        const inputs = checkedOnceMore(lifecycle, rawInputs, {});
        const { id, outs } = await guard.make(inputs, () => lifecycle.create(context, inputs));
        return { id, outs: storable(outs) };
      });
    },

    read: presenting(subject, async (id: string, props: Props) => {
      const seen = await lifecycle.read(context, id, withoutInternals(props));
      if (seen === undefined) return {};
      return { id, props: storable(seen.outs), inputs: storable(seen.inputs) };
    }),

    async update(id: string, rawOlds: Props, rawNews: Props) {
      return keepingPartial(subject(rawNews, id), rawOlds, async () => {
        const olds = withoutInternals(rawOlds);
        const news = checkedOnceMore(lifecycle, rawNews, olds);
        const changed = changedFields(lifecycle.fields, declaredIn(lifecycle, olds), news);
        return { outs: storable(await lifecycle.update(context, id, olds, news, changed)) };
      });
    },

    delete: presenting(subject, async (id: string, rawProps: Props) => {
      const props = withoutInternals(rawProps);
      if (await guard.isWanted(id, props)) {
        context.say(
          `${id}: still declared under another resource name or spelling, so it is only forgotten here, not deleted. ` +
            `Give the resource an alias to keep its history.`,
        );
        return;
      }
      await lifecycle.delete(context, id, props, { replaced: guard.wasBefore(props) });
    }),
  };
}

/** The declaration checked, with its defaults and what can be computed. */
function checked(lifecycle: Lifecycle, news: Props, olds: Props): { inputs: Props; failures: Failure[] } {
  const { inputs, failures } = checkFields(lifecycle.fields, withoutInternals(news));
  return { inputs, failures: [...failures, ...(lifecycle.complete?.(inputs, olds) ?? [])] };
}

/** The engine does not check again what a policy's remediation made of the inputs. */
function checkedOnceMore(lifecycle: Lifecycle, news: Props, olds: Props): Props {
  const { inputs, failures } = checked(lifecycle, news, olds);
  if (failures.length === 0) return inputs;
  throw new UserError(
    `the ${lifecycle.kind} was changed after it was checked (by the remediation of a policy?), and is not right any more: ` +
      `${failures.map(sentence).join("; ")}. Nothing was sent.`,
  );
}

const sentence = ({ property, reason }: Failure): string => `${property} ${reason}`;

/** Notes what is declared; settings of the connection that contradict each other are said here, before any request. */
function declare(guard: Guard, olds: Props, inputs: Props): Failure[] {
  try {
    guard.declare(olds, inputs);
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
function presenting<Rest extends [Props, ...Props[]], T>(
  subject: (props: Props, id: string) => Subject,
  call: (id: string, ...rest: Rest) => Promise<T>,
): (id: string, ...rest: Rest) => Promise<T> {
  return async (id, ...rest) => {
    try {
      return await asOneOperation(
        () => call(id, ...rest),
        redactorOf(subject({}, id).lifecycle.fields, ...rest),
      );
    } catch (error) {
      await complete(subject({ ...rest[0], ...rest[1] }, id), error);
      // A stack of our own is empty; any other is a fault in this package and worth seeing whole.
      if (!(error instanceof Error) || error.stack !== "") throw error;
      const [label, sentence] = labelled(id, error.message);
      throw Object.assign(new Error(error.message), { toString: () => label, stack: sentence });
    }
  };
}

/** `acme/shop:17 (environment staging)` or the id alone, and what is said of it. */
function labelled(id: string, message: string): [label: string, sentence: string] {
  const end = message.startsWith(id) ? message.indexOf(": ", id.length) : -1;
  const label = message.slice(0, end);
  const isLabel = label === id || (label.startsWith(`${id} (`) && label.endsWith(")"));
  return isLabel ? [label, message.slice(end + 2)] : [id, message];
}

function connectionOf({ connection }: Connected): string | undefined {
  return typeof connection === "string" ? connection : undefined;
}

function declaredIn(lifecycle: Lifecycle, olds: Props): Props {
  return lifecycle.declared ? lifecycle.declared(olds) : declaredPart(lifecycle.fields, olds);
}

/** A project that is not known yet may well be the same one, or another: then nothing is claimed. */
function isUndecided({ fields }: Lifecycle, news: Props, changed: string[]): boolean {
  return changed.some((name) => fields[name]?.role === "container" && isUnknown(news[name]));
}

/** Which of the changed fields make it another object: the one place where that is decided. */
async function replacing(
  lifecycle: Lifecycle,
  context: Context,
  id: string,
  olds: Props,
  news: Props,
  changed: string[],
): Promise<string[]> {
  const replaces = changed.filter(
    (name) =>
      ["identity", "trigger"].includes(lifecycle.fields[name]?.role ?? "") ||
      (name === "connection" && context.baseUrl(olds) !== context.baseUrl(news)),
  );
  for (const name of changed) {
    if (lifecycle.fields[name]?.role !== "container" || isUnknown(news[name])) continue;
    const old = olds[name];
    if (typeof old !== "string") throw foreignState(lifecycle.kind, name);
    // On another GitLab the old spelling means nothing.
    if (replaces.includes("connection")) replaces.push(name);
    else {
      const isThere = lifecycle.isThere?.bind(lifecycle, context, id, olds, news);
      const respelling = { client: context.client(news), level: name as Level, old };
      if (!(await staysTheSame({ ...respelling, now: String(news[name]), isThere }))) replaces.push(name);
    }
  }
  return replaces;
}

/** An alias of another type, such as a home-made resource: replacing would delete what it stands for. */
function foreignState(kind: string, container: string): UserError {
  return new UserError(
    `the state holds no ${container}, so it was not written by a ${kind} of this package: an alias cannot turn another type into one. ` +
      `Remove the old resource with \`pulumi state delete\` and take the object over with \`adopt: true\`.`,
  );
}

/** What was created stays in state even where the operation failed half-way; the engine needs the loader text with it. */
async function keepingPartial<T>(about: Subject, olds: Props, act: () => Promise<T>): Promise<T> {
  const inputs = about.props;
  try {
    return await asOneOperation(act, redactorOf(about.lifecycle.fields, inputs, olds));
  } catch (error) {
    await complete(about, error);
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
