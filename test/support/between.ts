import { createServer, type IncomingHttpHeaders, request as ask } from "node:http";
import type { AddressInfo } from "node:net";

/** An answer on its way to the client. */
export interface Passing {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What something on the way makes of answers. */
export interface Alters {
  /** An answer from elsewhere, in place of asking GitLab. */
  readonly instead?: (call: string, headers: IncomingHttpHeaders) => Passing | undefined;
  readonly alter: (answer: Passing, call: string) => Passing;
}

export interface Between {
  readonly url: string;
  close(): void;
}

/** A reverse proxy before the server at `url`: what is asked is passed on as it is, what is answered is altered. */
export async function putBetween(url: string, { instead, alter }: Alters): Promise<Between> {
  const { hostname, port } = new URL(url);
  const proxy = createServer((incoming, outgoing) => {
    const call = `${incoming.method} ${incoming.url}`;
    const send = ({ status, headers, body }: Passing): void => {
      outgoing.sendDate = false;
      outgoing.writeHead(status, headers).end(body);
    };
    const remembered = instead?.(call, incoming.headers);
    if (remembered !== undefined) return send(remembered);
    const { method, url: path, headers } = incoming;
    const onward = ask({ hostname, port, method, path, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        const body = Buffer.concat(chunks);
        send(alter({ status: answer.statusCode ?? 502, headers: answer.headers, body }, call));
      });
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    close() {
      proxy.close();
      proxy.closeAllConnections();
    },
  };
}

/** Passes on of the headers only how to read the body. */
export const dropsHeaders: Alters = {
  alter: ({ headers, ...answer }) => {
    const type = headers["content-type"];
    return { ...answer, headers: type === undefined ? {} : { "content-type": type } };
  },
};

/** Tells another time than GitLab does. */
export const tellsTime = (aheadMs: number): Alters => ({
  alter: ({ headers, ...answer }) => ({
    ...answer,
    headers: { ...headers, date: new Date(Date.now() + aheadMs).toUTCString() },
  }),
});

/** Answers what was asked before from memory, whatever GitLab said about that, but for who asks it not to. */
export function remembers(): Alters & { readonly hits: string[] } {
  const memory = new Map<string, Passing>();
  const hits: string[] = [];
  return {
    hits,
    instead(call, headers) {
      const known = headers["cache-control"] === "no-cache" ? undefined : memory.get(call);
      if (known !== undefined) hits.push(call);
      return known;
    },
    alter(answer, call) {
      if (call.startsWith("GET ") && answer.status === 200) memory.set(call, answer);
      return answer;
    },
  };
}
