import { checkFields, namesOf, type Props } from "../fields/check";
import type { Failure } from "../fields/schema";
import { isUnknown } from "../fields/unknowns";
import { isGitLabError } from "../gitlab/answer/errors";
import { normaliseBaseUrl } from "../gitlab/connection/baseUrl";
import { providerFields, urlFault } from "../lifecycle/providerFields";
import { secret, textOf } from "./values";

/** What the engine itself puts beside the arguments of a provider. */
const ENGINES = ["version", "pluginDownloadURL"];

/** Where the provider's requests went: kept beside its arguments, as the environment may have said it. */
export const PLACE = "__place";

type PlaceOf = (args: Props) => string;

/** Checks the configuration of a provider. Its token comes back as a secret, however it was given. */
export function checkConfig(news: Props, placeOf: PlaceOf): { inputs: Props; failures: Failure[] } {
  const engines = Object.entries(news).filter(([name]) => ENGINES.includes(name) || name.startsWith("__"));
  const own = Object.entries(news).filter(([name]) => !ENGINES.includes(name));
  const { inputs, failures } = checkFields(providerFields, Object.fromEntries(own));
  const held = inputs["token"];
  return {
    inputs: {
      ...Object.fromEntries(engines),
      ...inputs,
      ...(held === undefined ? {} : { token: secret(held) }),
      ...(failures.length > 0 || isUnknown(inputs["baseUrl"]) ? {} : placed(inputs, placeOf)),
    },
    failures,
  };
}

/** Nothing where the environment contradicts itself: the first request says so. */
function placed(inputs: Props, placeOf: PlaceOf): Props {
  try {
    return { [PLACE]: placeOf(inputs) };
  } catch (error) {
    if (!isGitLabError(error, "configuration")) throw error;
    return {};
  }
}

/**
 * What a changed configuration means. Only another GitLab makes the resources others: not where it is unknown which one the
 * old side was (as on the way from the other door), nor where the environment says it for both.
 */
export function diffConfig(
  olds: Props,
  news: Props,
  placeOf: PlaceOf,
): { changed: string[]; replaces: string[] } {
  const changed = namesOf(providerFields, "steering").filter(
    (name) => textOf(olds[name]) !== textOf(news[name]),
  );
  const replaced =
    !isUnknown(news["baseUrl"]) && addressIn(olds) !== addressIn(news) && isElsewhere(olds, news, placeOf);
  return { changed, replaces: replaced ? ["baseUrl"] : [] };
}

function isElsewhere(olds: Props, news: Props, placeOf: PlaceOf): boolean {
  const now = placeOf(news);
  if (addressIn(olds) !== undefined && placeOf(olds) === now) return false;
  const before = olds[PLACE] ?? addressIn(olds);
  return before !== undefined && before !== now;
}

/** Undefined where there is none, or none that can be read. */
export function addressIn({ baseUrl: address }: Props): string | undefined {
  if (typeof address !== "string" || isUnknown(address) || urlFault(address) !== undefined) return undefined;
  return address.trim() === "" ? undefined : normaliseBaseUrl(address, "baseUrl");
}
