/** The parts of Pulumi's package schema that are written here. https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/ */

export type TypeSpec =
  | { readonly type: "string" | "integer" | "number" | "boolean" }
  | { readonly type: "array"; readonly items: TypeSpec }
  | { readonly type: "object"; readonly additionalProperties: TypeSpec }
  | { readonly $ref: string }
  | { readonly oneOf: readonly TypeSpec[] };

export type PropertySpec = TypeSpec & {
  readonly description?: string;
  readonly secret?: true;
  readonly willReplaceOnChanges?: true;
};

export interface ObjectSpec {
  readonly type: "object";
  readonly description?: string;
  readonly properties: Readonly<Record<string, PropertySpec>>;
  readonly required?: readonly string[];
}

export interface EnumSpec {
  readonly type: "string" | "integer";
  readonly description?: string;
  readonly enum: readonly { readonly name?: string; readonly value: string | number }[];
}

export interface ResourceSpec {
  readonly description: string;
  readonly properties: Readonly<Record<string, PropertySpec>>;
  readonly required: readonly string[];
  readonly inputProperties: Readonly<Record<string, PropertySpec>>;
  readonly requiredInputs: readonly string[];
}

export interface FunctionSpec {
  readonly description: string;
  readonly inputs: ObjectSpec;
  readonly outputs: ObjectSpec;
}

export const PACKAGE = "gitlab-cd";
export const token = (name: string): string => `${PACKAGE}:index:${name}`;
export const ANY: TypeSpec = { $ref: "pulumi.json#/Any" };
