import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A GitLab with the artifacts of earlier jobs in front of the emulator, which has none. */
export class ArtifactServer {
  /** By what follows `/jobs/artifacts/`, decoded: `main/raw/matrix.md?job=matrix`. */
  readonly files = new Map<string, string>();
  /** The credential that each artifact was asked for with, here and in the other store. */
  readonly askedWith: string[] = [];
  readonly storeAskedWith: string[] = [];

  readonly #server: Server = createServer((asked, response) => {
    const url = decodeURIComponent((asked.url ?? "").replaceAll("+", " "));
    const artifact = /\/jobs\/artifacts\/(.+)$/.exec(url)?.[1];
    const stored = /^\/store\/(.+)$/.exec(url)?.[1];
    if (artifact !== undefined) this.#answer(artifact, asked, response);
    else if (stored !== undefined) this.#fromStore(stored, asked, response);
    else this.#forward(asked, response);
  });

  constructor(private readonly gitlab: string) {}

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/api/v4`;
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  /** As a GitLab that keeps artifacts in an object store: it only says where. */
  #answer(name: string, asked: IncomingMessage, response: ServerResponse): void {
    this.askedWith.push(String(asked.headers["job-token"]));
    if (this.files.has(name))
      response.writeHead(302, { location: `/store/${encodeURIComponent(name)}` }).end();
    else response.writeHead(404).end('{"message":"404 Not Found"}');
  }

  #fromStore(name: string, asked: IncomingMessage, response: ServerResponse): void {
    this.storeAskedWith.push(String(asked.headers["job-token"]));
    response.writeHead(200).end(this.files.get(name));
  }

  #forward(asked: IncomingMessage, response: ServerResponse): void {
    const { method, headers, url = "" } = asked;
    const onward = request(this.gitlab + url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    asked.pipe(onward);
  }
}
