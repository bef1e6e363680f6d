import { redactor, type Secrets } from "../text/redact";
import type { Props } from "../fields/check";

export { redactor, type Secrets };

/**
 * Arguments whose values nobody needs in an error and that may well be secrets: values arrive here in clear, and which of
 * them the program calls secret is not told. What names an object (project, name, ref, sha) stands in its id in clear.
 */
const MAY_BE_SECRET = [
  "externalUrl",
  "description",
  "kubernetesNamespace",
  "fluxResourcePath",
  "comment",
  "variables",
  "inputs",
];

/** Takes what may be secret in declarations (the old and the new one) out of words that are not ours. */
export function redactorOf(...declarations: readonly object[]): (text: string) => string {
  // Made when the first such words come: hardly any operation ever needs it.
  let redact: ((text: string) => string) | undefined;
  return (text) => (redact ??= redactor(declarations.flatMap(secretsOf)))(text);
}

export function secretsOf(props: object): Secrets {
  const values = props as Props;
  return MAY_BE_SECRET.flatMap((argument) => named(argument, values[argument]));
}

function named(argument: string, value: unknown): Secrets {
  if (argument === "variables" && Array.isArray(value))
    return (value as { key?: unknown; value?: unknown }[]).flatMap((item) =>
      texts(item?.value).map((text) => [`value of ${String(item?.key)}`, text] as const),
    );
  if (argument === "inputs" && typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([name, item]) =>
      texts(item).map((text) => [`input ${name}`, text] as const),
    );
  return texts(value).map((text) => [argument, text] as const);
}

function texts(value: unknown): string[] {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(texts);
  return typeof value === "string" || typeof value === "number" ? [String(value)] : [];
}
