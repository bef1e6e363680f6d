/**
 * Every name that programs and states in any language may refer to: types of resources and functions, their properties, named types
 * with their parts, values of enums, settings.
 */
export function namesIn(schema: object): string[] {
  const { config, types, resources, functions } = schema as Readonly<
    Record<"types" | "resources" | "functions", Described>
  > & {
    readonly config: { readonly variables: object };
  };
  return [
    ...Object.keys(config.variables).map((name) => `config ${name}`),
    ...listed("type", types, ({ properties, enum: values }) => [
      ...keys("", properties),
      ...(values ?? []).map(({ value }) => ` = ${value}`),
    ]),
    ...listed("resource", resources, ({ properties, inputProperties }) => [
      ...keys(" <-", inputProperties),
      ...keys(" ->", properties),
    ]),
    ...listed("function", functions, ({ inputs, outputs }) => [
      ...keys(" <-", inputs?.properties),
      ...keys(" ->", outputs?.properties),
    ]),
  ].sort();
}

interface Spec {
  readonly properties?: object;
  readonly inputProperties?: object;
  readonly enum?: readonly { readonly value: string | number }[];
  readonly inputs?: { readonly properties: object };
  readonly outputs?: { readonly properties: object };
}
type Described = Readonly<Record<string, Spec>>;

const keys = (arrow: string, properties: object = {}): string[] =>
  Object.keys(properties).map((name) => `${arrow} ${name}`);

function listed(kind: string, all: Described, parts: (spec: Spec) => string[]): string[] {
  return Object.entries(all).flatMap(([token, spec]) => [
    `${kind} ${token}`,
    ...parts(spec).map((part) => `${kind} ${token}${part}`),
  ]);
}
