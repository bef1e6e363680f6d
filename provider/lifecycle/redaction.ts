import { secretsOf } from "../fields/secrets";
import { redactor } from "../text/redact";

/** Takes what may be secret in declarations (the old and the new one) out of words that are not ours. */
export function redactorOf(
  fields: Parameters<typeof secretsOf>[0],
  ...declarations: readonly object[]
): (text: string) => string {
  // Made when the first such words come: hardly any operation ever needs it.
  let redact: ((text: string) => string) | undefined;
  return (text) =>
    (redact ??= redactor(declarations.flatMap((declared) => secretsOf(fields, declared))))(text);
}
