export const TIERS = ["production", "staging", "testing", "development", "other"] as const;
/** GitLab's deployment tiers. https://docs.gitlab.com/ci/environments/#deployment-tier-of-environments */
export type Tier = (typeof TIERS)[number];

/**
 * How GitLab guesses the tier of an environment whose tier nobody declared: unanchored, the first match wins, so
 * `preprod` is staging and `latest` is testing.
 * https://gitlab.com/gitlab-org/gitlab/-/blob/master/app/models/environment.rb (`guess_tier`)
 */
const GUESSES: readonly (readonly [RegExp, Tier])[] = [
  [/(dev|review|trunk)/i, "development"],
  [/(test|tst|int|ac(ce|)pt|qa|qc|control|quality)/i, "testing"],
  [/(st(a|)g|mod(e|)l|pre|demo|non)/i, "staging"],
  [/(pr(o|)d|live)/i, "production"],
];

export function guessTier(environmentName: string): Tier {
  return GUESSES.find(([pattern]) => pattern.test(environmentName))?.[1] ?? "other";
}
