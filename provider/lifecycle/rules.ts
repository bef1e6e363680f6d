import { containerName } from "../fields/container";
import { connection, type Field, type Role } from "../fields/field";
import * as schema from "../fields/schema";

/** Builders for tables that name the role first. */

const field = (role: Role, of: schema.Schema): Field => ({ ...of, role, presence: "optional" });

export function required(of: Field): Field {
  return { ...of, presence: "required" };
}

export type StringRule = schema.TextRule;

export const text = (role: Role, rule: StringRule): Field => field(role, schema.text(rule));
export const oneOf = (role: Role, values: readonly string[]): Field => field(role, schema.oneOf(values));
export const flag = (role: Role): Field => field(role, schema.flag());
export const integer = (role: Role, least: number, most?: number): Field =>
  field(role, schema.integer(least, most));
export const date = (role: Role): Field => field(role, schema.date());

/** Values that mean nothing to us: whenever one of them changes, the resource is made anew. */
export const triggersField: Field = field(
  "identity",
  schema.rule({ kind: "anything" }, (value) =>
    typeof value === "object" ? undefined : "must be a list or an object of values",
  ),
);

export const container = (kind: "project" | "group"): Field =>
  required(field("container", containerName(kind)));
export const connectionField: Field = connection;

export const adoptField: Field = field("creation", schema.adoptChoice);
