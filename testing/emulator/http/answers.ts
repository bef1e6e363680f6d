/** What an endpoint answers; `body` is sent as JSON unless it is a string with its own content type. */
export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });
/** 204 has no body at all. */
export const noContent = (): Answer => ({ status: 204 });

/** Thrown by anything that refuses a request; it is the answer. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly body: unknown,
    readonly headers: Record<string, string> = {},
  ) {
    super(`${status}`);
  }
}

const message = (status: number, text: unknown): Refusal => new Refusal(status, { message: text });
const error = (status: number, text: string): Refusal => new Refusal(status, { error: text });

/** GitLab's error bodies: six shapes, each with its own senders. */
export const refuse = {
  unauthorized: () => message(401, "401 Unauthorized"),
  forbidden: (reason?: string) => message(403, reason ? `403 Forbidden - ${reason}` : "403 Forbidden"),
  /** The explicit helper: `404 Project Not Found`. */
  notFound: (what?: string) => message(404, what ? `404 ${what} Not Found` : "404 Not Found"),
  /** Any record that a finder did not find; note the small f. */
  noRecord: () => message(404, "404 Not found"),
  noRoute: () => error(404, "404 Not Found"),
  /** GitLab's own, of a state that does not allow it; a path without that method answers `error`. */
  methodNotAllowed: () => message(405, "405 Method Not Allowed"),
  badRequest: (reason: string) => message(400, `400 Bad request - ${reason}`),
  /** Parameter validation. */
  invalid: (faults: readonly string[]) => error(400, faults.join(", ")),
  /** Models of environments, deployments and pipelines; services that answer with a bare sentence. */
  model: (faults: Record<string, readonly string[]> | string) => message(400, faults),
  /** Models of protected environments: full sentences; or one string for the deprecated count. */
  unprocessable: (sentences: readonly string[] | string) => message(422, sentences),
  conflict: (text: string) => message(409, text),
  preconditionFailed: () => message(412, "412 Precondition Failed"),
  /** A body of its own, such as the nested ones of review-app clean-up. */
  withBody: (status: number, body: unknown) => new Refusal(status, body),
  broken: () => message(500, "500 Internal Server Error"),
};
