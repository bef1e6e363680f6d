import type { WireDeployment } from "../answer/types";
import type { GitLabClient, Still } from "../request/client";
import { onWrite } from "../request/http";
import { api } from "../request/paths";
import { Gathering } from "./gathering";
import { PAGE_SIZE } from "./pageGuess";

export interface Asked {
  readonly number: number;
  readonly name: string;
}

/** What a look at deployments showed of one environment. */
export interface Look {
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
  /** Whether anything was deployed to it, as it was not longer ago than a look takes. */
  look(): Promise<Look>;
  /** What goes by the last look is answered, and no other request will go by it. */
  passed(): void;
  /** All is done, or waits for something that takes its time: others need not wait for it. */
  done(): void;
}

interface Waiter extends Asked {
  resolve: (look: Look) => void;
  reject: (error: unknown) => void;
}

interface Page {
  /** All that there are. */
  readonly whole: boolean;
  readonly environments: readonly WireDeployment["environment"][];
  readonly age: Age;
}

/**
 * Looks at the deployments of one project, for all of its environments that are asked about at about the same time: one page,
 * where it holds all deployments there are. It counts for no longer than it took, for whoever asks until then. The next one
 * is under way while what went by the last one is deleted, so that those who come in its place find it there.
 */
class DeploymentLooks {
  readonly #waiting = new Gathering<Waiter>();
  #working = false;
  /** A page does not hold all deployments of this project, which become more rather than less. */
  #crowded = false;
  /** The newest page, how many have gone by it, and how many pages there were. */
  #page: Page | undefined;
  #served = 0;
  #pages = 0;
  #ahead: Promise<void> | undefined;
  /** How often this process wrote what may change a page. */
  #writes = 0;

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
      passed: () => {
        if (this.#waiting.passed(waiter) && this.#moreWillAsk()) this.#ahead ??= this.#lookAhead();
      },
      done: () => this.#waiting.done(waiter),
    };
  }

  /** Something is written that may change what was seen, or is just being seen. */
  forget(): void {
    this.#page = undefined;
    this.#writes++;
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    try {
      while (this.#waiting.size > 0) await this.#serve();
    } finally {
      this.#working = false;
    }
  }

  async #serve(): Promise<void> {
    await this.#ahead;
    const { whole, age } = this.#page ?? {};
    const asking =
      this.#crowded || (whole && age?.isFresh()) ? this.#waiting.take() : await this.#waiting.all();
    const others = asking.filter((each) => !this.#isUnused(each));
    if (others.length === 1 || this.#crowded) for (const each of others) void this.#alone(each);
    else if (others.length > 0) await this.#together(others);
  }

  /** By the page that is there, and answered at once if so. A page from before the question refuses nothing. */
  #isUnused(each: Waiter): boolean {
    if (this.#page === undefined || !this.#page.age.isFresh() || verdict(this.#page, each) !== "unused")
      return false;
    this.#served++;
    each.resolve({ used: false, isFresh: this.#page.age.isFresh });
    return true;
  }

  /** A filter that something on the way drops shows other environments' deployments: then none counts as unused. */
  async #alone({ name, resolve, reject }: Waiter): Promise<void> {
    const asked = performance.now();
    try {
      const { items } = await this.#ask({ environment: name, per_page: 1 });
      resolve({ used: items.length > 0, isFresh: new Age(asked).isFresh });
    } catch (error) {
      reject(error);
    }
  }

  async #together(asking: readonly Waiter[]): Promise<void> {
    try {
      const page = await this.#next();
      for (const each of asking) {
        const seen = verdict(page, each);
        if (seen === undefined) void this.#alone(each);
        else each.resolve({ used: seen === "used", isFresh: page.age.isFresh });
      }
      this.#served += asking.length;
    } catch (error) {
      for (const { reject } of asking) reject(error);
    }
  }

  /**
   * The engine asks for the next deletion when one is done, so others come in the place of these; where so many have come as it
   * has places, that is certain enough for a request of its own.
   */
  #moreWillAsk(): boolean {
    const { whole, age } = this.#page ?? {};
    return (
      whole === true &&
      (this.#pages > 1 || arePlaces(this.#waiting.most)) &&
      this.#served >= this.#waiting.most &&
      age?.outlastsAnother() === false
    );
  }

  async #lookAhead(): Promise<void> {
    try {
      await this.#next();
    } catch {
      // Whoever asks next will be told.
    } finally {
      this.#ahead = undefined;
    }
  }

  async #next(): Promise<Page> {
    const [asked, writes] = [performance.now(), this.#writes];
    const { items, total, nextPage } = await this.#ask({ order_by: "id", sort: "desc", per_page: PAGE_SIZE });
    // Without the total that GitLab tells of so short a list, something on the way may have cut it.
    const whole = nextPage === undefined && total === items.length;
    const page = { whole, environments: items.map(({ environment }) => environment), age: new Age(asked) };
    this.#crowded ||= !whole;
    this.#page = writes === this.#writes ? page : undefined;
    this.#served = 0;
    this.#pages++;
    return page;
  }

  #ask(query: Readonly<Record<string, string | number>>) {
    return this.client.page<WireDeployment>(api`/projects/${this.project}/deployments`, query);
  }
}

/**
 * By default the engine has four places for each processor, and on the smallest machines two processors. Where it has many, the first
 * stops take several turns, and nobody waits less for a look that is sent ahead.
 */
const arePlaces = (count: number): boolean => [8, 12, 16].includes(count);

/** What a page says of an environment; undefined: nothing. */
function verdict({ whole, environments }: Page, asked: Asked): "used" | "unused" | undefined {
  if (environments.some(({ id, name }) => id === asked.number || name === asked.name)) return "used";
  return whole ? "unused" : undefined;
}

/** How old a look is: it counts from its answer for as long as it took. */
class Age {
  readonly #took: number;
  readonly #until: number;

  constructor(asked: number) {
    const answered = performance.now();
    this.#took = answered - asked;
    this.#until = answered + Math.min(FRESH_AT_MOST_MS, Math.max(FRESH_AT_LEAST_MS, this.#took));
  }

  readonly isFresh: Still = () => performance.now() <= this.#until;

  /** Whether it still counts when a look that begins now would be answered. */
  outlastsAnother(): boolean {
    return performance.now() + this.#took <= this.#until;
  }
}

const looks = new Map<GitLabClient, Map<string, DeploymentLooks>>();

export function looksAtDeployments(client: GitLabClient, project: string, environment: Asked): Looks {
  const ofClient = looks.get(client) ?? new Map<string, DeploymentLooks>();
  looks.set(client, ofClient);
  const key = project.toLowerCase();
  const ofProject = ofClient.get(key) ?? new DeploymentLooks(client, project);
  ofClient.set(key, ofProject);
  return ofProject.of(environment);
}

/** Stops and deletions of environments deploy nothing; whatever else is written may. */
onWrite((_baseUrl, { path }) => {
  if (/\/environments\/\d+(\/stop)?$/.test(path)) return;
  for (const ofClient of looks.values()) for (const ofProject of ofClient.values()) ofProject.forget();
});
