import { expect } from "vitest";

import type { GitLabClient } from "../../provider/gitlab/request/client";

interface Seen {
  /** Of which environment; undefined: of all. */
  readonly of: unknown;
  /** Places in the order of everything that happens, and times. */
  readonly askedAt: number;
  readonly asked: number;
  readonly answered: number;
}

/** Everything that one run does, in its order: looks at deployments, stops and deployments. */
export class LooksWatch {
  #order = 0;
  readonly #deployed = new Map<string, number>();
  readonly #looks: Seen[] = [];

  deployed(name: string): void {
    if (!this.#deployed.has(name)) this.#deployed.set(name, this.#order++);
  }

  /** A stop is just being sent: by a look at this environment that is new enough, and shows no deployment. */
  #stops(name: string): void {
    const now = performance.now();
    const good = this.#looks.filter(
      ({ of, askedAt, asked, answered }) =>
        (of === undefined || of === name) &&
        askedAt < (this.#deployed.get(name) ?? Infinity) &&
        now - answered <= Math.max(50, Math.min(1000, answered - asked)),
    );
    expect(good, `the looks that a stop of ${name} goes by`).not.toEqual([]);
  }

  /** A client that tells of all it sends; `numbers` of environments, by name. */
  client(real: GitLabClient, numbers: ReadonlyMap<string, number>): GitLabClient {
    const named = new Map([...numbers].map(([name, number]) => [String(number), name]));
    const client = Object.create(real) as GitLabClient;
    return Object.assign(client, {
      serverTime: () => real.serverTime(),
      get: real.get.bind(real),
      delete: real.delete.bind(real),
      page: async (...[path, query]: Parameters<GitLabClient["page"]>) => {
        const [askedAt, asked] = [this.#order++, performance.now()];
        const page = await real.page(path, query);
        this.#looks.push({ of: query?.["environment"], askedAt, asked, answered: performance.now() });
        return page;
      },
      post: (...[path, body, still]: Parameters<GitLabClient["post"]>) =>
        real.post(path, body, () => {
          const goes = still?.() ?? true;
          if (goes) this.#stops(named.get(/\d+(?=\/stop$)/.exec(path.path)?.[0] ?? "") ?? "");
          return goes;
        }),
    });
  }
}
