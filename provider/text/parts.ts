/**
 * What of a value is worth hiding by itself. Not every word: what stands in many a sentence (`production`, `main`) would take the sense
 * out of errors, and tells nothing.
 */

/** More parts than anybody's secret has; a file of megabytes is found as a whole and line by line. */
const LONGEST = 4000;

/** A password may be short, a query value such as `true` is none. */
const SHORTEST_PASSWORD = 4;
const SHORTEST_QUERY = 8;
/** Of letters and digits: a token, a key, a generated name. */
const SHORTEST_TOKEN = 12;

const ADDRESS =
  /[a-z][a-z0-9+.-]{0,30}:\/\/(?:(?<user>[^\s/?#]*)@)?(?<host>[^\s/?#@:"'<>]+|\[[0-9a-f:.]+\])(?::\d+)?[^\s?#"'<>]*(?<query>\?[^\s#"'<>]*)?/gi;
const BETWEEN_WORDS = /[\s"'`=,;:@/?&#<>()[\]{}|\\]+/;
const SECRET_KEY = /token|key|secret|pass|pwd|sig|auth|cred/i;

/** Parts of a value: of each address in it who signs in, the host and what the query says; and every word that looks like a token. */
export function partsOf(value: string): string[] {
  if (value.length > LONGEST) return [];
  const addresses = [...value.matchAll(ADDRESS)].flatMap(({ groups = {} }) => partsOfAddress(groups));
  const words = value.split(BETWEEN_WORDS).filter(isToken);
  return [...new Set([...addresses, ...words])];
}

function partsOfAddress({ user = "", host = "", query = "" }: Record<string, string | undefined>): string[] {
  // A user's name is in many a sentence; alone, it is a token.
  const signIn = user.includes(":") ? [user, user.slice(user.indexOf(":") + 1)] : [user];
  return [
    ...signIn.filter((part) => part.length >= SHORTEST_PASSWORD),
    // `staging` alone is a word like any other.
    ...(/[.:]/.test(host) ? [host] : []),
    ...query.slice(1).split("&").flatMap(queryValue),
  ];
}

function queryValue(pair: string): string[] {
  const at = pair.indexOf("=");
  const value = pair.slice(at + 1);
  const shortest = at > 0 && SECRET_KEY.test(pair.slice(0, at)) ? SHORTEST_PASSWORD : SHORTEST_QUERY;
  return value.length >= shortest ? [value] : [];
}

function isToken(word: string): boolean {
  return word.length >= SHORTEST_TOKEN && /\d/.test(word) && /\p{L}/u.test(word);
}
