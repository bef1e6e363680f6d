import ts from "typescript";

import type { ValueType } from "../../../provider/fields/schema";
import { AccessLevel, GroupInheritanceType } from "../../../provider/lifecycle/access/subjects";
import type { Sources } from "./sources";
import { ANY, type EnumSpec, type ObjectSpec, type PropertySpec, token, type TypeSpec } from "./spec";
import type { Words } from "./words";

/** Numbers that are not whole, in answers; everything else that GitLab counts is. */
const FRACTIONS = ["coverage", "duration", "executionTime", "queuedDuration", "time", "totalTime"];

/** Names where the one that would be made of owner and property says too much. They are a public contract: they never change. */
const NAMES: Readonly<Record<string, string>> = {
  DeployAccessLevelArgs: "DeployAccessLevel",
  ApprovalRuleArgs: "ApprovalRule",
  PipelineVariableArgs: "PipelineVariable",
  Variable: "PipelineVariable",
  // What GitLab holds; the plain names are for what a program writes.
  DeployAccessLevel: "DeployAccessLevelEntry",
  ApprovalRule: "ApprovalRuleEntry",
  EnvironmentTier: "Tier",
  EnvironmentAutoStopSetting: "AutoStopSetting",
  PipelineVariableVariableType: "PipelineVariableType",
  GetDeploymentMergeRequestsWip: "YesOrNo",
  GetDeploymentMergeRequestsSort: "SortDirection",
  GetEnvironmentsStates: "EnvironmentState",
  GetPipelinesStatus: "PipelineStatus",
  GetDeploymentMergeRequestsNot: "MergeRequestFilters",
};

const CONSTANTS = { AccessLevel, GroupInheritanceType };

/** What else is known of a value: what its table says, and of what it is which property. */
export interface Place {
  readonly owner: string;
  readonly name: string;
  readonly table?: ValueType | undefined;
}

/** Types of the compiler as types of a schema; those with names of their own are collected. */
export class Types {
  readonly named: Record<string, ObjectSpec | EnumSpec> = {};
  readonly #names = new Map<ts.Type, string>();

  constructor(
    private readonly sources: Sources,
    private readonly words: Words,
  ) {}

  /** Properties of an object type, and those that are always there. */
  object(type: ts.Type, owner: string, tables: Readonly<Record<string, ValueType>> = {}) {
    const properties: Record<string, PropertySpec> = {};
    const required: string[] = [];
    // The compiler's own order of a derived type follows from whatever else it has compiled.
    const places = Object.keys(tables);
    const names = namesIn(type, this.sources.checker).sort((a, b) => places.indexOf(a) - places.indexOf(b));
    for (const name of names) {
      const { spec, always } = this.property(type, { owner, name, table: tables[name] });
      properties[name] = spec;
      if (always) required.push(name);
    }
    return { properties, required: required.sort() };
  }

  /** A property, of each member of a union. */
  property(type: ts.Type, place: Place): { spec: PropertySpec; always: boolean } {
    const { checker } = this.sources;
    const members = type.isUnion() ? type.types : [type];
    const symbols = members.map((member) => member.getProperty(place.name));
    const types = symbols.flatMap((symbol) =>
      symbol === undefined ? [] : [checker.getTypeOfSymbol(symbol)],
    );
    const values = types.flatMap((each) => valuesOf(each, checker));
    const optional = symbols.some((symbol) => symbol === undefined || symbol.flags & ts.SymbolFlags.Optional);
    const absent = types.some((each) => someIn(each, ts.TypeFlags.Undefined | ts.TypeFlags.Null));
    const comment = symbols
      .map((symbol) => (symbol === undefined ? "" : this.sources.comment(symbol)))
      .find(Boolean);
    const description = this.words.neutral(comment ?? "");
    return {
      spec: { ...this.#valueOf(values, place), ...(description === "" ? {} : { description }) },
      always: !optional && !absent,
    };
  }

  list(type: ts.Type, place: Place): TypeSpec {
    return this.#valueOf(valuesOf(type, this.sources.checker), place);
  }

  #valueOf(types: readonly ts.Type[], place: Place): TypeSpec {
    if (types.some(({ flags }) => flags & (ts.TypeFlags.Unknown | ts.TypeFlags.Any))) return ANY;
    if (isText(types) && place.table?.kind === "text" && place.table.values)
      return this.#choice(place.table.values, place);
    const constant = constantOf(types);
    if (constant !== undefined) return this.#constant(constant);
    const kinds = types.map((type) => this.#kindOf(type, place));
    const distinct = kinds.filter(
      (kind, i) => kinds.findIndex((one) => JSON.stringify(one) === JSON.stringify(kind)) === i,
    );
    // A list or a map of anything is anything.
    if (distinct.length > 1 && distinct.every((kind) => JSON.stringify(kind).includes(JSON.stringify(ANY))))
      return ANY;
    if (distinct.length > 1) return { oneOf: distinct };
    if (distinct[0] === undefined) throw new Error(`${place.owner}.${place.name} has no type.`);
    return distinct[0];
  }

  #kindOf(type: ts.Type, place: Place): TypeSpec {
    const { checker } = this.sources;
    if (type.flags & ts.TypeFlags.StringLike) return { type: "string" };
    if (type.flags & ts.TypeFlags.BooleanLike) return { type: "boolean" };
    if (type.flags & ts.TypeFlags.NumberLike) {
      const whole = place.table?.kind === "integer" || !FRACTIONS.includes(place.name);
      return { type: whole ? "integer" : "number" };
    }
    if (checker.isArrayType(type)) {
      const [item] = checker.getTypeArguments(type as ts.TypeReference);
      const table = place.table?.kind === "list" ? place.table.of : undefined;
      return { type: "array", items: this.#valueOf(valuesOf(item!, checker), { ...place, table }) };
    }
    const values = type.getStringIndexType();
    if (values !== undefined && type.getProperties().length === 0) {
      return {
        type: "object",
        additionalProperties: this.#valueOf(valuesOf(values, checker), { ...place, table: undefined }),
      };
    }
    return this.#reference(type, place);
  }

  #choice(values: readonly string[], place: Place): TypeSpec {
    const equal = Object.entries(this.named).find(
      ([, spec]) =>
        "enum" in spec && JSON.stringify(spec.enum.map(({ value }) => value)) === JSON.stringify(values),
    );
    const made = place.owner + capital(place.name);
    return this.#define(equal?.[0] ?? NAMES[made] ?? made, {
      type: "string",
      enum: values.map((value) => ({ value })),
    });
  }

  #constant(name: keyof typeof CONSTANTS): TypeSpec {
    const values = Object.entries(CONSTANTS[name]).map(([key, value]) => ({ name: key, value }));
    const symbol = this.sources.exported("provider/common.ts", name);
    const description = this.words.neutral(this.sources.comment(symbol));
    return this.#define(name, { type: "integer", description, enum: values });
  }

  #reference(type: ts.Type, place: Place): TypeSpec {
    const known = this.#names.get(type);
    if (known !== undefined) return reference(known);
    const own = nameOf(type);
    const made = own ?? place.owner + capital(place.name);
    const name = NAMES[made] ?? made;
    this.#names.set(type, name);
    const fields = place.table?.kind === "object" ? place.table.fields : {};
    const tables = Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, field.type]));
    const symbol = own === undefined ? undefined : (type.aliasSymbol ?? type.symbol);
    const description = symbol === undefined ? "" : this.words.neutral(this.sources.comment(symbol));
    const { properties, required } = this.object(type, name, tables);
    return this.#define(name, {
      type: "object",
      ...(description === "" ? {} : { description }),
      properties,
      ...(required.length === 0 ? {} : { required }),
    });
  }

  /** What a program writes and what it gets may be one type; two of one name may not. */
  #define(name: string, spec: ObjectSpec | EnumSpec): TypeSpec {
    const before = (this.named[name] ??= spec);
    if (shapeOf(before) !== shapeOf(spec)) throw new Error(`Two types would be called ${name}.`);
    return reference(name);
  }
}

const reference = (name: string): TypeSpec => ({ $ref: `#/types/${token(name)}` });

/** Without its descriptions. */
const shapeOf = (spec: unknown): string =>
  JSON.stringify(spec, (key, value: unknown) =>
    key === "description" && typeof value === "string" ? undefined : value,
  );

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function nameOf(type: ts.Type): string | undefined {
  if (type.aliasSymbol)
    return ["PlainArgsOf", "Of"].includes(type.aliasSymbol.name) ? undefined : type.aliasSymbol.name;
  const { symbol } = type;
  return symbol && symbol.flags & ts.SymbolFlags.Interface ? symbol.name : undefined;
}

/** Of an object, or of all members of a union, in the order of the sources; what is never there is left out. */
function namesIn(type: ts.Type, checker: ts.TypeChecker): string[] {
  const members = type.isUnion() ? type.types : [type];
  const all = members
    .flatMap((member) => member.getProperties())
    .filter((property) => valuesOf(checker.getTypeOfSymbol(property), checker).length > 0);
  return [...new Set(all.map(({ name }) => name))].filter((name) => !name.startsWith("__"));
}

/** What a value can be once it is known: no promise, no output, not nothing. */
function valuesOf(type: ts.Type, checker: ts.TypeChecker): ts.Type[] {
  const given = type.aliasSymbol?.name === "Input" ? type.aliasTypeArguments?.[0] : undefined;
  const held = given ?? inOutput(type, checker);
  if (held !== undefined) return valuesOf(held, checker);
  // Unions that have a name, such as those of access entries, stay whole.
  if (type.isUnion() && !isObjectUnion(type)) {
    const values = type.types.filter(
      (member) => inOutput(member, checker) === undefined && !isPromise(member),
    );
    return values.flatMap((member) => valuesOf(member, checker));
  }
  const none = ts.TypeFlags.Undefined | ts.TypeFlags.Null | ts.TypeFlags.Never;
  return type.flags & none ? [] : [type];
}

/** The type inside of an output; one of a choice is a choice of outputs of all of it. */
function inOutput(type: ts.Type, checker: ts.TypeChecker): ts.Type | undefined {
  if (type.isUnion()) {
    const held = type.types.map((member) => inOutput(member, checker));
    return held.every((each) => each !== undefined) ? held[0] : undefined;
  }
  const parts = type.isIntersection() ? type.types : [type];
  const output = parts.find(({ symbol }) => symbol?.name === "OutputInstance");
  return output && checker.getTypeArguments(output as ts.TypeReference)[0];
}

const isPromise = (type: ts.Type): boolean => type.symbol?.name === "Promise";

function isObjectUnion(type: ts.UnionType): boolean {
  return (
    type.aliasSymbol !== undefined &&
    type.types.every(({ flags }) => flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) &&
    !["Input", "Output"].includes(type.aliasSymbol.name)
  );
}

function someIn(type: ts.Type, flags: ts.TypeFlags): boolean {
  return type.isUnion() ? type.types.some((member) => someIn(member, flags)) : (type.flags & flags) !== 0;
}

const isText = (types: readonly ts.Type[]): boolean =>
  types.length > 0 && types.every(({ flags }) => flags & ts.TypeFlags.StringLike);

function constantOf(types: readonly ts.Type[]): keyof typeof CONSTANTS | undefined {
  const values = types.map((type) => (type.isNumberLiteral() ? type.value : undefined));
  const names = Object.keys(CONSTANTS) as (keyof typeof CONSTANTS)[];
  return names.find((name) => {
    const all = Object.values(CONSTANTS[name]) as number[];
    return values.length === all.length && all.every((value) => values.includes(value));
  });
}
