import type { Answer } from "./answers";

/** https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/#response-headers */
export interface RateLimit {
  /** Requests per window, for each token. */
  readonly requests: number;
  /** Length of the window in milliseconds. Default 60,000. */
  readonly windowMs?: number;
  /** `text` as Rack::Attack answers (default), `json` as the endpoint limiter does. */
  readonly body?: "text" | "json";
  /** False: `Retry-After` is missing and only `RateLimit-Reset` tells. Default true. */
  readonly retryAfter?: boolean;
  /** The time in milliseconds since 1970, for windows that end when a test says so. Default: the machine's. */
  readonly now?: () => number;
  /** GitLab.com sends `RateLimit-*` on ordinary answers, too. Default false. */
  readonly onEveryAnswer?: boolean;
}

/** Counts requests of each user in fixed windows. */
export class RateLimiter {
  readonly #windows = new Map<string, { endsAt: number; observed: number }>();

  readonly #now: () => number;

  constructor(private readonly limit: RateLimit) {
    this.#now = limit.now ?? Date.now;
  }

  /** The 429, or the headers for an ordinary answer. */
  admit(who: string): { refused?: Answer; headers: Record<string, string> } {
    const length = this.limit.windowMs ?? 60_000;
    let window = this.#windows.get(who);
    if (window === undefined || window.endsAt <= this.#now()) {
      window = { endsAt: this.#now() + length, observed: 0 };
      this.#windows.set(who, window);
    }
    window.observed++;
    const headers = this.#headers(window, length);
    if (window.observed > this.limit.requests)
      return { refused: this.#refusal(headers, window.endsAt), headers: {} };
    return { headers: this.limit.onEveryAnswer ? headers : {} };
  }

  #headers(window: { endsAt: number; observed: number }, length: number): Record<string, string> {
    const reset = Math.ceil(window.endsAt / 1000);
    return {
      "RateLimit-Limit": String(Math.ceil((this.limit.requests * 60_000) / length)),
      "RateLimit-Name": "throttle_authenticated_api",
      "RateLimit-Observed": String(window.observed),
      "RateLimit-Remaining": String(Math.max(0, this.limit.requests - window.observed)),
      "RateLimit-Reset": String(reset),
      "RateLimit-ResetTime": new Date(reset * 1000).toUTCString(),
    };
  }

  #refusal(limits: Record<string, string>, endsAt: number): Answer {
    const headers = { ...limits };
    if (this.limit.retryAfter ?? true)
      headers["Retry-After"] = String(Math.ceil((endsAt - this.#now()) / 1000));
    if (this.limit.body === "json") {
      const error = "This endpoint has been requested too many times. Try again later.";
      return { status: 429, body: { message: { error } }, headers };
    }
    return { status: 429, body: "Retry later\n", headers: { ...headers, "Content-Type": "text/plain" } };
  }
}
