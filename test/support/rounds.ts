import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { Emulator } from "../../testing/emulator";

/** Requests that must all be on their way before one of them is answered: `METHOD path`, numbers that GitLab gave as `ID`. */
export type Round = readonly string[];

interface Held {
  readonly what: string;
  readonly go: () => void;
}

/** Only ends what would wait for ever. */
const HANGS_MS = 300_000;

/**
 * Stands before a GitLab and lets requests through round by round: a round is answered when all of its requests have come,
 * and what comes outside of its round is a fault. So the number of rounds is the number of round trips that an operation takes,
 * however fast or slow the machine is.
 */
export class Rounds {
  readonly faults: string[] = [];
  readonly #held: Held[] = [];
  #left: Round[];
  #server: Server;
  #hangs: NodeJS.Timeout;

  private constructor(
    private readonly gitlab: Emulator,
    rounds: readonly Round[],
  ) {
    this.#left = rounds.map((round) => [...round].sort());
    this.#server = createServer((incoming, outgoing) => this.#hold(incoming, outgoing));
    this.#hangs = setTimeout(() => this.#giveUp(), HANGS_MS);
  }

  static async before(gitlab: Emulator, rounds: readonly Round[]): Promise<Rounds> {
    const proxy = new Rounds(gitlab, rounds);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What went wrong: nothing, where all rounds came, whole and in their order, and nothing else did. */
  async end(): Promise<string[]> {
    clearTimeout(this.#hangs);
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    return [...this.faults, ...this.#left.map((round) => `never came: ${round.join(", ")}`)];
  }

  #hold(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const path = (incoming.url ?? "").replace("/api/v4", "").replace(/\?.*$/, "");
      const what = `${incoming.method} ${path.replace(/\/\d+(?=\/|$)/g, "/ID")}`;
      this.#held.push({ what, go: () => this.#pass(incoming, Buffer.concat(chunks), outgoing) });
      this.#release();
    });
  }

  #release(): void {
    const [round = []] = this.#left;
    const whats = this.#held.map(({ what }) => what).sort();
    const stranger = whats.find(
      (what, i) => what !== whats[i - 1] && count(whats, what) > count(round, what),
    );
    if (stranger !== undefined) this.faults.push(`${stranger} came while ${round.join(", ")} were awaited`);
    if (stranger === undefined && whats.length < round.length) return;
    if (stranger === undefined) this.#left.shift();
    for (const { go } of this.#held.splice(0)) go();
  }

  #giveUp(): void {
    const held = this.#held.splice(0);
    this.faults.push(`only ${held.map(({ what }) => what).join(", ")} came of a round`);
    this.#left = [];
    for (const { go } of held) go();
  }

  #pass({ method, url, headers }: IncomingMessage, body: Buffer, outgoing: ServerResponse): void {
    const onward = request(`${this.gitlab.url}${url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    onward.end(body);
  }
}

const count = (all: readonly string[], one: string): number => all.filter((each) => each === one).length;
