import type { AxiosProxyConfig } from "axios";

type FromEnvironment = { readonly getProxyForUrl: (url: string) => string };

/** The address of the proxy that the environment names for a URL; empty where it goes there without one. */
export function proxyFor(url: string): string {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- not loaded before the first request
  return (require("proxy-from-env") as FromEnvironment).getProxyForUrl(url);
}

/**
 * The proxy of this address, where it spells the sign-in percent-encoded: axios would send that as it is spelled. Undefined for
 * every other one, which axios finds by itself, in the same way.
 */
export function signedInTo(address: string): AxiosProxyConfig | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, hostname, port, username, password } = new URL(address);
  if (!`${username}${password}`.includes("%")) return undefined;
  return {
    protocol,
    host: hostname,
    port: Number(port || (protocol === "https:" ? 443 : 80)),
    auth: { username: decoded(username), password: decoded(password) },
  };
}

/** A `%` that encodes nothing stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
