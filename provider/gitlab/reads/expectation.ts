/** How many looks ahead of a project are for nothing before it is asked about again. */
const AT_MOST_IN_VAIN = 2;

/**
 * By default the engine has four places for each processor, and on the smallest machines two processors. Where it has many, the first
 * stops take several turns, and nobody waits less for a look that is sent ahead.
 */
const arePlaces = (count: number): boolean => [8, 12, 16].includes(count);

/**
 * Whether more questions about a project are to be expected: nobody knows what the engine will ask next, so it goes by what it
 * asked before. A look that is sent ahead spares a wait, and it is a request for nothing if nobody asks.
 */
export class Expectation {
  #questions = 0;
  #looks = 0;
  #pages = 0;
  /** Looks ahead since the last question. */
  #inVain = 0;
  /** Of all looks ahead, those by which somebody has gone, and the others. */
  #useful = 0;
  #useless = 0;
  #isNewestUseless = false;

  /** Nothing is known of it yet. */
  get isNew(): boolean {
    return this.#looks === 0;
  }

  /** A look has served more than one. */
  get isShared(): boolean {
    return this.#questions > this.#looks + 1;
  }

  asked(): void {
    this.#questions++;
    this.#inVain = 0;
  }

  /** A look was sent: at all environments, or at one. */
  looked(isPage: boolean): void {
    this.#looks++;
    if (!isPage) return;
    this.#pages++;
    this.#isNewestUseless = false;
  }

  /** The page for which a look was sent is for whoever comes. */
  lookedAhead(): void {
    this.#inVain++;
    this.#useless++;
    this.#isNewestUseless = true;
  }

  /** Somebody goes by the newest page without having asked for it. */
  served(): void {
    if (!this.#isNewestUseless) return;
    this.#isNewestUseless = false;
    this.#useless--;
    this.#useful++;
  }

  /** It came back, or with half as many at once as Pulumi has places by default. */
  isFor(places: number): boolean {
    const cameBack = this.#pages > 1;
    const cameMany = arePlaces(places) && 2 * this.#questions >= places;
    return this.#inVain < AT_MOST_IN_VAIN && (cameBack || cameMany);
  }

  /**
   * Whether looks ahead are worth their requests: but for those of one turn, at most every second of them is for nothing, and there
   * are no more looks than questions.
   */
  static areWorthIt(all: readonly Expectation[], places: number): boolean {
    const sum = (of: (each: Expectation) => number): number => all.reduce((n, each) => n + of(each), 0);
    return (
      sum((each) => each.#useless) <= sum((each) => each.#useful) + places &&
      sum((each) => each.#looks) <= sum((each) => each.#questions)
    );
  }
}
