import { createHash } from "node:crypto";

export const tiers = ["production", "staging", "testing", "development", "other"] as const;

const allowed = /^[a-zA-Z0-9_${}. -]([a-zA-Z0-9_/${}. -]*[a-zA-Z0-9_${}. -])?$/;
const nameRule =
  "can contain only letters, digits, '-', '_', '/', '$', '{', '}', '.', and spaces, but it cannot start or end with '/'";

/** The sentences a model would hold against this environment name. */
export function nameFaults(name: string): string[] {
  const faults: string[] = [];
  if (name.trim() === "") faults.push("can't be blank");
  if (name.length > 255) faults.push("is too long (maximum is 255 characters)");
  if (!allowed.test(name)) faults.push(nameRule);
  return faults;
}

/** https://docs.gitlab.com/ci/environments/#types-of-environments (the short name, CI_ENVIRONMENT_SLUG) */
export function slugOf(name: string): string {
  let slug = name.toLowerCase().replace(/[^a-z0-9]/g, "-");
  if (!/^[a-z]/.test(slug)) slug = `env-${slug}`;
  slug = slug.replace(/-+/g, "-");
  if (slug.length <= 24 && slug === name) return slug.replace(/-$/, "");
  const head = slug.slice(0, 17);
  return `${head.endsWith("-") ? head : `${head}-`}${suffixOf(name)}`;
}

function suffixOf(name: string): string {
  const digest = createHash("sha256").update(name).digest("hex");
  return BigInt(`0x${digest}`).toString(36).slice(-6);
}

/** The first match wins, wherever in the name it is. https://docs.gitlab.com/ci/environments/#deployment-tier-of-environments */
const guesses: readonly [string, RegExp][] = [
  ["development", /(dev|review|trunk)/i],
  ["testing", /(test|tst|int|ac(ce|)pt|qa|qc|control|quality)/i],
  ["staging", /(st(a|)g|mod(e|)l|pre|demo|non)/i],
  ["production", /(pr(o|)d|live)/i],
];

export function guessTier(name: string): string {
  return guesses.find(([, pattern]) => pattern.test(name))?.[0] ?? "other";
}
