import { UserError } from "./errors";

/** What writes the same moment otherwise, an older version or a copy of the database, may round it. */
const ROUNDED_MS = 1000;

/**
 * A number is one object's on one GitLab only. Where an address in the environment has come to lead to another GitLab, or GitLab was
 * set up anew, what has the number there was made at another time: it is not the one that the state is about. `otherwise` says what
 * has become of it.
 */
export function assertSame(
  { id, baseUrl }: { readonly id: string; readonly baseUrl: string },
  held: unknown,
  seen: unknown,
  otherwise: string,
): void {
  const apart = Math.abs(Date.parse(String(held)) - Date.parse(String(seen)));
  if (Number.isNaN(apart) || apart < ROUNDED_MS) return;
  throw new UserError(
    `${id}: what has this number at ${baseUrl} was made at ${String(seen)}, what the state is about at ${String(held)}: ` +
      `that is another GitLab, or one set up anew. ${otherwise} Correct the address (GITLAB_BASE_URL, CI_API_V4_URL or the configuration). ` +
      `Where it is right, the old object is gone: \`pulumi state delete\` forgets it.`,
  );
}
