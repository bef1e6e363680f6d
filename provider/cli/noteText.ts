import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from "node:fs";
import { basename, dirname, relative } from "node:path";

import { UsageError } from "./io";
import { cleanLines } from "./text";

/** GitLab takes a million characters a note; a reader takes fewer. */
const MAX_FILE_BYTES = 60_000;
const MAX_NOTE_CHARACTERS = 200_000;
/** File names become headings: nothing in them that Markdown or a terminal would act on. */
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

export interface NoteParts {
  /** Tells this note from others: one note per key and merge request. */
  key: string;
  title: string;
  /** Output of programs: shown verbatim. It may come from a job that runs a stranger's code. */
  texts: readonly NoteFile[];
  /** Markdown by somebody trusted, such as what `matrix --with --format markdown` says; stands first. */
  markdown: readonly NoteFile[];
}

export interface NoteFile {
  name: string;
  content: string;
  /** The file was longer than what is shown. */
  cut: boolean;
}

/** The first line of the note; by it the next run finds the note again. GitLab does not show it. */
export function marker(key: string): string {
  return `<!-- pulumi-gitlab-cd note: ${key} -->`;
}

export function noteBody({ key, title, texts, markdown }: NoteParts): string {
  // What it means for people comes first; beside it the program's own output is there to look things up.
  const looks = markdown.length > 0 ? "" : " open";
  const shown = texts.map((text) => verbatim(text, looks));
  const parts = [marker(key), `### ${title}`, ...markdown.map(trusted), ...shown];
  const body = parts.join("\n\n");
  if (body.length <= MAX_NOTE_CHARACTERS) return `${body}\n`;
  throw new UsageError(
    `The note would have ${body.length} characters, more than ${MAX_NOTE_CHARACTERS}: give fewer files.`,
  );
}

/**
 * A fence longer than any run of backticks in the text, so that nothing in it can end the block: in a code block GitLab
 * neither mentions people nor runs quick actions such as `/merge`.
 */
function verbatim({ name, content, cut }: NoteFile, looks: string): string {
  const text = cleanLines(content).trimEnd() || "(empty)";
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const more = cut ? "\n\nCut here; the whole text is in the job's artifacts." : "";
  return `<details${looks}><summary>${name.replace(/\.[a-z]+$/, "")}</summary>\n\n${fence}text\n${text}\n${fence}\n${more}\n</details>`;
}

/** Whole lines only: a row of a table that breaks off would take what follows into the table. */
function trusted({ content, cut }: NoteFile): string {
  if (!cut) return content.trim();
  const whole = content.slice(0, Math.max(0, content.lastIndexOf("\n"))).trim();
  return `${whole}\n\nCut here; the whole text is in the job's artifacts.`;
}

/**
 * Reads a file that somebody else's job made. A link in its place could name `/proc/self/environ` and put this job's token
 * into the note, so only ordinary files below the current folder are read, and only so much of them.
 */
export function readNoteFile(path: string): NoteFile {
  const name = basename(path);
  if (!FILE_NAME.test(name)) {
    throw new UsageError(
      `${JSON.stringify(name)} is not a file name for a note: use letters, digits and . _ - only.`,
    );
  }
  // Of the path as given, links resolved: what it is here, whatever is put in its place later.
  const folder = found(path, () => realpathSync(dirname(path)));
  if (relative(realpathSync("."), folder).startsWith("..")) {
    throw new UsageError(`${path} leads out of the current folder, so it is not read.`);
  }
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = found(path, () => openSync(`${folder}/${name}`, flags));
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new UsageError(`${path} is not an ordinary file, so it is not read.`);
    const { size } = stat;
    const buffer = Buffer.alloc(Math.min(size, MAX_FILE_BYTES));
    const length = readSync(file, buffer, 0, buffer.length, 0);
    return { name, content: buffer.subarray(0, length).toString("utf8"), cut: size > MAX_FILE_BYTES };
  } finally {
    closeSync(file);
  }
}

function found<T>(path: string, look: () => T): T {
  try {
    return look();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === "ELOOP" ? `${path} is a link, so it is not read.` : `${path} cannot be read (${code}).`,
    );
  }
}
