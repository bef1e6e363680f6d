import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Note {
  id: number;
  body: string;
  author: { id: number };
  system: boolean;
}

/** The bot behind the token that posts notes. */
export const BOT = 77;

/**
 * What a GitOps pipeline needs of GitLab beyond the four delivery APIs: the notes of one merge request and the artifacts
 * of an earlier job. Everything else is not there.
 */
export class MergeRequestServer {
  readonly notes: Note[] = [];
  /** By path after `/jobs/artifacts/`, as in `main/raw/matrix.md?job=publish`. */
  readonly artifacts = new Map<string, string>();
  /** `POST /api/v4/…`, one line a request. */
  readonly log: string[] = [];
  /** Every credential that was shown, by header name. */
  readonly credentials = new Set<string>();
  private readonly server: Server = createServer((request, response) => {
    void this.answer(request).then(({ status, body }) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    });
  });

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/api/v4`;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const { method = "", url = "", headers } = request;
    this.log.push(`${method} ${url}`);
    for (const name of ["private-token", "job-token"]) {
      if (headers[name] !== undefined) this.credentials.add(`${name}: ${String(headers[name])}`);
    }
    const artifact = /\/jobs\/artifacts\/(.+)$/.exec(url)?.[1];
    if (artifact !== undefined) {
      const content = this.artifacts.get(decodeURIComponent(artifact.replaceAll("+", " ")));
      return content === undefined
        ? { status: 404, body: { message: "404 Not Found" } }
        : { status: 200, body: content };
    }
    if (url === "/api/v4/user") return { status: 200, body: { id: BOT, username: "project_1_bot" } };
    const notes = /\/merge_requests\/\d+\/notes(?:\/(\d+))?(?:\?.*)?$/.exec(url);
    if (notes === null) return { status: 404, body: { error: "404 Not Found" } };
    return this.answerNotes(method, notes[1], await bodyOf(request));
  }

  private answerNotes(
    method: string,
    id: string | undefined,
    body: string,
  ): { status: number; body: unknown } {
    if (method === "GET") return { status: 200, body: this.notes };
    const text = (JSON.parse(body) as { body: string }).body.trimEnd();
    if (method === "POST") {
      const note = { id: 500 + this.notes.length, body: text, author: { id: BOT }, system: false };
      this.notes.push(note);
      return { status: 201, body: note };
    }
    const note = this.notes.find((each) => String(each.id) === id);
    if (note === undefined) return { status: 404, body: { message: "404 Not found" } };
    note.body = text;
    return { status: 200, body: note };
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
