import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  FIRST_PACE,
  LEAST,
  MOST,
  mostInFlight,
  paced,
  type Pace,
  type Seen,
} from "../../provider/gitlab/request/pace";
import { api } from "../../provider/gitlab/request/paths";
import { inItsTime } from "../support/inItsTime";
import { Held, json, TestServer, type Handler } from "./server";

const now = Date.parse("2026-01-01T00:00:00Z");
const quick: Omit<Seen, "number" | "newest"> = { full: true, took: 20, status: 200 };

/** As many answers in a row, each to the request sent last. */
function after(pace: Pace, times: number, seen: Partial<Seen>, first = 1): Pace {
  let current = pace;
  for (let i = 0; i < times; i++)
    current = paced(current, { ...quick, number: first + i, newest: first + i, ...seen }, now);
  return current;
}
const most = (pace: Pace, at = now): number => mostInFlight(pace, undefined, at);

const seenArb = fc.record({
  late: fc.nat(40),
  full: fc.boolean(),
  took: fc.double({ min: 0, max: 70_000, noNaN: true }),
  status: fc.constantFrom(200, 201, 204, 400, 404, 429, 500, 502, 503, undefined),
  remaining: fc.option(fc.nat(100), { nil: undefined }),
  reset: fc.option(fc.integer({ min: -100, max: 1000 }), { nil: undefined }),
});

describe("the number of requests in flight", () => {
  it("stays between 1 and 32 and never above what a rate limit leaves, whatever is answered", () => {
    fc.assert(
      fc.property(fc.array(seenArb, { maxLength: 300 }), (answers) => {
        let pace = FIRST_PACE;
        answers.forEach(({ late, full, took, status, remaining, reset }, i) => {
          const headers = {
            ...(remaining !== undefined && { "ratelimit-remaining": String(remaining) }),
            ...(reset !== undefined && { "ratelimit-reset": String(now / 1000 + reset) }),
          };
          const seen = { number: Math.max(1, i + 1 - late), newest: i + 1, full, took, headers };
          pace = paced(pace, { ...seen, ...(status !== undefined && { status }) }, now);
          expect(pace.most).toBeGreaterThanOrEqual(LEAST);
          expect(pace.most).toBeLessThanOrEqual(MOST);
          const still = reset === undefined || reset > 0;
          if (remaining !== undefined && still) expect(most(pace)).toBeLessThanOrEqual(remaining);
        });
      }),
    );
  });

  it("never grows with trouble, and never shrinks without", () => {
    fc.assert(
      fc.property(fc.array(seenArb, { maxLength: 100 }), (answers) => {
        let pace = FIRST_PACE;
        answers.forEach(({ full, took, status }, i) => {
          const before = pace.most;
          pace = paced(
            pace,
            { number: i + 1, newest: i + 1, full, took, ...(status !== undefined && { status }) },
            now,
          );
          if (status === undefined || status === 429 || status === 503)
            expect(pace.most).toBeLessThanOrEqual(before);
          else expect(pace.most).toBeGreaterThanOrEqual(before);
        });
      }),
    );
  });

  it("begins at 8 and reaches 32 in the time of two rounds", () => {
    expect(most(FIRST_PACE)).toBe(8);
    expect(most(after(FIRST_PACE, 24, {}))).toBe(32);
    expect(most(after(FIRST_PACE, 1000, {}))).toBe(32);
  });

  it("does not grow while nobody waits for a turn, nor while answers are slow beside the quickest", () => {
    expect(most(after(FIRST_PACE, 100, { full: false }))).toBe(8);
    expect(most(after(after(FIRST_PACE, 1, { full: false }), 100, { took: 141 }))).toBe(8);
  });

  it.each([
    ["429", { status: 429 }],
    ["503", { status: 503 }],
  ])("is halved by a %s, once for all that were on their way", (_, seen) => {
    const once = paced(FIRST_PACE, { ...quick, ...seen, number: 3, newest: 8 }, now);
    expect(most(once)).toBe(4);
    expect(most(paced(once, { ...quick, ...seen, number: 8, newest: 9 }, now))).toBe(4);
    expect(most(paced(once, { ...quick, ...seen, number: 9, newest: 9 }, now))).toBe(2);
  });

  it("is halved by a time-out, and grows slowly from then on", () => {
    const halved = paced(FIRST_PACE, { number: 1, newest: 1, full: true, took: 60_000 }, now);
    expect(most(halved)).toBe(4);
    expect(most(after(halved, 4, {}, 2))).toBe(4);
    expect(most(after(halved, 6, {}, 2))).toBe(5);
  });

  it("goes by RateLimit-Remaining until its window ends", () => {
    const headers = { "ratelimit-remaining": "3", "ratelimit-reset": String(now / 1000 + 20) };
    const left = paced(FIRST_PACE, { ...quick, number: 1, newest: 1, headers }, now);
    expect([most(left), most(left, now + 19_999), most(left, now + 20_001)]).toEqual([3, 3, 8]);
    const older = paced(
      left,
      { ...quick, number: 1, newest: 2, headers: { ...headers, "ratelimit-remaining": "5" } },
      now,
    );
    expect(most(older)).toBe(3);
    expect(mostInFlight(left, 2, now)).toBe(2);
    expect(mostInFlight(left, 50, now)).toBe(3);
  });

  it("is what somebody fixed", () => {
    expect(mostInFlight(FIRST_PACE, 3, now)).toBe(3);
    expect(mostInFlight(after(FIRST_PACE, 100, {}), 3, now)).toBe(3);
  });
});

describe("over HTTP", () => {
  let server: TestServer;
  const start = async (handler: Handler): Promise<TestServer> => (server = await TestServer.start(handler));
  afterEach(() => server?.stop());
  /** Asks as often as that, at a server that answers what it holds when nobody asks any more. */
  const ask = (times: number, answer?: () => boolean): Promise<unknown> => {
    const client = server.client();
    return inItsTime({ asked: () => server.seen.length, ...(answer && { answer }) }, () =>
      Promise.all(Array.from({ length: times }, () => client.get(api`things`))),
    );
  };

  it("grows where a server takes more", async () => {
    const held = new Held();
    await start(held.handler);
    await ask(400, () => held.answer());
    expect(held.rounds).toEqual([8, 16, ...Array.from({ length: 11 }, () => MOST), 24]);
    expect(server.mostInFlight).toBe(MOST);
  });

  it("grows by all that were on their way when no more were allowed, though nobody waits any more when they are answered", async () => {
    const held = new Held();
    await start(held.handler);
    await ask(8, () => held.answer());
    await ask(16, () => held.answer());
    await ask(7, () => held.answer());
    expect(held.rounds).toEqual([8, 16, 7]);
  });

  it("settles at what a limiting server takes, without a storm of refusals", async () => {
    const bears = 6;
    const held = new Held();
    let refused = 0;
    await start((request, response, count) => {
      if (held.count < bears) return held.handler(request, response, count);
      refused++;
      return json(response, 429, { message: "too many" });
    });
    await ask(300, () => held.answer(() => vi.advanceTimersByTime(5)));
    // 300 answers, at most one refusal to every five of them, and not the hundreds of a fixed 32.
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThan(60);
    expect(server.seen).toHaveLength(300 + refused);
  });

  it("never meets a rate limit whose headers it was told", async () => {
    const limit = 12;
    let left = limit;
    let end = 0;
    let refused = 0;
    await start((_, response) => {
      if (Date.now() / 1000 >= end) {
        left = limit;
        end = Math.floor(Date.now() / 1000) + 2;
      }
      const status = left === 0 ? 429 : 200;
      if (status === 429) refused++;
      else left--;
      // Of its own, since Node's goes by a clock that does not stand still.
      const date = new Date().toUTCString();
      json(response, status, {}, { date, "ratelimit-remaining": left, "ratelimit-reset": end });
    });
    await ask(30);
    expect(refused).toBe(0);
    expect(server.seen).toHaveLength(30);
  });
});
