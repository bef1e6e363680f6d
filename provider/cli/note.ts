import { parseArgs } from "node:util";

import type { GitLabClient } from "../gitlab/request/client";
import { api, type ApiPath } from "../gitlab/request/paths";
import { type Io, UsageError } from "./io";
import { marker, noteBody, readNoteFile } from "./noteText";
import { connect } from "./options";
import { EXIT } from "./usage";

export const NOTE_HELP = `Usage: pulumi-gitlab-cd note [options] <file>...

Posts text files as a note on a merge request, and updates that note the next time instead of adding another.
The files are shown verbatim in code blocks, as they may come from a job that runs the branch author's code.

  --markdown <file>   a file with Markdown that you trust, below the others; may be given several times
  --title <text>      heading of the note (default: "Pulumi preview")
  --key <word>        tells several notes on one merge request apart (default: "preview")
  --project <id>      numeric id or path of the project (default: CI_MERGE_REQUEST_PROJECT_ID)
  --merge-request <n> its number in the project (default: CI_MERGE_REQUEST_IID)
  --dry-run           print the note and send nothing

The token in GITLAB_TOKEN needs the scope api and the role Reporter in the project; no more.
Exit codes: 0 posted, updated or unchanged; 2 wrong usage, or a file is not an ordinary one; 3 GitLab refused.
`;

/** https://docs.gitlab.com/api/notes/#merge-requests */
interface WireNote {
  id: number;
  body: string;
  author: { id: number };
  system: boolean;
}

const OPTIONS = {
  markdown: { type: "string", multiple: true, default: [] as string[] },
  title: { type: "string", default: "Pulumi preview" },
  key: { type: "string", default: "preview" },
  project: { type: "string" },
  "merge-request": { type: "string" },
  "dry-run": { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** `npx pulumi-gitlab-cd note`. */
export async function note(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals: texts } = parseNote(args);
  if (values.help) {
    io.stdout.write(NOTE_HELP);
    return EXIT.ok;
  }
  if (texts.length + values.markdown.length === 0) throw new UsageError("Which files?");
  if (!/^[a-z0-9-]{1,40}$/.test(values.key)) throw new UsageError("--key takes small letters, digits and -.");

  const body = noteBody({
    key: values.key,
    title: values.title,
    texts: texts.map(readNoteFile),
    markdown: values.markdown.map(readNoteFile),
  });
  if (values["dry-run"]) {
    io.stdout.write(body);
    return EXIT.ok;
  }
  const project = values.project ?? io.env["CI_MERGE_REQUEST_PROJECT_ID"];
  const number = values["merge-request"] ?? io.env["CI_MERGE_REQUEST_IID"];
  if (!project || !number || !/^\d+$/.test(number)) {
    throw new UsageError("Which merge request? Outside of its pipelines give --project and --merge-request.");
  }
  const notes = api`/projects/${project}/merge_requests/${number}/notes`;
  io.stdout.write(`${await upsert(connect(io, undefined), notes, values.key, body)}\n`);
  return EXIT.ok;
}

function parseNote(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Only a note of our own is updated: somebody else may have copied its first line. */
async function upsert(client: GitLabClient, notes: ApiPath, key: string, body: string): Promise<string> {
  const [me, all] = await Promise.all([
    client.get<{ id: number }>(api`/user`),
    client.list<WireNote>(notes, { sort: "asc", order_by: "created_at" }),
  ]);
  const mine = all.find(
    ({ author, system, body: text }) => !system && author.id === me.id && text.startsWith(marker(key)),
  );
  if (mine === undefined) {
    const { id } = await client.post<WireNote>(notes, { body });
    return `Posted note ${id}.`;
  }
  // GitLab keeps a note without the white space at its end.
  if (mine.body.trim() === body.trim()) return `Note ${mine.id} says so already.`;
  const path = { path: `${notes.path}/${mine.id}`, template: `${notes.template}/:` };
  await client.put<WireNote>(path, { body });
  return `Updated note ${mine.id}.`;
}
