import { UserError } from "./errors";

/** Overrides what resources remember of `onDestroy`, for one run: a pending delete keeps its old inputs for ever. */
export const ON_DESTROY_VARIABLE = "GITLAB_ON_DESTROY";

/** The way out where nothing that the program says counts any more. */
export const LEAVE_IT = `To leave it in GitLab and only forget it, run once with ${ON_DESTROY_VARIABLE}=retain.`;

const CHOICES = ["retain", "stop", "delete"] as const;
export type Override = (typeof CHOICES)[number];

/** What the environment asks for, if anything. Read at call time: the provider process inherits it from `pulumi`. */
export function onDestroyOverride(environment: NodeJS.ProcessEnv = process.env): Override | undefined {
  const value = environment[ON_DESTROY_VARIABLE]?.trim();
  if (value === undefined || value === "") return undefined;
  if ((CHOICES as readonly string[]).includes(value)) return value as Override;
  throw new UserError(
    `${ON_DESTROY_VARIABLE} must be one of ${CHOICES.join(", ")}, got ${JSON.stringify(value)}. Nothing was deleted.`,
  );
}

/**
 * What a record of deployments or pipelines does: a run that sets the variable to get rid of environments must not delete
 * records that nobody spoke of, so only `retain` counts.
 */
export function retainsRecords(remembered: unknown): boolean {
  return onDestroyOverride() === "retain" || (remembered ?? "retain") === "retain";
}
