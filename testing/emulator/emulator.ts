import { setMaxListeners } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "./http/answers";
import type { Asked } from "./http/ask";
import { ask } from "./http/ask";
import type { Between } from "./http/between";
import { htmlPage, passThrough } from "./http/between";
import { Door } from "./http/door";
import type { Fault } from "./http/faults";
import { Faults } from "./http/faults";
import type { Incoming } from "./http/incoming";
import { bodyOf, receive } from "./http/incoming";
import { RateLimiter } from "./http/rateLimit";
import type { LoggedRequest } from "./http/requestLog";
import { withoutSecrets } from "./http/requestLog";
import { Router } from "./http/router";
import { answer, send } from "./http/server";
import { sloppinessOf } from "./http/strict";
import { Store } from "./model/store";
import type { EmulatorOptions } from "./options";
import { endpoints } from "./routes";
import { acme } from "./world/acme";
import { plant } from "./world/seed";
import type { NewToken } from "./world/tokens";
import { CANARY, issueToken } from "./world/tokens";
import { World } from "./world/world";

interface Reply {
  readonly answer: Answer;
  readonly truncate?: Fault["truncate"] | undefined;
}

/** Sees each request. A promise that it returns lets the request wait; anything else is of no interest. */
export type Watcher = (request: LoggedRequest, world: World) => unknown;

/** A GitLab Enterprise Edition over HTTP on the loopback interface, in memory. */
export class Emulator {
  /** Back doors and direct reads. */
  readonly world: World;
  /** Requests of the API so far, in the order they came. */
  readonly requests: LoggedRequest[] = [];
  /** What watchers threw, tokens out of place, what `strict` found; `stop` throws the first one again. */
  readonly violations: unknown[] = [];
  /** A token of the default user, with the scope `api`. */
  readonly token: string;
  /** The most requests that were ever served at once. */
  maxInFlight = 0;
  /** Milliseconds that every request takes at least. */
  latencyMs: number;

  readonly #store: Store;
  readonly #router = new Router(endpoints);
  readonly #faults: Faults;
  readonly #strict: boolean | string;
  readonly #limiter: RateLimiter | undefined;
  readonly #before: Watcher[] = [];
  readonly #after: Watcher[] = [];
  readonly #stopping = new AbortController();
  #between: Between | undefined;
  readonly #door: Door;
  /** Tokens that `api` made: user name → token. */
  readonly #asked = new Map<string, string>();
  #inFlight = 0;
  #count = 0;

  private constructor(options: EmulatorOptions) {
    this.#store = new Store(() => options.externalUrl ?? this.url, options.switches);
    this.world = new World(this.#store);
    plant(this.world, options.seed ?? acme);
    this.token = this.addToken({ user: this.world.defaultUser });
    this.latencyMs = options.latencyMs ?? 0;
    this.#strict = options.strict ?? process.env["GITLAB_EMULATOR_STRICT"] ?? false;
    this.#faults = new Faults(options.faultSeed);
    this.#limiter = options.rateLimit && new RateLimiter(options.rateLimit);
    // As many requests wait at the same time as anybody sends.
    setMaxListeners(0, this.#stopping.signal);
    this.#door = new Door((message, response) => void this.#serve(message, response));
  }

  /** Starts one; end it with `stop`. */
  static async start(options: EmulatorOptions = {}): Promise<Emulator> {
    const emulator = new Emulator(options);
    await emulator.#door.open(options.port ?? 0);
    return emulator;
  }

  /** `http://127.0.0.1:PORT`, without `/api/v4`. */
  get url(): string {
    return this.#door.url;
  }

  /**
   * From now on nobody gets a connection; what is being served still gets its answer. Resolves when clients know of the end of
   * connections that they keep for later.
   */
  async refuseConnections(): Promise<void> {
    await this.#door.shut();
  }

  /** Listens again, on the same port. */
  async acceptConnections(): Promise<void> {
    await this.#door.reopen();
  }

  /** Ends it, and what is still served; rejects with the first of the `violations`. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#store.close();
    await this.#door.close();
    if (this.violations.length > 0) throw this.violations[0];
  }

  /** A fresh token of this user with the scope `api`. */
  tokenFor(username: string): string {
    return this.addToken({ user: username });
  }

  addToken(wanted: NewToken): string {
    return issueToken(this.world, wanted);
  }

  revokeToken(value: string): void {
    const token = this.#store.tokens.find("value", value);
    if (token !== undefined) token.revoked = true;
  }

  /**
   * Asks the API over HTTP as this user (default: the default user; null: anonymous).
   * `path` is below `/api/v4`, percent-encoded by the caller.
   */
  async api(method: string, path: string, body?: unknown, user?: string | null): Promise<Asked> {
    const token = user === null ? undefined : user === undefined ? this.token : this.#tokenOf(user);
    return ask(
      `${this.url}/api/v4${path}`,
      method,
      token === undefined ? {} : { "PRIVATE-TOKEN": token },
      body,
    );
  }

  #tokenOf(username: string): string {
    const token = this.#asked.get(username) ?? this.tokenFor(username);
    this.#asked.set(username, token);
    return token;
  }

  /** Adds something that goes wrong; returns how to take it away again. */
  fault(fault: Fault): () => void {
    return this.#faults.add(fault);
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  /** Puts a proxy in front, as bad as described; returns how to take it away. A new one takes the place of the old. */
  putBetween(between: Between): () => void {
    this.#between = between;
    return () => {
      if (this.#between === between) this.#between = undefined;
    };
  }

  /** The number of the newest request. */
  get lastRequest(): number {
    return this.#count;
  }

  clearRequests(): void {
    this.requests.length = 0;
  }

  /** Sees each request before it takes effect: the moment for another client to be faster. */
  onBeforeRequest(watcher: Watcher): void {
    this.#before.push(watcher);
  }

  /** Sees each request after it took effect and before its answer is sent: for invariants that must hold after every single one. */
  onAfterRequest(watcher: Watcher): void {
    this.#after.push(watcher);
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#inFlight++;
    this.maxInFlight = Math.max(this.maxInFlight, this.#inFlight);
    const started = performance.now();
    const inFlightAtStart = this.#inFlight;
    response.once("close", () => this.#inFlight--);
    try {
      const incoming = await receive(message);
      const log = await this.#log(incoming, inFlightAtStart);
      const reply = await this.#proxied(incoming, log);
      log.ms = performance.now() - started;
      if (this.#door.isShut) response.setHeader("Connection", "close");
      // A reset rather than an orderly end, as from a balancer that gave up.
      if (reply === "dropped") response.socket?.resetAndDestroy();
      else send(response, reply.answer, reply.truncate, incoming.method === "HEAD");
    } catch {
      // The client went away or the emulator stops: there is no one left to answer.
      response.destroy();
    }
  }

  async #log(incoming: Incoming, inFlightAtStart: number): Promise<LoggedRequest> {
    const log: LoggedRequest = {
      n: ++this.#count,
      method: incoming.method,
      path: incoming.rawPath,
      query: withoutSecrets(incoming.query),
      body: withoutSecrets(await bodyOf(incoming).catch(() => ({}))),
      status: 0,
      startedAt: new Date(),
      ms: 0,
      inFlightAtStart,
    };
    this.requests.push(log);
    this.#judge(incoming, log);
    return log;
  }

  #judge(incoming: Incoming, log: LoggedRequest): void {
    const asked = `${log.method} ${log.path}`;
    // A token belongs into a header: addresses and bodies end up in the logs of everything on the way.
    if (JSON.stringify([log.path, log.query, log.body]).includes(CANARY))
      this.violations.push(new Error(`there is a token in the path, query or body of ${asked}`));
    const agent = incoming.headers["user-agent"] ?? "";
    if (typeof this.#strict === "string" ? !agent.includes(this.#strict) : !this.#strict) return;
    const faults = sloppinessOf(this.#router, log, this.#store.switches);
    if (faults.length > 0) this.violations.push(new Error(`${asked}: ${faults.join("; ")}`));
  }

  /** What comes back through the proxy, if there is one. */
  async #proxied(incoming: Incoming, log: LoggedRequest): Promise<Reply | "dropped"> {
    const between = this.#between;
    const passed = passThrough(between, incoming);
    if ("status" in passed) {
      log.status = passed.status;
      return { answer: passed };
    }
    const upstream = this.#respond(passed, log);
    if (between?.limitMs === undefined) return upstream;
    const late = this.#wait(between.limitMs).then(() => "late" as const);
    const first = await Promise.race([upstream, late]);
    if (first !== "late") return first;
    // GitLab goes on with the request; its answer interests nobody any more.
    upstream.catch(() => undefined);
    const answer = htmlPage(504);
    log.status = answer.status;
    return { answer };
  }

  async #respond(incoming: Incoming, log: LoggedRequest): Promise<Reply | "dropped"> {
    await this.#wait(this.latencyMs);
    const fault = this.#faults.hit(incoming.method, incoming.rawPath);
    await this.#tell(this.#before, log);
    const instead: Answer | undefined =
      fault?.status === undefined
        ? undefined
        : { status: fault.status, body: fault.body, headers: { ...fault.headers } };
    const untouched = fault?.drop === "before" || (instead !== undefined && !fault?.afterCommit);
    const answered = untouched ? undefined : await this.#answer(incoming, log);
    await this.#tell(this.#after, log);
    if (fault?.delayMs !== undefined) await this.#wait(fault.delayMs);
    const answer = instead ?? answered;
    log.status = fault?.drop !== undefined || answer === undefined ? 0 : answer.status;
    if (fault?.drop !== undefined || answer === undefined) return "dropped";
    return { answer, truncate: fault?.truncate };
  }

  async #answer(incoming: Incoming, log: LoggedRequest): Promise<Answer> {
    const who =
      incoming.headers["private-token"] ?? incoming.headers.authorization ?? incoming.headers["job-token"];
    const admitted = this.#limiter?.admit(String(who));
    if (admitted?.refused) {
      log.status = admitted.refused.status;
      return admitted.refused;
    }
    const reply = await answer(this.#store, this.#router, incoming);
    if (reply.user !== undefined) log.user = reply.user;
    log.status = reply.status;
    return { ...reply, headers: { ...admitted?.headers, ...reply.headers } };
  }

  /** At once, in the same turn, but for watchers that wait. */
  async #tell(watchers: readonly Watcher[], log: LoggedRequest): Promise<void> {
    for (const watcher of watchers) {
      try {
        const waits = watcher(log, this.world);
        if (waits instanceof Promise) await waits;
      } catch (error) {
        this.violations.push(error);
      }
    }
  }

  async #wait(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: this.#stopping.signal });
  }
}
