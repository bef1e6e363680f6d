import type { WireDeployment } from "../answer/types";
import type { GitLabClient, Still } from "../request/client";
import { api } from "../request/paths";
import { Gathering } from "./gathering";
import { PAGE_SIZE } from "./pageGuess";

/** An environment that is asked about. */
export interface Asked {
  readonly number: number;
  readonly name: string;
}

/** What a look at deployments showed of one environment. */
export interface Look {
  /** Something was deployed to it. */
  readonly used: boolean;
  /** No more time has gone by since than the look itself took. */
  readonly isFresh: Still;
}

/** Pages of GitLab take tens of milliseconds at least: less than this is a question of how busy this process is. */
const FRESH_AT_LEAST_MS = 50;
/** However long a look was under way, waiting for its turn and repeats included. */
const FRESH_AT_MOST_MS = 1000;

/** Looks at the deployments of an environment that is being taken away. */
export interface Looks {
  /** Whether anything was deployed to it, as it is after this call. */
  look(): Promise<Look>;
  /** What goes by the last look is done, or waits for something that takes its time: others need not wait for it. */
  done(): void;
}

/** One environment, and who waits for the next look at it. */
interface Waiter extends Asked {
  resolve: (look: Look) => void;
  reject: (error: unknown) => void;
}

/**
 * Looks at the deployments of one project, for all of its environments that are asked about at the same time: one page, where
 * it holds all deployments there are. Nothing is remembered: a look is sent after everybody who goes by it has asked.
 */
class DeploymentLooks {
  readonly #waiting = new Gathering<Waiter>();
  #working = false;
  /** A page does not hold all deployments of this project, which become more rather than less. */
  #crowded = false;

  constructor(
    private readonly client: GitLabClient,
    private readonly project: string,
  ) {}

  of({ number, name }: Asked): Looks {
    const waiter: Waiter = { number, name, resolve: () => undefined, reject: () => undefined };
    return {
      look: () =>
        new Promise((resolve, reject) => {
          this.#waiting.ask(Object.assign(waiter, { resolve, reject }));
          void this.#work();
        }),
      done: () => this.#waiting.done(waiter),
    };
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    try {
      while (this.#waiting.size > 0) {
        const asking = this.#crowded ? this.#waiting.take() : await this.#waiting.all();
        if (asking.length === 1 || this.#crowded) for (const each of asking) void this.#alone(each);
        else await this.#together(asking);
      }
    } finally {
      this.#working = false;
    }
  }

  /** A filter that something on the way drops shows other environments' deployments: then none counts as unused. */
  async #alone({ name, resolve, reject }: Waiter): Promise<void> {
    const asked = performance.now();
    try {
      const { items } = await this.#page({ environment: name, per_page: 1 });
      resolve({ used: items.length > 0, isFresh: freshSince(asked) });
    } catch (error) {
      reject(error);
    }
  }

  async #together(asking: readonly Waiter[]): Promise<void> {
    const asked = performance.now();
    try {
      const { items, total, nextPage } = await this.#page({
        order_by: "id",
        sort: "desc",
        per_page: PAGE_SIZE,
      });
      const isFresh = freshSince(asked);
      const environments = items.map(({ environment }) => environment);
      // Without the total that GitLab tells of so short a list, something on the way may have cut it.
      const whole = nextPage === undefined && total === items.length;
      this.#crowded ||= !whole;
      for (const each of asking) {
        const used = environments.some(({ id, name }) => id === each.number || name === each.name);
        if (used || whole) each.resolve({ used, isFresh });
        else void this.#alone(each);
      }
    } catch (error) {
      for (const { reject } of asking) reject(error);
    }
  }

  #page(query: Readonly<Record<string, string | number>>) {
    return this.client.page<WireDeployment>(api`/projects/${this.project}/deployments`, query);
  }
}

function freshSince(asked: number): Still {
  const answered = performance.now();
  const until = answered + Math.min(FRESH_AT_MOST_MS, Math.max(FRESH_AT_LEAST_MS, answered - asked));
  return () => performance.now() <= until;
}

const looks = new WeakMap<GitLabClient, Map<string, DeploymentLooks>>();

export function looksAtDeployments(client: GitLabClient, project: string, environment: Asked): Looks {
  const ofClient = looks.get(client) ?? new Map<string, DeploymentLooks>();
  looks.set(client, ofClient);
  const key = project.toLowerCase();
  const ofProject = ofClient.get(key) ?? new DeploymentLooks(client, project);
  ofClient.set(key, ofProject);
  return ofProject.of(environment);
}
