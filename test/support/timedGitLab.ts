import { expect, vi } from "vitest";

import { GitLabError } from "../../provider/gitlab/answer/errors";
import type { GitLabClient, Page, Still } from "../../provider/gitlab/request/client";
import { slotsOf, type Attempted } from "../../provider/gitlab/request/slots";
import { destroyEnvironment } from "../../provider/lifecycle/environment/removal";
import { contextOf } from "./context";

/** How long things take, in milliseconds. */
export interface Times {
  readonly parallel: number;
  /** Of a request. */
  readonly latency: number;
  /** From the end of a deletion until the engine asks for the next one. */
  readonly engine: () => number;
  /** Of the only processor, for each request before it is sent and again after it is answered; 0 where it is left out. */
  readonly work?: number;
}

interface Look {
  /** Undefined: at all environments of its project. */
  readonly name: unknown;
  readonly took: number;
  readonly answered: number;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let hosts = 0;

/** A GitLab of which nothing but the time that it takes is of interest, behind the turns that a host has. */
export class TimedGitLab {
  readonly #slots = slotsOf(`http://timed-${hosts++}.example.com/`);
  readonly #looks = new Map<string, Look[]>();
  /** Milliseconds, from the first request of the engine to the end. */
  took = 0;
  stops = 0;
  deletions = 0;
  /** When the processor has done all that it was given. */
  #idleAt = 0;

  constructor(
    private readonly latency: number,
    /** Projects with more deployments than a page holds. */
    private readonly crowded: ReadonlySet<string> = new Set(),
    private readonly work = 0,
  ) {}

  get looks(): number {
    return [...this.#looks.values()].flat().length;
  }

  looksAt(project: string): number {
    return this.#looks.get(project)?.length ?? 0;
  }

  async #send(still?: Still, isSent?: () => void): Promise<void> {
    const { kind } = await this.#slots.run(
      { fixed: undefined, urgent: still !== undefined },
      async (): Promise<Attempted> => {
        if (still?.() === false) return { kind: "outdated" };
        isSent?.();
        await this.#worked();
        await sleep(this.latency);
        await this.#worked();
        return { kind: "answered", status: 200 };
      },
    );
    if (kind === "outdated") throw new GitLabError("outdated", { kind: "outdated", method: "POST", url: "" });
  }

  async #worked(): Promise<void> {
    if (this.work === 0) return;
    this.#idleAt = Math.max(this.#idleAt, performance.now()) + this.work;
    await sleep(this.#idleAt - performance.now());
  }

  #stops(project: string, number: string): void {
    const good = (this.#looks.get(project) ?? []).filter(
      ({ name, took, answered }) =>
        (name === undefined || name === `review-${number}`) &&
        performance.now() - answered <= Math.max(50, Math.min(1000, took)),
    );
    expect(good, `the looks that a stop of ${number} in ${project} goes by`).not.toEqual([]);
  }

  get client(): GitLabClient {
    const client: Partial<GitLabClient> = {
      baseUrl: "https://gitlab.example.com/api/v4",
      page: async <T>(...[{ path }, query]: Parameters<GitLabClient["page"]>) => {
        const asked = performance.now();
        await this.#send();
        const [, project = ""] = /^\/projects\/(.*)\/deployments$/.exec(decodeURIComponent(path)) ?? [];
        const [name, answered] = [query?.["environment"], performance.now()];
        const seen = { name, took: answered - asked, answered };
        this.#looks.set(project, [...(this.#looks.get(project) ?? []), seen]);
        const isCut = name === undefined && this.crowded.has(project);
        return { items: [], total: isCut ? 200 : 0, ...(isCut && { nextPage: 2 }) } satisfies Page<T>;
      },
      post: async <T>(...[{ path }, , still]: Parameters<GitLabClient["post"]>) => {
        const [, project = "", number = ""] =
          /^\/projects\/(.*)\/environments\/(\d+)\/stop$/.exec(decodeURIComponent(path)) ?? [];
        await this.#send(still, () => void (still && this.#stops(project, number)));
        this.stops++;
        return { state: "stopped" } as T;
      },
      delete: async <T>() => {
        await this.#send();
        this.deletions++;
        return undefined as T;
      },
    };
    return client as GitLabClient;
  }
}

/** How far apart the engine's first questions are, as `gathering.ts` takes it. */
const FIRST_APART_MS = 5;

/** An environment of that project, and what is to become of it. */
export interface Doomed {
  readonly project: string;
  readonly onDestroy?: "delete" | "stop";
}

/** As the engine destroys: so many at the same time, and the next one when one of them is done. */
export async function destroyInTime(
  environments: readonly Doomed[],
  { parallel, latency, engine, work }: Times,
  gitlab = new TimedGitLab(latency, undefined, work),
): Promise<TimedGitLab> {
  const { client } = gitlab;
  const queue = environments.map((each, n) => ({ ...each, number: n + 1 }));
  const worker = async (): Promise<void> => {
    // At first, it asks without waiting for anything.
    let before = Math.min(engine(), FIRST_APART_MS);
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const props = { ...next, name: `review-${next.number}`, state: "available" };
      await sleep(before);
      await destroyEnvironment(contextOf(client), `${next.project}:${next.number}`, props, {
        replaced: false,
      });
      before = engine();
    }
  };
  const started = performance.now();
  let ended = false;
  const all = Promise.all(Array.from({ length: parallel }, worker)).finally(() => (ended = true));
  while (!ended) await vi.advanceTimersByTimeAsync(1);
  await all;
  gitlab.took = performance.now() - started;
  expect(gitlab.stops).toEqual(environments.length);
  expect(gitlab.deletions).toEqual(environments.filter(({ onDestroy }) => onDestroy !== "stop").length);
  return gitlab;
}
