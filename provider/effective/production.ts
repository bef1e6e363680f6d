import type { EnvironmentFacts } from "./facts";
import { pattern } from "./pattern";

/** What counts as production beside the tier: patterns of environment names, `*` for any text. */
export interface ProductionNames {
  /** Count as production whatever tier they have. */
  readonly also: readonly string[];
  /** Never do, also where their tier says so. */
  readonly never: readonly string[];
}

export type IsProduction = (environment: EnvironmentFacts) => "tier" | "name" | undefined;

export function productionBy({ also, never }: ProductionNames): IsProduction {
  const patterns = (texts: readonly string[]) => texts.map((text) => pattern(text, "i"));
  const [wanted, unwanted] = [patterns(also), patterns(never)];
  return ({ name, tier }) => {
    if (unwanted.some((each) => each.test(name))) return undefined;
    if (tier === "production") return "tier";
    return wanted.some((each) => each.test(name)) || soundsLikeProduction(name) ? "name" : undefined;
  };
}

const PRODUCTION = new Set(["prod", "production", "prd", "live"]);
/** Words that say what else it is: a place to look at changes, to try them or to work on them. */
const SOMETHING_ELSE = new Set(
  (
    "review preview staging stage stg test tests testing tst qa qc quality control uat int integration accept acceptance acpt " +
    "dev develop development trunk feature features branch branches mr pr fix bugfix demo sandbox play playground pre nonprod preprod " +
    "non not no mirror clone copy shadow canarytest local ephemeral tmp temp model"
  ).split(" "),
);

/**
 * By the last part of its name, word by word: `eu/production`, `productionEU` and `prod-1` do; `review/fix-prod-login`,
 * `staging/prod-mirror` and `production-test` say themselves that they are something else.
 */
export function soundsLikeProduction(name: string): boolean {
  const folders = name.split("/");
  const last = folders.pop() ?? "";
  if (folders.flatMap(words).some((word) => SOMETHING_ELSE.has(word))) return false;
  const own = words(last);
  return own.some((word) => PRODUCTION.has(word)) && !own.some((word) => SOMETHING_ELSE.has(word));
}

/** `productionEU-2` → `production`, `eu`, `2`. */
function words(text: string): string[] {
  return text
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .replace(/(\d+)/g, " $1 ")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
}
