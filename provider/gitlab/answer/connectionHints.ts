import type { Connection } from "../connection/connection";

export const PROXY_SIGN_IN =
  "The proxy asks for a user name and password: put them into the address in HTTPS_PROXY (HTTP_PROXY for plain http), " +
  "as http://user:password@proxy.example:3128.";

/** Codes of Node and OpenSSL, and what to do about them. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /^CERT_HAS_EXPIRED$|^CERT_NOT_YET_VALID$/,
    "The server's certificate is out of date (or the clock of this machine is wrong): its operator must renew it.",
  ],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$|^HOSTNAME_MISMATCH$/,
    "The server's certificate is for another host: use the host name that it names in the base URL.",
  ],
  [
    /^ERR_SSL_.*ALERT/,
    "The server ended the TLS handshake, as one does that asks for a client certificate: set GITLAB_CLIENT_CERT and GITLAB_CLIENT_KEY.",
  ],
  [
    /^ERR_SSL_|^EPROTO$/,
    "The server does not speak TLS there: check the port, and https or http, of the base URL.",
  ],
  [/^client certificate/, "Check the files that GITLAB_CLIENT_CERT and GITLAB_CLIENT_KEY name."],
  [/^the proxy refused.* 407$/, PROXY_SIGN_IN],
  [
    /^the proxy refused/,
    "The proxy in HTTPS_PROXY does not let this host through: allow it there, or name the host in NO_PROXY.",
  ],
  [
    /CERT|SIGNATURE|SELF_SIGNED|INVALID_CA|ISSUER/,
    "The authority of the server's certificate is not known here: name its file in NODE_EXTRA_CA_CERTS.",
  ],
];

/** What to do where no connection could be made. `code` is Node's. */
export function connectionHint(code: string, connection: Connection): string {
  const hint = HINTS.find(([pattern]) => pattern.test(code))?.[1];
  return ofConnection(hint ?? "Check the address, the network and the proxy settings.", connection);
}

/** With the variables of a named connection: those of the default one do not count for another GitLab. */
function ofConnection(hint: string, { prefix }: Connection): string {
  return hint.replaceAll("GITLAB_CLIENT_", `${prefix}_CLIENT_`);
}

/** Said by a web server that wants a client certificate, in a page of its own. */
export function certificateHint(connection: Connection): string {
  return ofConnection(
    "A client certificate is asked for: set GITLAB_CLIENT_CERT and GITLAB_CLIENT_KEY to its PEM files.",
    connection,
  );
}
