import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Store } from "../model/store";
import type { Answer } from "./answers";
import { Refusal, refuse } from "./answers";
import { authenticate } from "./authenticate";
import type { Call } from "./endpoint";
import type { Fault } from "./faults";
import type { Raw } from "./form";
import type { Incoming } from "./incoming";
import { bodyOf } from "./incoming";
import { validate } from "./params";
import type { Router } from "./router";

const prefix = "/api/v4";

/** Everything an API request goes through, in GitLab's order: route, token, the endpoint's door, parameters, the endpoint. */
export async function answer(
  store: Store,
  router: Router,
  incoming: Incoming,
): Promise<Answer & { user?: string; body?: unknown }> {
  let user: string | undefined;
  try {
    const call = await open(store, router, incoming);
    user = call.user?.username;
    return { ...call.run(), ...(user !== undefined && { user }) };
  } catch (error) {
    const refusal = error instanceof Refusal ? error : broken(error);
    const { status, body, headers } = refusal;
    return { status, body, headers, ...(user !== undefined && { user }) };
  }
}

/** A mistake of the emulator must not look like GitLab's. */
function broken(error: unknown): Refusal {
  console.error("The emulator failed:", error);
  return refuse.broken();
}

async function open(store: Store, router: Router, incoming: Incoming): Promise<Call & { run: () => Answer }> {
  const { rawPath } = incoming;
  if (rawPath.startsWith("/api/v3")) {
    throw new Refusal(410, { error: "API V3 is no longer supported. Use API V4 instead." });
  }
  if (!rawPath.startsWith(`${prefix}/`)) throw refuse.noRoute();
  const { endpoint, path } = router.match(incoming.method, rawPath.slice(prefix.length), store.switches);
  const sent: Raw = { ...incoming.query, ...(await bodyOf(incoming)) };
  const caller = authenticate(store, incoming, sent, endpoint);
  const call: Call = { store, incoming, endpoint, ...caller, path, sent, params: {} };
  return {
    ...call,
    run: () => {
      if (endpoint.rules.who === "user" && call.user === null) throw refuse.unauthorized();
      endpoint.rules.before?.(call);
      const params = validate(
        endpoint.rules.params ?? {},
        { ...sent, ...path },
        endpoint.rules.rules ?? [],
        store,
      );
      return endpoint.run({ ...call, params: params as never });
    },
  };
}

/** Sends an answer as GitLab's web server would; a fault may cut it short. */
export function send(
  response: ServerResponse,
  reply: Answer,
  cut: Fault["truncate"],
  withoutBody: boolean,
): void {
  const text =
    reply.body === undefined
      ? undefined
      : typeof reply.body === "string"
        ? reply.body
        : JSON.stringify(reply.body);
  const bytes = Buffer.from(text ?? "");
  const headers: Record<string, string> = {
    "Cache-Control": "max-age=0, private, must-revalidate",
    Vary: "Origin",
    "X-Request-Id": randomUUID(),
    ...(text !== undefined && {
      "Content-Type": contentType(reply.body),
      "Content-Length": String(bytes.length),
    }),
    ...reply.headers,
  };
  response.writeHead(reply.status, headers);
  if (cut === undefined || cut === false || text === undefined) {
    response.end(withoutBody ? undefined : bytes);
    return;
  }
  const length = cut === true ? Math.floor(bytes.length / 2) : cut;
  // The headers promised more: the other side sees the connection break in the middle of the body.
  response.write(bytes.subarray(0, length), () => response.destroy());
}

function contentType(body: unknown): string {
  if (typeof body !== "string") return "application/json";
  return body.trimStart().startsWith("<") ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
}
