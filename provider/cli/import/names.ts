/** Hands out texts that are not taken yet: a second `shop` becomes `shop2`. */
export class Labels {
  readonly #taken: Set<string>;

  constructor(reserved: readonly string[] = []) {
    this.#taken = new Set(reserved);
  }

  has(name: string): boolean {
    return this.#taken.has(name);
  }

  take(wanted: string, separator = ""): string {
    let name = wanted;
    for (let i = 2; this.#taken.has(name); i++) name = `${wanted}${separator}${i}`;
    this.#taken.add(name);
    return name;
  }
}

/** Words that the program uses itself, or that no variable may be called. https://tc39.es/ecma262/#prod-ReservedWord */
export const RESERVED = (
  "gitlab adopt connection name externalUrl " +
  "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally " +
  "for function if implements import in instanceof interface let new null package private protected public return static super " +
  "switch this throw true try typeof undefined var void while with yield"
).split(" ");

/** `acme/web-shop`, `production` → `acmeWebShopProduction`. */
export function identifier(...texts: string[]): string {
  const words = texts.flatMap((text) => text.split(/[^A-Za-z0-9]+/)).filter((word) => word !== "");
  const joined = words
    .map((word, i) => (i === 0 ? word.charAt(0).toLowerCase() : word.charAt(0).toUpperCase()) + word.slice(1))
    .join("");
  return /^[A-Za-z]/.test(joined) ? joined : `_${joined}`;
}

/** The shortest end of each path that no other path has: `shop`, or `eu-shop` and `us-shop`. */
export function shortLabels(paths: readonly string[]): Map<string, string> {
  const end = (path: string, parts: number) => path.split("/").slice(-parts).join("-");
  return new Map(
    paths.map((path) => {
      const length = path.split("/").length;
      for (let parts = 1; parts < length; parts++) {
        const label = end(path, parts);
        if (paths.every((other) => other === path || end(other, parts) !== label)) return [path, label];
      }
      return [path, end(path, length)];
    }),
  );
}
