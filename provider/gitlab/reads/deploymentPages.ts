import type { WireDeployment } from "../answer/types";
import type { GitLabClient, Still } from "../request/client";
import { api } from "../request/paths";
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

interface Page {
  /** All that there are. */
  readonly whole: boolean;
  readonly environments: readonly WireDeployment["environment"][];
  readonly age: Age;
}

/** The looks at the deployments of one project, and its newest page. */
export class DeploymentPages {
  #page: Page | undefined;
  #underWay: Promise<void> | undefined;
  /** How often this process wrote what may change a page. */
  #writes = 0;
  /** How many questions there were, how many looks, and how many of these ahead since the last question. */
  asked = 0;
  #looks = 0;
  #ahead = 0;
  /** A page does not hold all deployments of this project, which become more rather than less. */
  #crowded = false;

  constructor(
    private readonly client: GitLabClient,
    private readonly project: string,
  ) {}

  get looks() {
    return this.#looks;
  }
  get isCrowded() {
    return this.#crowded;
  }
  get underWay() {
    return this.#underWay;
  }
  get isFresh() {
    return this.#page?.age.isFresh() === true;
  }

  asks() {
    this.asked++;
    this.#ahead = 0;
  }

  isExpected(most: number): boolean {
    const { whole, age } = this.#page ?? {};
    return (
      whole === true &&
      this.#ahead < 2 &&
      ((this.#looks > 1 && this.asked > 2) || (arePlaces(most) && this.asked >= most)) &&
      age?.outlastsAnother() === false
    );
  }

  /** Something is written that may change what was seen, or is just being seen. */
  forget(): void {
    this.#page = undefined;
    this.#writes++;
  }

  /** By the page that is there. A page from before the question refuses nothing. */
  unused(asked: Asked): Look | undefined {
    if (this.#page === undefined || !this.isFresh || verdict(this.#page, asked) !== "unused")
      return undefined;
    return { used: false, isFresh: this.#page.age.isFresh };
  }

  /** A filter that something on the way drops shows other environments' deployments: then none counts as unused. */
  async alone({ name }: Asked): Promise<Look> {
    const asked = performance.now();
    const { items } = await this.#ask({ environment: name, per_page: 1 });
    return { used: items.length > 0, isFresh: new Age(asked).isFresh };
  }

  async ahead(): Promise<void> {
    this.#ahead++;
    try {
      await this.next();
    } catch {
      // Whoever asks next will be told.
    }
  }

  async next(): Promise<(asked: Asked) => Look | undefined> {
    const next = this.#next();
    const done = next.then(
      () => undefined,
      () => undefined,
    );
    this.#underWay = done;
    void done.then(() => {
      if (this.#underWay === done) this.#underWay = undefined;
    });
    const page = await next;
    this.#underWay = undefined;
    return (asked) => {
      const seen = verdict(page, asked);
      return seen === undefined ? undefined : { used: seen === "used", isFresh: page.age.isFresh };
    };
  }

  async #next(): Promise<Page> {
    const [asked, writes] = [performance.now(), this.#writes];
    const { items, total, nextPage } = await this.#ask({ order_by: "id", sort: "desc", per_page: PAGE_SIZE });
    // Without the total that GitLab tells of so short a list, something on the way may have cut it.
    const whole = nextPage === undefined && total === items.length;
    const page = { whole, environments: items.map(({ environment }) => environment), age: new Age(asked) };
    this.#crowded ||= !whole;
    this.#page = writes === this.#writes ? page : undefined;
    return page;
  }

  #ask(query: Readonly<Record<string, string | number>>) {
    this.#looks++;
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
