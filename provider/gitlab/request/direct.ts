import { request as requestPlainly, type Agent, type ClientRequest, type IncomingMessage } from "node:http";
import type * as Https from "node:https";
import type { Readable } from "node:stream";
import type * as Zlib from "node:zlib";

import {
  BROKE_OFF,
  codeOf,
  MAX_ANSWER_BYTES,
  TIME_LIMIT,
  TOO_LARGE,
  unanswered,
  type Outgoing,
  type Result,
} from "./exchange";
import type { Headers } from "./retry";

/**
 * One attempt that goes straight to its host, by Node's own client: what axios does around that takes as long again, and
 * nothing of it is needed where no proxy is on the way.
 */
export function sendDirectly(outgoing: Outgoing, agent: Agent): Promise<Result> {
  return new Promise((resolve) => {
    let request: ClientRequest;
    try {
      request = begun(outgoing, agent);
    } catch (fault) {
      // A header, an address or a key that Node does not take.
      return resolve({ kind: "unsent", code: codeOf(fault) });
    }
    const end = (result: Result): void => {
      clearTimeout(timer);
      resolve(result);
    };
    const timer = setTimeout(() => {
      end(TIME_LIMIT);
      request.destroy();
    }, outgoing.timeout);
    request.on("error", (fault) => end(unanswered(codeOf(fault), fault)));
    request.on("response", (response) => readInto(response, end));
    request.end(outgoing.body);
  });
}

/** Not yet sent. */
function begun({ method, url, headers }: Outgoing, agent: Agent): ClientRequest {
  const options = { method, headers: { ...headers, "accept-encoding": "gzip, deflate, br" }, agent };
  if (!url.startsWith("https:")) return requestPlainly(url, options);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- not loaded earlier
  return (require("node:https") as typeof Https).request(url, options);
}

function readInto(response: IncomingMessage, end: (result: Result) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  const body = unpacked(response);
  response.on("error", () => end(BROKE_OFF));
  body.on("error", (fault) => end(unanswered(codeOf(fault), undefined)));
  body.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size <= MAX_ANSWER_BYTES) return;
    end(TOO_LARGE);
    body.destroy();
    response.destroy();
  });
  body.on("end", () => {
    const { statusCode = 0, headers } = response;
    end({ kind: "answered", status: statusCode, headers: headers as Headers, text: textOf(chunks) });
  });
}

/** As text, without the mark that some put before it. */
function textOf(chunks: readonly Buffer[]): string {
  return new TextDecoder().decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
}

const UNPACKERS = {
  gzip: "createGunzip",
  "x-gzip": "createGunzip",
  deflate: "createInflate",
  br: "createBrotliDecompress",
} as const;

/** An answer that is empty although it is said to be packed is empty, and one that ends too early is read to there. */
function unpacked(response: IncomingMessage): Readable {
  const packing = response.headers["content-encoding"]?.toLowerCase() as keyof typeof UNPACKERS | undefined;
  if (packing === undefined || !Object.hasOwn(UNPACKERS, packing)) return response;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- not loaded earlier
  const zlib = require("node:zlib") as typeof Zlib;
  const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH } = zlib.constants;
  const finishFlush = packing === "br" ? BROTLI_OPERATION_FLUSH : Z_SYNC_FLUSH;
  return response.pipe(zlib[UNPACKERS[packing]]({ finishFlush }));
}
