import type { GitLabClient, Page } from "../../provider/gitlab/request/client";
import { GitLabError, type GitLabErrorKind } from "../../provider/gitlab/answer/errors";
import type { ApiPath } from "../../provider/gitlab/request/paths";
import type { WireProtectedEnvironment } from "../../provider/gitlab/answer/types";
import type { NestedBody } from "../../provider/lifecycle/access/planner";
import { NestedAttributes, Refused, type Row, type Rules } from "./nestedAttributes";

/** What goes wrong with one request: nothing happens and it is said, or the answer is lost before or after the commit. */
export type Fault = "refused" | "lost-before" | "lost-after" | "500-after" | undefined;

const KINDS: Readonly<Record<number, GitLabErrorKind>> = { 404: "not-found", 409: "conflict" };

/** One protection behind the client's interface, with a log of the requests and faults by request. */
export class FakeGitLab implements GitLabClient {
  readonly baseUrl = "http://gitlab.test/api/v4";
  readonly requests: string[] = [];
  readonly bodies: unknown[] = [];
  protection: NestedAttributes | undefined;
  legacyCount = 0;
  parentAnswers = true;
  world: Rules = { qualifies: () => true, subjectKeys: "one" };
  /** Consumed one for each request, reads included. */
  faults: Fault[] = [];
  /** Another client, at work before each of our requests. */
  meanwhile: (request: string) => void = () => undefined;
  /** Called after each write. What it throws is kept in `violations`: the code under test must not swallow it. */
  watch: () => void = () => undefined;
  readonly violations: unknown[] = [];

  constructor(levels?: readonly Row[], rules: readonly Row[] = []) {
    if (levels) this.protection = new NestedAttributes(levels, rules);
  }

  async get<T>(path: ApiPath): Promise<T> {
    return this.#request("GET", path, () => {
      if (/^\/(groups|projects)\/[^/]+$/.test(path.path)) return { id: 1 };
      return this.#show();
    });
  }

  async post<T>(path: ApiPath, body: NestedBody): Promise<T> {
    return this.#request(
      "POST",
      path,
      () => {
        if (this.protection) throw refusal(409);
        const created = new NestedAttributes([], []);
        created.put(body, this.world);
        this.protection = created;
        return this.#show();
      },
      body,
    );
  }

  async put<T>(path: ApiPath, body: NestedBody): Promise<T> {
    return this.#request(
      "PUT",
      path,
      () => {
        if (!this.protection) throw refusal(404);
        this.protection.put(body, this.world);
        if (path.path.startsWith("/groups/")) this.legacyCount = 0;
        return this.#show();
      },
      body,
    );
  }

  async delete<T>(path: ApiPath): Promise<T> {
    return this.#request("DELETE", path, () => {
      if (!this.protection) throw refusal(404);
      this.protection = undefined;
      return undefined;
    });
  }

  page<T>(): Promise<Page<T>> {
    throw new Error("not used here");
  }

  list<T>(): Promise<T[]> {
    throw new Error("not used here");
  }

  readonly lateness = 0;

  serverTime(): Date {
    return new Date(0);
  }

  async #request<T>(method: string, path: ApiPath, act: () => unknown, body?: unknown): Promise<T> {
    const request = `${method} ${path.path}`;
    this.meanwhile(request);
    this.requests.push(request);
    this.bodies.push(body);
    const fault = this.faults.shift();
    if (fault === "refused") throw new GitLabError("connection refused.", { kind: "network" });
    if (fault === "lost-before") throw lost("lost");
    if (!this.parentAnswers) throw refusal(404);
    let answer: unknown;
    try {
      answer = structuredClone(act());
    } catch (error) {
      throw error instanceof Refused ? refusal(error.status) : error;
    }
    if (method !== "GET") this.#watched();
    if (fault === "lost-after") throw lost("lost");
    if (fault === "500-after") throw lost("server");
    return answer as T;
  }

  #watched(): void {
    try {
      this.watch();
    } catch (error) {
      this.violations.push(error);
    }
  }

  #show(): WireProtectedEnvironment {
    if (!this.protection) throw refusal(404);
    return {
      name: "production",
      deploy_access_levels: this.protection.levels.map(({ required_approvals: _, ...level }) => level),
      required_approval_count: this.legacyCount,
      approval_rules: [...this.protection.rules],
    };
  }
}

function refusal(status: number): GitLabError {
  return new GitLabError(`GitLab answered ${status}.`, {
    kind: KINDS[status] ?? "invalid",
    status,
    ...(status === 404 ? { missing: "record" as const } : {}),
    applied: "no",
  });
}

function lost(kind: "lost" | "server"): GitLabError {
  return new GitLabError("the answer was lost.", { kind, applied: "unknown" });
}
