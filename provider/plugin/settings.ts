import type { Props } from "../fields/check";
import { isObject } from "../fields/compound";
import { GITLAB_COM } from "../gitlab/connection/baseUrl";
import { baseUrlOf, type ConfigSource, type Source } from "../gitlab/connection/clients";
import { addressIn, PLACE } from "./configuration";
import { textOf } from "./values";

/** The package as the engine knows it: the namespace of its configuration. */
export const PACKAGE = "gitlab-cd";

/** The token of a class or function of this package, as programs and states name it. */
export function tokenOf(name: string): string {
  return `${PACKAGE}:index:${name}`;
}

/** What of the environment an explicit provider does not take: each variable, and the arguments of its own that hide it. */
const HIDDEN_BY: Readonly<Record<string, readonly string[]>> = {
  // Who one is: a token meant for one GitLab must not go to another.
  GITLAB_TOKEN: ["token", "baseUrl"],
  CI_JOB_TOKEN: ["token", "baseUrl"],
  // And where. Without an address of its own, one in the environment still speaks against a guess.
  GITLAB_BASE_URL: ["baseUrl"],
  CI_API_V4_URL: ["baseUrl"],
  GITLAB_MAX_REQUESTS: ["maxRequests"],
  GITLAB_REQUEST_TIMEOUT: ["requestTimeout"],
};

/**
 * The settings of this process: a process serves one provider of the program. The environment comes first, then the stack
 * configuration as it is now, then as it was when the provider was last registered: that is all that `Configure` tells in
 * `refresh` and `destroy`.
 */
export class ProviderSettings implements Source {
  env: NodeJS.ProcessEnv;
  config: ConfigSource;

  constructor(
    private readonly environment: NodeJS.ProcessEnv,
    readonly warn: (text: string) => void,
  ) {
    this.env = environment;
    this.config = sourceOf({});
  }

  /** Where the requests of a provider with these arguments go. */
  placeOf(args: Props, name: string | undefined): string {
    const env = isDefault(name) ? this.environment : withoutOthers(this.environment, args);
    return baseUrlOf(undefined, sourceOf(args), env);
  }

  /** Stores, and awaits nothing: calls may follow at once. */
  configure(args: Props, name: string | undefined): void {
    if (isDefault(name)) {
      this.env = this.environment;
      this.config = sourceOf(current(this.environment, args) ?? whereItWent(args, this.env));
    } else {
      this.env = withoutOthers(this.environment, args);
      this.config = {
        ...sourceOf(whereItWent(args, this.env)),
        called: (key) => `\`${key}\` of the provider ${String(name)}`,
      };
    }
  }
}

/** The one that the engine makes by itself is called `default`, with its version where the program names one. */
export function isDefault(name: string | undefined): boolean {
  return name === undefined || /^default(_|$)/.test(name);
}

function sourceOf(values: Props): ConfigSource {
  return {
    only: PACKAGE,
    get: (namespace, key) => (namespace === PACKAGE ? textOf(values[key]) : undefined),
  };
}

/**
 * The stack configuration of this moment, which the engine puts into the environment of the default provider. A token in it
 * counts for the GitLab beside it: where that is not the one that the state was made with, the old configuration stays whole.
 */
function current(environment: NodeJS.ProcessEnv, args: Props): Props | undefined {
  const values = valuesIn(environment["PULUMI_CONFIG"]);
  if (values === undefined || Object.keys(values).length === 0) return undefined;
  return (addressIn(values) ?? GITLAB_COM) === (addressIn(args) ?? GITLAB_COM) ? values : undefined;
}

/**
 * Where nothing else says where the requests go now, the address they went to: the numbers in the state are of that GitLab, as in a
 * delete after the address moved from the environment into the program. Not for a token that was never meant for an address
 * from the environment.
 */
function whereItWent(args: Props, env: NodeJS.ProcessEnv): Props {
  const place = args[PLACE];
  const isSaid = [
    textOf(args["baseUrl"]),
    textOf(args["token"]),
    env["GITLAB_BASE_URL"],
    env["CI_API_V4_URL"],
  ];
  return place === undefined || isSaid.some((value) => value?.trim()) ? args : { ...args, baseUrl: place };
}

function valuesIn(json: string | undefined): Props | undefined {
  if (json === undefined) return undefined;
  try {
    // The keys of this package alone, without its namespace:
    // https://github.com/pulumi/pulumi/blob/master/pkg/host/host.go (`Provider`)
    const values: unknown = JSON.parse(json);
    return isObject(values) ? values : undefined;
  } catch {
    return undefined;
  }
}

function withoutOthers(environment: NodeJS.ProcessEnv, args: Props): NodeJS.ProcessEnv {
  const isSet = (key: string): boolean => textOf(args[key]) !== "";
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !HIDDEN_BY[name]?.some(isSet)));
}
