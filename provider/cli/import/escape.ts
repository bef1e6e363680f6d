import { filled, plain, units, UNSEEN } from "../text";

const WIDTH = 80;

/** In double quotes; what does not show is written by its number: a reader sees what the compiler sees. */
export function escaped(text: string, byNumber: (character: string) => string = units): string {
  return JSON.stringify(text).replace(UNSEEN, byNumber);
}

/** The whole character, as YAML knows it. */
export function codePoint(character: string): string {
  return `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, "0")}`;
}

/** A paragraph as lines of comment; nothing in it ends one. */
export function comments(text: string, indent: string, mark: "//" | "#"): string[] {
  const begin = `${indent}${mark} `;
  const lines = filled(plain(text).split(" "), WIDTH - begin.length);
  return lines.map((line) => `${begin}${line}`.trimEnd());
}
