import { type Code, literal, object } from "./code";
import type { ExistingProtection } from "./read";

/** The arguments of each class in the order in which they are written. */

interface ProtectionValues {
  readonly container: Code;
  readonly deploy: Code;
  readonly approvals: Code;
  readonly adopt: Code;
  readonly connection: Code | undefined;
}

export function protectionArgs(
  { level, name, approvals }: ExistingProtection,
  values: ProtectionValues,
): Code {
  return object(
    {
      [level]: values.container,
      name: literal(name),
      deployAccessLevels: values.deploy,
      approvalRules: approvals.items.length === 0 ? undefined : values.approvals,
      adopt: values.adopt,
      connection: values.connection,
    },
    true,
  );
}

interface EnvironmentValues {
  readonly project: Code;
  readonly name: Code;
  readonly externalUrl: Code | undefined;
  readonly settings: Readonly<Record<string, Code | undefined>>;
  readonly adopt: Code;
  readonly connection: Code | undefined;
}

export function environmentArgs({ settings, ...values }: EnvironmentValues): Code {
  const { tier, ...rest } = settings;
  return object(
    {
      project: values.project,
      name: values.name,
      tier,
      externalUrl: values.externalUrl,
      ...rest,
      adopt: values.adopt,
      connection: values.connection,
    },
    true,
  );
}
