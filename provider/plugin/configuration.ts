import { checkFields, namesOf, type Props } from "../fields/check";
import { steering, type Table } from "../fields/field";
import { type Failure, rule, type Simple } from "../fields/schema";
import { isUnknown } from "../fields/unknowns";
import { normaliseBaseUrl } from "../gitlab/connection/baseUrl";
import { isGitLabError } from "../gitlab/answer/errors";
import { secret, textOf } from "./values";

/** From 1 to `most`; stack configuration holds numbers as text. */
function count(most: number): Simple<number, number | string> {
  const number = (value: unknown): unknown =>
    typeof value === "string" && /^\d+$/.test(value.trim()) ? Number(value) : value;
  return rule(
    { kind: "integer" },
    (value) => {
      const told = number(value);
      const fits = Number.isInteger(told) && (told as number) >= 1 && (told as number) <= most;
      return fits ? undefined : `must be a whole number from 1 to ${most}`;
    },
    { normalise: number },
  );
}

const none = { normalise: (value: unknown) => (String(value).trim() === "" ? undefined : value) };

/** No failure repeats the value. */
const token: Simple<string> = rule(
  { kind: "text" },
  (value) =>
    typeof value === "string" && /^[\x21-\x7e]{6,}$|^$/.test(value.trim())
      ? undefined
      : "does not hold a token: it is too short or has characters no token has",
  none,
);

const baseUrl: Simple<string> = rule({ kind: "text" }, (value) => urlFault(value), none);

function urlFault(value: unknown): string | undefined {
  if (typeof value !== "string") return "must be a text";
  if (value.trim() === "") return undefined;
  try {
    normaliseBaseUrl(value, "it");
    return undefined;
  } catch (error) {
    if (!isGitLabError(error)) throw error;
    return error.message.replace(/^it /, "");
  }
}

/** What a provider takes; its class documents each. Stack configuration has them below `gitlab-cd:`. */
const providerFields: Table = {
  token: steering(token),
  baseUrl: steering(baseUrl),
  maxRequests: steering(count(100)),
  requestTimeout: steering(count(3600)),
};

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
 * What a changed configuration means. Only another GitLab makes the resources others; where one side does not say which GitLab
 * it is (as on the way from the other door), nothing is claimed.
 */
export function diffConfig(olds: Props, news: Props): { changed: string[]; replaces: string[] } {
  const changed = namesOf(providerFields, "steering").filter(
    (name) => textOf(olds[name]) !== textOf(news[name]),
  );
  const [before, after] = [addressIn(olds), addressIn(news)];
  const replaced = before !== undefined && after !== undefined && before !== after;
  return { changed, replaces: replaced ? ["baseUrl"] : [] };
}

/** Undefined where there is none, or none that can be read. */
export function addressIn({ baseUrl: address }: Props): string | undefined {
  if (typeof address !== "string" || isUnknown(address) || urlFault(address) !== undefined) return undefined;
  return address.trim() === "" ? undefined : normaliseBaseUrl(address, "baseUrl");
}
