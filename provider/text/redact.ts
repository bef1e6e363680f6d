import { partsOf } from "./parts";

/** Values that may be secret, by the name that is shown in their place. */
export type Secrets = readonly (readonly [name: string, value: string])[];

/** Shorter texts are found everywhere by chance, and hide nothing that could not be guessed. */
const SHORTEST = 4;
/** A beginning without a mark that it was cut is taken for one only from this length on. */
const SHORTEST_UNMARKED = 8;
/** How often escapes within escapes are resolved: HTML in JSON in a URL, and what the value itself looks like. */
const ROUNDS = 5;

/** A text with what was resolved or left out, and where each of its characters stood. */
interface Skeleton {
  readonly text: string;
  /** Start of each character in the original, and its end. */
  readonly from: readonly number[];
  readonly to: readonly number[];
}

const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  "#39": "'",
};
const JSON_ESCAPES: Readonly<Record<string, string>> = { b: "", f: "", n: "", r: "", t: "" };

/** Tags, HTML entities, percent and backslash escapes; everything in bounds, so that no text takes long. */
const TOKEN =
  /<[/!?]?[a-z][^<>]{0,300}>|&(#x?[0-9a-f]{1,6}|[a-z]{2,4});|(?:%[0-9a-f]{2}){1,200}|\\u[0-9a-f]{4}|\\u\{[0-9a-f]{1,6}\}|\\["'\\/bfnrt]|\u001b\[[0-?]{0,20}[ -/]{0,5}[@-~]/giy;
/** What shows nothing, and what a form writes for a space. */
const IGNORED = /[\s+\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Mn}\u034f\u115f\u1160\u3164\uffa0]/u;

const fromCode = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : "");

function resolved(token: string): string {
  if (token.startsWith("%")) {
    try {
      return decodeURIComponent(token);
    } catch {
      return token;
    }
  }
  if (token.startsWith("\\u")) return fromCode(parseInt(token.replace(/[\\u{}]/g, ""), 16));
  if (token.startsWith("\\")) return JSON_ESCAPES[token[1] ?? ""] ?? token.slice(1);
  if (token.startsWith("&#")) {
    const digits = token.slice(2, -1);
    return fromCode(/^x/i.test(digits) ? parseInt(digits.slice(1), 16) : parseInt(digits, 10));
  }
  if (token.startsWith("&")) return NAMED[token.slice(1, -1).toLowerCase()] ?? token;
  return "";
}

/** What is resolved in a round: nothing, HTML's entities, every escape, or escapes and tags. */
type Resolve = "nothing" | "entities" | "escapes" | "all";

function isResolved(token: string, resolve: Resolve): boolean {
  if (resolve === "entities") return token.startsWith("&");
  return resolve === "all" || !token.startsWith("<");
}

/** One round: escapes resolved, then everything dropped that shows nothing. */
function round({ text, from, to }: Skeleton, resolve: Resolve): Skeleton {
  let out = "";
  const starts: number[] = [];
  const ends: number[] = [];
  const add = (characters: string, start: number, end: number): void => {
    for (const character of characters) {
      if (IGNORED.test(character)) continue;
      const lower = character.toLowerCase();
      const shown = lower.length === character.length ? lower : character;
      out += shown;
      for (let i = 0; i < shown.length; i++) {
        starts.push(from[start] ?? 0);
        ends.push(to[end - 1] ?? 0);
      }
    }
  };
  for (let i = 0; i < text.length;) {
    TOKEN.lastIndex = i;
    const found = resolve === "nothing" ? undefined : TOKEN.exec(text)?.[0];
    const token = found !== undefined && isResolved(found, resolve) ? found : undefined;
    const length = token?.length ?? ((text.codePointAt(i) ?? 0) > 0xffff ? 2 : 1);
    add(token === undefined ? text.slice(i, i + length) : resolved(token), i, i + length);
    i += length;
  }
  return { text: out, from: starts, to: ends };
}

function plainSkeleton(text: string): Skeleton {
  const from = Array.from({ length: text.length }, (_, i) => i);
  return { text, from, to: from.map((i) => i + 1) };
}

/**
 * As written, and with one layer of escapes after the other resolved: once with what looks like a tag dropped, and, where there
 * is such, in whichever layer, once with it left, as it may be a part of the value. JSON in HTML besides with HTML resolved alone:
 * `+` is dropped with the outermost layer, and would part or join the backslashes of the next one.
 */
function skeletons(text: string): Skeleton[] {
  const whole = plainSkeleton(text);
  const all = resolvedLayers(whole, "all");
  const tags = [whole, ...all].some((layer) => layer.text.includes("<"));
  const inHtml = text.includes("&") ? [round(whole, "entities")] : [];
  return [round(whole, "nothing"), ...inHtml, ...all, ...(tags ? resolvedLayers(whole, "escapes") : [])];
}

/** Until a round leaves all as it found it. One that only drops may put together an escape (`%+0a`), so others follow it. */
function resolvedLayers(whole: Skeleton, resolve: Resolve): Skeleton[] {
  const layers: Skeleton[] = [];
  for (let i = 0, last = whole; i < ROUNDS; i++) {
    const next = round(last, resolve);
    if (next.text === last.text) break;
    layers.push(next);
    last = next;
  }
  return layers;
}

interface Secret {
  readonly name: string;
  readonly pieces: readonly string[];
}

const base64 = (value: string): string => Buffer.from(value).toString("base64").replace(/=+$/, "");

const json = (value: string): string => JSON.stringify(value).slice(1, -1);

/** A value as a whole, each line of it by itself, in JSON, and as a header or a data address may carry it. */
function piecesOf(value: string): string[] {
  const written = [value, ...value.split(/\s*\n\s*/), json(value), base64(value)];
  const pieces = written.flatMap((text) => skeletons(text).map((skeleton) => skeleton.text));
  return [...new Set(pieces)].filter((piece) => piece.length >= SHORTEST);
}

/** The value, and under a name that says so what GitLab or a proxy may quote of it alone. */
function secretsIn(name: string, value: string): Secret[] {
  const parts = partsOf(value).filter((part) => part !== value);
  return [
    { name, pieces: piecesOf(value) },
    { name: `part of ${name}`, pieces: [...new Set(parts.flatMap(piecesOf))] },
  ].filter(({ pieces }) => pieces.length > 0);
}

interface Hit {
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

/** Where a text was cut: behind that nothing of a secret is left, before it perhaps its beginning. */
const CUT_BEHIND = /^(?:…|\.\.\.|\[truncated|\(truncated)/i;
const CUT_BEFORE = /(?:…|\.\.\.)$/;
/** What may stand behind a quoted value that was cut without a mark. */
const END_BEHIND = /^(?:$|["'`<)\]},;])/;

/** Longest beginning of `piece` that stands at `at`. */
function common(text: string, at: number, piece: string): number {
  let length = 0;
  while (length < piece.length && text[at + length] === piece[length]) length++;
  return length;
}

function hitsIn(skeleton: Skeleton, { name, pieces }: Secret): Hit[] {
  const { text, from, to } = skeleton;
  const hits: Hit[] = [];
  const hit = (start: number, end: number): void =>
    void hits.push({ from: from[start] ?? 0, to: to[end - 1] ?? 0, name });
  for (const piece of pieces) {
    for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + piece.length))
      hit(at, at + piece.length);
    const beginning = piece.slice(0, SHORTEST);
    for (let at = text.indexOf(beginning); at >= 0; at = text.indexOf(beginning, at + 1)) {
      const length = common(text, at, piece);
      const rest = text.slice(at + length, at + length + 12);
      const cut = CUT_BEHIND.test(rest) || (length >= SHORTEST_UNMARKED && END_BEHIND.test(rest));
      if (length < piece.length && cut) hit(at, at + length);
    }
    const end = piece.slice(-SHORTEST_UNMARKED);
    if (end.length === piece.length) continue;
    for (let at = text.indexOf(end); at >= 0; at = text.indexOf(end, at + 1)) {
      let start = at;
      const last = at + end.length;
      while (start > 0 && piece.endsWith(text.slice(start - 1, last))) start--;
      if (CUT_BEFORE.test(text.slice(Math.max(0, start - 3), start))) hit(start, last);
    }
  }
  return hits;
}

/**
 * Takes values out of words that are not ours: GitLab, and what stands before it, quote what they refuse. Found in every
 * spelling in which they do: plain, in HTML, a URL, JSON or base64, one within the other, with tags or characters that do
 * not show inside, on several lines, and cut. First of all that happens to a text: whoever cleans or cuts it comes after.
 */
export function redactor(secrets: Secrets): (text: string) => string {
  const all = secrets.flatMap(([name, value]) => secretsIn(name, value));
  if (all.length === 0) return (text) => text;
  return (text) => {
    const hits = skeletons(text).flatMap((skeleton) => all.flatMap((secret) => hitsIn(skeleton, secret)));
    return replaced(text, hits);
  };
}

/** Hits that touch become one, named after the longest. */
function replaced(text: string, hits: Hit[]): string {
  const sorted = hits.sort((a, b) => a.from - b.from || b.to - a.to);
  let out = "";
  let done = 0;
  for (let i = 0; i < sorted.length;) {
    const first = sorted[i] as Hit;
    let longest = first;
    let end = first.to;
    for (i++; i < sorted.length && (sorted[i] as Hit).from < end; i++) {
      const next = sorted[i] as Hit;
      if (next.to - next.from > longest.to - longest.from) longest = next;
      end = Math.max(end, next.to);
    }
    out += `${text.slice(done, first.from)}[${longest.name}]`;
    done = end;
  }
  return out + text.slice(done);
}
