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

  looked(): void {
    this.#looks++;
    this.#isNewestUseless = false;
  }

  lookedAhead(): void {
    this.#inVain++;
    this.#useless++;
    this.#isNewestUseless = true;
  }

  served(): void {
    if (!this.#isNewestUseless) return;
    this.#isNewestUseless = false;
    this.#useless--;
    this.#useful++;
  }

  /** It came back, or with half as many at once as Pulumi has places by default. */
  isFor(places: number): boolean {
    const cameBack = this.#looks > 1 && this.#questions > 2;
    const cameMany = arePlaces(places) && 2 * this.#questions >= places;
    return this.#inVain < AT_MOST_IN_VAIN && (cameBack || cameMany);
  }

  /**
   * Whether looks ahead are worth their requests: at most about every third of them is for nothing, and there are no more looks
   * than questions, but for those of one turn.
   */
  static areWorthIt(all: readonly Expectation[], places: number): boolean {
    const sum = (of: (each: Expectation) => number): number => all.reduce((n, each) => n + of(each), 0);
    return (
      2 * sum((each) => each.#useless) <= sum((each) => each.#useful) + places &&
      sum((each) => each.#looks) <= sum((each) => each.#questions)
    );
  }
}
