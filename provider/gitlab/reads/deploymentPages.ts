import type { WireDeployment } from "../answer/types";
import type { GitLabClient, Still } from "../request/client";
import { api } from "../request/paths";
import { Expectation } from "./expectation";
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

/**
 * The deployments of one project, of which one page tells for all of its environments where it holds all there are. It counts for
 * no longer than it took, for whoever asks until then.
 */
export class DeploymentPages {
  readonly expectation = new Expectation();
  #page: Page | undefined;
  #underWay: Promise<unknown> | undefined;
  #crowded = false;
  /** How often this process wrote what may change a page. */
  #writes = 0;

  constructor(
    private readonly client: GitLabClient,
    private readonly project: string,
  ) {}

  /** A page does not hold all deployments of this project, which become more rather than less. */
  get isCrowded(): boolean {
    return this.#crowded;
  }

  get isFresh(): boolean {
    return this.#page?.age.isFresh() === true;
  }

  /** The end of a look at all of them that is under way, whatever it comes to. */
  get underWay(): Promise<unknown> | undefined {
    return this.#underWay;
  }

  /** Something is written that may change what was seen, or is just being seen. */
  forget(): void {
    this.#page = undefined;
    this.#writes++;
  }

  /** By the page that is there, if it says so. A page from before the question refuses nothing. */
  unused(asked: Asked): Look | undefined {
    const look = this.isFresh && this.#page ? lookBy(this.#page, asked) : undefined;
    if (look?.used !== false) return undefined;
    this.expectation.served();
    return look;
  }

  /** A filter that something on the way drops shows other environments' deployments: then none counts as unused. */
  async alone({ name }: Asked): Promise<Look> {
    const asked = performance.now();
    const { items } = await this.#ask({ environment: name, per_page: 1 });
    return { used: items.length > 0, isFresh: new Age(asked).isFresh };
  }

  /** What the next page says of each; undefined: nothing. */
  async together(): Promise<(asked: Asked) => Look | undefined> {
    const next = this.#next();
    const ended = (): void => (this.#underWay = undefined);
    this.#underWay = next.then(ended, ended);
    const page = await next;
    return (asked) => lookBy(page, asked);
  }

  /** Whether a look that is sent now would be the newest one when those ask who are expected. */
  isWorthLookingAhead(places: number): boolean {
    const { whole, age } = this.#page ?? {};
    return (
      this.#underWay === undefined &&
      whole === true &&
      age?.outlastsAnother() === false &&
      this.expectation.isFor(places)
    );
  }

  async lookAhead(): Promise<void> {
    try {
      const sent = this.together();
      this.expectation.lookedAhead();
      await sent;
    } catch {
      // Whoever asks next will be told.
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
    return page;
  }

  #ask(query: Readonly<Record<string, string | number>>) {
    this.expectation.looked(!("environment" in query));
    return this.client.page<WireDeployment>(api`/projects/${this.project}/deployments`, query);
  }
}

function lookBy({ whole, environments, age: { isFresh } }: Page, asked: Asked): Look | undefined {
  if (environments.some(({ id, name }) => id === asked.number || name === asked.name))
    return { used: true, isFresh };
  return whole ? { used: false, isFresh } : undefined;
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
