import { GitLabError } from "../answer/errors";
import { GITLAB_COM, normaliseBaseUrl } from "./baseUrl";
import { Credential } from "./credential";

/** Stack configuration: `get("gitlab", "baseUrl")` reads `gitlab:baseUrl`. */
export interface ConfigSource {
  get(namespace: string, key: string): string | undefined;
  /** The one namespace that can be read, which is the default connection's. Absent where all can; then the default one is `gitlab`. */
  readonly only?: string;
  /** What the settings of the default connection are called where they are the arguments of something in the program. */
  readonly called?: (key: string) => string;
}

export interface Connection {
  /** As in `connection: "name"`; undefined for the default one. */
  readonly name: string | undefined;
  /** `https://gitlab.example.com/api/v4`. */
  readonly baseUrl: string;
  /** Undefined until somebody sets a token: an error at the first request, not before. */
  readonly credential: Credential | undefined;
  /** What the names of its variables begin with: `GITLAB`, or `NAME`. */
  readonly prefix: string;
  /** Where a token is looked for, for the error that says it is missing. */
  readonly tokenHelp: string;
  /** The configuration is that of now, also in refresh and destroy. */
  readonly isCurrent?: true;
  /** Requests in flight per host, over all connections of this process. Undefined: as many as it takes well, 1–32. */
  readonly maxRequests: number | undefined;
  /** Time limit for one request in seconds, without the time it waits for its turn. Default 60. */
  readonly timeoutSeconds: number;
  /**
   * How long GitLab works on one request at most, in seconds (`GITLAB_RAILS_RACK_TIMEOUT` there). Default 60. A lost create is
   * looked for until then. https://docs.gitlab.com/administration/operations/puma/#change-the-worker-timeout
   */
  readonly serverTimeoutSeconds: number;
  /** Files of a client certificate and its key (PEM), for a GitLab, or something before it, that asks for one. */
  readonly clientCertificate?: { readonly cert: string; readonly key: string };
}

const DEFAULT_NAME = "gitlab";
const NAME = /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/;

/** What the settings of one connection are called, and what they hold right now. */
class Settings {
  readonly namespace: string;
  readonly isDefault: boolean;
  /** The default connection, whose address a named one without an address of its own uses. */
  readonly fallback: Settings | undefined;
  readonly prefix: string;

  constructor(
    name: string | undefined,
    private readonly config: ConfigSource,
    private readonly environment: NodeJS.ProcessEnv,
  ) {
    this.isDefault = name === undefined || name === DEFAULT_NAME || name === config.only;
    this.namespace = this.isDefault ? (config.only ?? DEFAULT_NAME) : String(name);
    if (!NAME.test(this.namespace)) {
      throw new GitLabError(`connection ${JSON.stringify(this.namespace)} is not a name.`, {
        kind: "configuration",
        hint: "Use letters, digits, - and _, starting with a letter: it is the config namespace and the prefix of the variables.",
      });
    }
    this.fallback = this.isDefault ? undefined : new Settings(undefined, config, environment);
    this.prefix = this.isDefault ? "GITLAB" : this.namespace.toUpperCase().replaceAll("-", "_");
  }

  /** `GITLAB_TOKEN`, or `NAME_TOKEN`. */
  variable(suffix: string): string {
    return `${this.prefix}_${suffix}`;
  }

  /** `gitlab:token`, or `name:token`. */
  key(key: string): string {
    return this.isDefault && this.config.called ? this.config.called(key) : `${this.namespace}:${key}`;
  }

  tokenHelp(): string {
    if (this.isDefault && this.config.called) return `Set ${this.key("token")}.`;
    const variable = `Set ${this.variable("TOKEN")}`;
    return !this.isDefault && this.config.only !== undefined
      ? `${variable}: the configuration of other packages does not reach this provider. Or declare a provider with a \`token\` of its own.`
      : `${variable}, or run \`pulumi config set --secret ${this.key("token")}\`.`;
  }

  fromEnvironment(variable: string): string | undefined {
    return present(this.environment[variable]);
  }

  fromConfig(key: string): string | undefined {
    return present(this.config.get(this.namespace, key));
  }

  environmentUrl(): Place | undefined {
    return placeOf(this.variable("BASE_URL"), this.fromEnvironment(this.variable("BASE_URL")));
  }

  /** The GitLab whose CI job we run in. */
  jobUrl(): Place | undefined {
    return placeOf("CI_API_V4_URL", this.fromEnvironment("CI_API_V4_URL"));
  }

  configUrl(): Place | undefined {
    return placeOf(this.key("baseUrl"), this.fromConfig("baseUrl"));
  }
}

interface Place {
  readonly where: string;
  readonly url: string;
}

function placeOf(where: string, value: string | undefined): Place | undefined {
  return value === undefined ? undefined : { where, url: normaliseBaseUrl(value, where) };
}

const present = (value: string | undefined): string | undefined => value?.trim() || undefined;

const GITLAB_COM_PLACE: Place = { where: "the default", url: GITLAB_COM };

/** Where a token from the environment goes, and where requests go while there is no token at all. */
function environmentPlace(settings: Settings): Place {
  const own = settings.environmentUrl() ?? settings.configUrl();
  if (own !== undefined) return own;
  return settings.fallback === undefined
    ? (settings.jobUrl() ?? GITLAB_COM_PLACE)
    : environmentPlace(settings.fallback);
}

/** Where a token from the stack configuration goes: to the address that stands beside it, never to another one. */
function configPlace(settings: Settings): Place {
  return settings.configUrl() ?? (settings.fallback ? configPlace(settings.fallback) : GITLAB_COM_PLACE);
}

/** What the environment says about the address of a connection, where nothing in the configuration speaks against it. */
function otherPlace(settings: Settings): Place | undefined {
  const own = settings.environmentUrl();
  if (own !== undefined || settings.configUrl() !== undefined) return own;
  return settings.fallback === undefined ? settings.jobUrl() : otherPlace(settings.fallback);
}

function tokenOf(settings: Settings, origin: string, value: string | undefined): string | undefined {
  if (value !== undefined && !/^[\x21-\x7e]{6,}$/.test(value)) {
    throw new GitLabError(
      `${origin} does not hold a token: it is too short or has characters no token has.`,
      {
        kind: "configuration",
        hint: settings.isDefault
          ? "Copy the token again."
          : `Copy the token of connection "${settings.namespace}" again.`,
      },
    );
  }
  return value;
}

/**
 * A token in the configuration was given for the GitLab named there. Where the environment names another one it is
 * anybody's guess which was meant, and the token must not be tried on both.
 */
function refuseTwoPlaces(settings: Settings, own: Place): void {
  const other = otherPlace(settings);
  if (other === undefined || other.url === own.url) return;
  throw new GitLabError(
    `The token in ${settings.key("token")} belongs to ${own.url} (${own.where}), but ${other.where} says ${other.url}.`,
    {
      kind: "configuration",
      hint: `${cureOfTwoPlaces(settings, own, other)} Or set ${settings.variable("TOKEN")} for ${other.url}.`,
    },
  );
}

/** An address beside the token outweighs that of a job, or of the default connection, but not the connection's own variable. */
function cureOfTwoPlaces(settings: Settings, own: Place, other: Place): string {
  const key = settings.key("baseUrl");
  return other.where === settings.variable("BASE_URL")
    ? `If ${own.url} gave the token, unset ${other.where}; if ${other.url} did, set ${key} to it.`
    : `Set ${key} to the GitLab that gave the token.`;
}

function findCredential(settings: Settings): { credential: Credential | undefined; place: Place } {
  const variable = settings.variable("TOKEN");
  const fromEnvironment = tokenOf(settings, variable, settings.fromEnvironment(variable));
  if (fromEnvironment !== undefined) {
    return {
      credential: new Credential(fromEnvironment, variable, "environment"),
      place: environmentPlace(settings),
    };
  }
  const key = settings.key("token");
  const fromConfig = tokenOf(settings, key, settings.fromConfig("token"));
  if (fromConfig !== undefined) {
    const place = configPlace(settings);
    refuseTwoPlaces(settings, place);
    return { credential: new Credential(fromConfig, key, "config"), place };
  }
  return { credential: jobCredential(settings), place: environmentPlace(settings) };
}

/** The token of the CI job we run in, only for the GitLab that runs it and never for a connection asked for by name. */
function jobCredential(settings: Settings): Credential | undefined {
  const jobUrl = settings.jobUrl();
  if (!settings.isDefault || jobUrl === undefined || environmentPlace(settings).url !== jobUrl.url)
    return undefined;
  const token = tokenOf(settings, "CI_JOB_TOKEN", settings.fromEnvironment("CI_JOB_TOKEN"));
  return token === undefined ? undefined : new Credential(token, "CI_JOB_TOKEN", "environment", "job-token");
}

/** From the environment only: paths of one machine do not belong into a stack's configuration. */
function clientCertificate(settings: Settings): Pick<Connection, "clientCertificate"> {
  const [certName, keyName] = [settings.variable("CLIENT_CERT"), settings.variable("CLIENT_KEY")];
  const [cert, key] = [settings.fromEnvironment(certName), settings.fromEnvironment(keyName)];
  if (cert !== undefined && key !== undefined) return { clientCertificate: { cert, key } };
  if (cert === undefined && key === undefined) {
    // The default connection's is for its own GitLab, not for others.
    const { fallback } = settings;
    const same = fallback !== undefined && environmentPlace(fallback).url === environmentPlace(settings).url;
    return same ? clientCertificate(fallback) : {};
  }
  throw new GitLabError(`${cert === undefined ? certName : keyName} is missing.`, {
    kind: "configuration",
    hint: `A client certificate needs both ${certName} and ${keyName}, each the name of a PEM file.`,
  });
}

function numberSetting(settings: Settings, suffix: string, key: string, most: number): number | undefined {
  // What is set for the default connection holds for named ones too, unless they say otherwise.
  const places: [where: string, text: string | undefined][] = [
    [settings.variable(suffix), settings.fromEnvironment(settings.variable(suffix))],
    [settings.key(key), settings.fromConfig(key)],
    [`GITLAB_${suffix}`, settings.fromEnvironment(`GITLAB_${suffix}`)],
  ];
  const [where, text] = places.find(([, value]) => value !== undefined) ?? [];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new GitLabError(`${where} must be a whole number from 1 to ${most}.`, { kind: "configuration" });
}

/**
 * Finds base URL and token. The environment comes first: during refresh and destroy the stack configuration is the one
 * of the last `pulumi up`, the environment is always current. Read anew at each call; nothing is kept.
 *
 * Throws a `GitLabError` of kind `configuration` for settings that contradict each other; a token that is not there
 * is no error here.
 */
export function resolveConnection(
  name: string | undefined,
  config: ConfigSource,
  env: NodeJS.ProcessEnv,
): Connection {
  const settings = new Settings(name, config, env);
  const { credential, place } = findCredential(settings);
  return {
    name: settings.isDefault ? undefined : settings.namespace,
    baseUrl: place.url,
    credential,
    prefix: settings.prefix,
    tokenHelp: settings.tokenHelp(),
    ...(config.only === undefined ? {} : { isCurrent: true }),
    maxRequests: numberSetting(settings, "MAX_REQUESTS", "maxRequests", 100),
    timeoutSeconds: numberSetting(settings, "REQUEST_TIMEOUT", "requestTimeout", 3600) ?? 60,
    serverTimeoutSeconds: numberSetting(settings, "SERVER_TIMEOUT", "serverTimeout", 3600) ?? 60,
    ...clientCertificate(settings),
  };
}

/**
 * Where requests of a connection go, without asking for a token: for telling whether two connections are the same
 * GitLab. A contradiction between token and address is left for the first request to report.
 */
export function baseUrlOf(name: string | undefined, config: ConfigSource, env: NodeJS.ProcessEnv): string {
  const settings = new Settings(name, config, env);
  const tokenInConfigOnly =
    settings.fromEnvironment(settings.variable("TOKEN")) === undefined &&
    settings.fromConfig("token") !== undefined;
  return (tokenInConfigOnly ? configPlace(settings) : environmentPlace(settings)).url;
}
