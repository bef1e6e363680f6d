import type { AxiosProxyConfig } from "axios";

type FromEnvironment = { readonly getProxyForUrl: (url: string) => string };

/**
 * The proxy that the environment names for a URL, where its address spells the sign-in percent-encoded: axios would send that as it
 * is spelled. Undefined for every other one, which axios finds by itself, in the same way.
 */
export function proxySignedInTo(url: string): AxiosProxyConfig | undefined {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded with axios, which needs it too, and not earlier
  const { getProxyForUrl } = require("proxy-from-env") as FromEnvironment;
  const address = getProxyForUrl(url);
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
