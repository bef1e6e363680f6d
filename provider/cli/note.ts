import type { WireNote } from "../gitlab/answer/types";
import type { GitLabClient } from "../gitlab/request/client";
import { api, type ApiPath } from "../gitlab/request/paths";
import { command } from "./command";
import { EXIT } from "./exit";
import { UsageError } from "./io";
import { marker, noteBody, readNoteFile } from "./noteText";
import { connect, EXITS } from "./options";
import { flag, several, single } from "./spec";

export const noteCommand = command({
  name: "note",
  summary: "post a preview and a matrix on a merge request, as one note that is updated",
  usage: "[options] <file>...",
  about: [
    "Posts text files as a note on a merge request, and updates that note the next time instead of adding another. The files are shown verbatim in code blocks, as they may come from a job that runs the branch author's code.",
  ],
  options: {
    markdown: several(
      "<file>",
      "a file with Markdown that you trust, below the others; may be given several times",
    ),
    title: single("<text>", 'heading of the note (default: "Pulumi preview")'),
    key: single("<word>", 'tells several notes on one merge request apart (default: "preview")'),
    project: single("<id>", "numeric id or path of the project (default: CI_MERGE_REQUEST_PROJECT_ID)"),
    "merge-request": single("<n>", "its number in the project (default: CI_MERGE_REQUEST_IID)"),
    "dry-run": flag("print the note and send nothing"),
  },
  operands: "file",
  exits: {
    ...EXITS,
    0: "posted, updated or unchanged",
    2: "wrong usage, or a file is not an ordinary one",
  },
  environment: {
    GITLAB_TOKEN: "a token with the scope api and the role Reporter in the project; no more",
  },
  examples: ["note --title 'What changes' --markdown matrix.md preview/production.txt"],
  async run(options, texts, io) {
    const { markdown, key = "preview" } = options;
    if (texts.length + markdown.length === 0) throw new UsageError("Which files?");
    if (!/^[a-z0-9-]{1,40}$/.test(key)) throw new UsageError("--key takes small letters, digits and -.");

    const body = noteBody({
      key,
      title: options.title ?? "Pulumi preview",
      texts: texts.map(readNoteFile),
      markdown: markdown.map(readNoteFile),
    });
    if (options["dry-run"]) {
      io.stdout.write(body);
      return EXIT.ok;
    }
    const project = options.project ?? io.env["CI_MERGE_REQUEST_PROJECT_ID"];
    const number = options["merge-request"] ?? io.env["CI_MERGE_REQUEST_IID"];
    if (!project || !number || !/^\d+$/.test(number)) {
      throw new UsageError(
        "Which merge request? Outside of its pipelines give --project and --merge-request.",
      );
    }
    const notes = api`/projects/${project}/merge_requests/${number}/notes`;
    io.stdout.write(`${await upsert(connect(io, undefined), notes, key, body)}\n`);
    return EXIT.ok;
  },
});

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
