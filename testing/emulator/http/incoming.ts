import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { Refusal, refuse } from "./answers";
import { isRecord, nest, record } from "./form";
import type { Raw } from "./form";

/** One request as it came in, before anything is looked up. */
export interface Incoming {
  readonly method: string;
  /** As sent: still percent-encoded, without the query. */
  readonly rawPath: string;
  readonly headers: IncomingHttpHeaders;
  readonly query: Raw;
  readonly bytes: Buffer;
}

/** Everything but JSON: forms and multipart forms know only text. */
export function isForm(incoming: Incoming): boolean {
  return !(incoming.headers["content-type"] ?? "").startsWith("application/json");
}

export async function receive(message: IncomingMessage): Promise<Incoming> {
  const target = message.url ?? "/";
  const mark = target.indexOf("?");
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return {
    method: message.method ?? "GET",
    rawPath: mark < 0 ? target : target.slice(0, mark),
    headers: message.headers,
    query: mark < 0 ? record() : nest(new URLSearchParams(target.slice(mark + 1))),
    bytes: Buffer.concat(chunks),
  };
}

/** JSON, form and multipart bodies are all the same to GitLab. */
export async function bodyOf(incoming: Incoming): Promise<Raw> {
  if (incoming.bytes.length === 0) return record();
  const type = incoming.headers["content-type"] ?? "application/x-www-form-urlencoded";
  if (type.startsWith("application/json")) return parseJson(incoming.bytes.toString("utf8"));
  if (type.startsWith("application/x-www-form-urlencoded")) {
    return nest(new URLSearchParams(incoming.bytes.toString("utf8")));
  }
  if (type.startsWith("multipart/form-data")) return parseMultipart(incoming.bytes, type);
  throw new Refusal(415, { error: `The provided content-type '${type}' is not supported.` });
}

/** Grape's own words, line breaks included. */
const brokenJson =
  "Problem:\n  message body does not match declared format\nResolution:\n  " +
  "when specifying application/json as content-type, you must pass valid application/json " +
  "in the request's 'body'\n ";

function parseJson(text: string): Raw {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : record();
  } catch {
    throw refuse.invalid([brokenJson]);
  }
}

async function parseMultipart(bytes: Buffer, type: string): Promise<Raw> {
  const form = await new Response(new Uint8Array(bytes), { headers: { "content-type": type } }).formData();
  const pairs: [string, string][] = [];
  form.forEach((value, name) => pairs.push([name, typeof value === "string" ? value : value.name]));
  return nest(pairs);
}
