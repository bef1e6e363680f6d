import { baseUrlOf, clientFor, type Source } from "../gitlab/connection/clients";
import { isGitLabError } from "../gitlab/answer/errors";
import { asOneOperation } from "../gitlab/request/patience";
import { changedFields, checkFields, namesOf, type Props } from "../fields/check";
import { declaredPart, seenIn } from "../fields/record";
import type { Failure } from "../fields/schema";
import { isUnknown } from "../fields/unknowns";
import type { Level } from "../gitlab/request/paths";
import { staysTheSame } from "./containers";
import type { Connected, Context } from "./context";
import { PartialFailure, UserError } from "./errors";
import { Guard } from "./guard";
import type { Lifecycle } from "./lifecycle";
import { redactorOf } from "./redaction";
import { complete } from "./telling";

/** What a door to Pulumi lends to the life cycles: settings, read anew at each call, and a place to say things. */
export interface Door extends Source {
  /** Shows a line to the person who runs the engine, without anything that a terminal would act on. */
  say(line: string): void;
}

/** What a changed declaration comes to. */
export interface Difference {
  /** The declared fields that differ; unknown counts as different. */
  readonly changed: readonly string[];
  /** Those of them that make it another object. */
  readonly replaces: string[];
  /** Whether there is anything to do: also where the state says that something was left undone. */
  readonly changes: boolean;
}

/** A refresh compares what it found with what is declared by the same `diff` call as an update, but runs no program. */
let programRuns = false;

function changeLabel(id: string): string {
  return programRuns
    ? id
    : `${id} drifted; \`pulumi up\` changes it back, unless \`ignoreChanges\` keeps it:`;
}

/** What the engine's calls about one class come to, whichever door they arrive at. Errors name the object and hold nothing secret. */
export class Operations {
  readonly #context: Context;
  readonly #guard: Guard;

  constructor(
    readonly lifecycle: Lifecycle,
    door: Door,
  ) {
    this.#context = {
      client: (props) => clientFor(connectionOf(props), door.config, door.env, door.warn),
      baseUrl: (props) => baseUrlOf(connectionOf(props), door.config, door.env),
      say: (line) => door.say(line),
      isHeld: (kind, props, numbers) => this.#guard.isHeld(kind, props, numbers),
      isRemade: (props) => this.#guard.wasBefore(props),
    };
    this.#guard = new Guard(lifecycle, this.#context);
  }

  check(olds: Props, news: Props): { inputs: Props; failures: Failure[] } {
    programRuns = true;
    const { inputs, failures } = checked(this.lifecycle, news, olds);
    if (failures.length === 0) failures.push(...declare(this.#guard, olds, inputs));
    return { inputs, failures };
  }

  diff(id: string, olds: Props, rawNews: Props): Promise<Difference> {
    const lifecycle = this.lifecycle;
    const context = this.#context;
    return this.#about([{ ...olds, ...rawNews }, olds, rawNews], id, async () => {
      lifecycle.hearOf?.(id, context.baseUrl(olds));
      const before = declaredIn(lifecycle, olds);
      // What a policy's remediation wrote has not been checked; where it is wrong, create and update refuse it.
      const { inputs, failures } = checked(lifecycle, rawNews, olds);
      const news = failures.length === 0 ? inputs : withoutInternals(rawNews);
      const changed = changedSince(lifecycle, olds, news);
      const replaces = await replacing(lifecycle, context, id, before, news, changed);
      if (replaces.length > 0) {
        announce(context, lifecycle.describeReplacement?.(id, olds));
        return { changed, replaces, changes: true };
      }
      if (!isUndecided(lifecycle, news)) lifecycle.refuse?.(olds, news, changed);
      // A refresh looks before any program has said what it declares.
      if (programRuns) this.#guard.keep(id, olds, news);
      announce(context, lifecycle.describe?.(changeLabel(id), olds, news));
      return { changed, replaces, changes: changed.length > 0 || (lifecycle.unfinished?.(olds) ?? false) };
    });
  }

  create(rawInputs: Props): Promise<{ id: string; outs: Props }> {
    return this.#about([rawInputs], undefined, async () => {
      const inputs = checkedOnceMore(this.lifecycle, rawInputs, {});
      const make = () => this.lifecycle.create(this.#context, inputs);
      const { id, outs } = await this.#guard.make(inputs, make);
      return { id, outs: storable(outs) };
    });
  }

  /** Resolves to undefined when the object is certainly gone. */
  read(id: string, props: Props): Promise<{ outs: Props; inputs: Props } | undefined> {
    return this.#about([props], id, async () => {
      const seen = await this.lifecycle.read(this.#context, id, withoutInternals(props));
      return seen && { outs: storable(seen.outs), inputs: storable(seen.inputs) };
    });
  }

  update(id: string, rawOlds: Props, rawNews: Props): Promise<Props> {
    return this.#about([rawNews, rawOlds], id, async () => {
      const olds = withoutInternals(rawOlds);
      const news = checkedOnceMore(this.lifecycle, rawNews, olds);
      const changed = changedSince(this.lifecycle, olds, news);
      return storable(await this.lifecycle.update(this.#context, id, olds, news, changed));
    });
  }

  delete(id: string, rawProps: Props): Promise<void> {
    return this.#about([rawProps], id, async () => {
      const props = withoutInternals(rawProps);
      if (await this.#guard.isWanted(id, props)) {
        this.#context.say(
          `${id}: still declared under another resource name or spelling, so it is only forgotten here, not deleted. ` +
            `Give the resource an alias to keep its history.`,
        );
        return;
      }
      await this.lifecycle.delete(this.#context, id, props, { replaced: this.#guard.wasBefore(props) });
    });
  }

  /** One operation on one object; its errors say which. */
  async #about<T>(
    declarations: [now: Props, ...Props[]],
    id: string | undefined,
    act: () => Promise<T>,
  ): Promise<T> {
    try {
      return await asOneOperation(act, redactorOf(this.lifecycle.fields, ...declarations));
    } catch (error) {
      const [props] = declarations;
      await complete({ context: this.#context, lifecycle: this.lifecycle, props, id }, error);
      if (error instanceof PartialFailure) error.properties = storable(error.properties);
      throw error;
    }
  }
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

export const sentence = ({ property, reason }: Failure): string => `${property} ${reason}`;

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

function connectionOf({ connection }: Connected): string | undefined {
  return typeof connection === "string" ? connection : undefined;
}

export function declaredIn(lifecycle: Lifecycle, olds: Props): Props {
  return lifecycle.declared ? lifecycle.declared(olds) : declaredPart(lifecycle.fields, olds);
}

/** What is declared otherwise than before. A default that was only seen is left where it is by who does not declare it. */
export function changedSince(lifecycle: Lifecycle, olds: Props, news: Props): string[] {
  const seen = seenIn(olds);
  return changedFields(lifecycle.fields, declaredIn(lifecycle, olds), news).filter(
    (name) => news[name] !== undefined || !seen.includes(name),
  );
}

/** In a project or on a connection that is not known yet, it may well be the same object, or another: then nothing is claimed. */
export function isUndecided({ fields }: Lifecycle, news: Props): boolean {
  return [...namesOf(fields, "container"), "connection"].some((name) => isUnknown(news[name]));
}

/** Which of the changed fields make it another object: the one place where that is decided. */
async function replacing(
  lifecycle: Lifecycle,
  context: Context,
  id: string,
  olds: Props,
  news: Props,
  changed: readonly string[],
): Promise<string[]> {
  const replaces = changed.filter(
    (name) =>
      ["identity", "trigger"].includes(lifecycle.fields[name]?.role ?? "") ||
      (name === "connection" && !isUnknown(news[name]) && context.baseUrl(olds) !== context.baseUrl(news)),
  );
  if (isUndecided(lifecycle, news)) return replaces;
  for (const name of changed) {
    if (lifecycle.fields[name]?.role !== "container") continue;
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

/** States of either door hold what only the dynamic one needs. */
export function withoutInternals(props: Props): Props {
  const { __provider, ...rest } = props;
  return rest;
}

/** The engine refuses `undefined` anywhere inside a state, after the write has happened. */
function storable(props: Props): Props {
  return JSON.parse(JSON.stringify(props)) as Props;
}
