import { checkFields, namesOf, type Props } from "../fields/check";
import type { Failure } from "../fields/schema";
import { isUnknown } from "../fields/unknowns";
import { normaliseBaseUrl } from "../gitlab/connection/baseUrl";
import { providerFields, urlFault } from "../lifecycle/providerFields";
import { secret, textOf } from "./values";

/** What the engine itself puts beside the arguments of a provider. */
const ENGINES = ["version", "pluginDownloadURL"];

/** Checks the configuration of a provider. Its token comes back as a secret, however it was given. */
export function checkConfig(news: Props): { inputs: Props; failures: Failure[] } {
  const engines = Object.entries(news).filter(([name]) => ENGINES.includes(name) || name.startsWith("__"));
  const own = Object.entries(news).filter(([name]) => !ENGINES.includes(name));
  const { inputs, failures } = checkFields(providerFields, Object.fromEntries(own));
  const held = inputs["token"];
  return {
    inputs: {
      ...Object.fromEntries(engines),
      ...inputs,
      ...(held === undefined ? {} : { token: secret(held) }),
    },
    failures,
  };
}

/**
 * What a changed configuration means. Only another GitLab makes the resources others: not where one side does not say which GitLab
 * it is (as on the way from the other door), nor where the environment says it for both.
 */
export function diffConfig(
  olds: Props,
  news: Props,
  placeOf: (args: Props) => string,
): { changed: string[]; replaces: string[] } {
  const changed = namesOf(providerFields, "steering").filter(
    (name) => textOf(olds[name]) !== textOf(news[name]),
  );
  const [before, after] = [addressIn(olds), addressIn(news)];
  const replaced =
    before !== undefined && after !== undefined && before !== after && placeOf(olds) !== placeOf(news);
  return { changed, replaces: replaced ? ["baseUrl"] : [] };
}

/** Undefined where there is none, or none that can be read. */
export function addressIn({ baseUrl: address }: Props): string | undefined {
  if (typeof address !== "string" || isUnknown(address) || urlFault(address) !== undefined) return undefined;
  return address.trim() === "" ? undefined : normaliseBaseUrl(address, "baseUrl");
}
