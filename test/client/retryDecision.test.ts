import { describe, expect, it } from "vitest";
import {
  askedDelay,
  decide,
  RETRY_LIMITS,
  type Attempt,
  type Situation,
} from "../../provider/gitlab/request/retry";

describe("the decision", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  const situation = (attempt: Attempt, more: Partial<Situation> = {}): Situation => ({
    safe: true,
    attempt,
    repeats: 0,
    spent: 0,
    spentInOperation: 0,
    now,
    random: 0.5,
    ...more,
  });
  const answered = (status: number, headers: Record<string, string> = {}): Attempt => ({
    kind: "answered",
    status,
    headers,
  });

  it.each<[string, Record<string, string>, number | undefined]>([
    ["seconds", { "retry-after": "7" }, 7000],
    [
      "an HTTP date on the server's clock",
      { "retry-after": "Thu, 01 Jan 2026 01:00:09 GMT", date: "Thu, 01 Jan 2026 01:00:00 GMT" },
      9000,
    ],
    ["RateLimit-Reset where Retry-After is missing", { "ratelimit-reset": String(now / 1000 + 30) }, 30_000],
    ["nothing that is in the past", { "retry-after": "0" }, undefined],
    ["nothing that cannot be read", { "retry-after": "soon", "ratelimit-reset": "x" }, undefined],
  ])("goes by %s", (_, headers, delay) => {
    expect(askedDelay(429, headers, now)).toBe(delay);
  });

  it("takes RateLimit-Reset of other answers for what it is", () => {
    expect(askedDelay(503, { "ratelimit-reset": String(now / 1000 + 30) }, now)).toBeUndefined();
  });

  it("doubles the pause, with jitter, up to its longest", () => {
    const pauses = [0, 1, 2, 3, 4].map((repeats) => decide(situation(answered(500), { repeats, random: 1 })));
    expect(pauses.map((pause) => pause.repeat && pause.after)).toEqual([500, 1000, 2000, 4000, 8000]);
    expect(decide(situation(answered(500), { random: 0 }))).toMatchObject({ after: 250 });
    expect(decide(situation(answered(429), { repeats: 9, random: 1 }))).toMatchObject({ after: 20_000 });
  });

  it("never comes back earlier than asked", () => {
    for (const random of [0, 0.5, 1]) {
      const decision = decide(situation(answered(429, { "retry-after": "10" }), { random }));
      expect(decision.repeat && decision.after).toBeGreaterThanOrEqual(10_000);
    }
  });

  it("ends when the time is up, that of the request or that of the operation", () => {
    expect(decide(situation(answered(500), { spent: RETRY_LIMITS.total }))).toEqual({ repeat: false });
    const spentInOperation = RETRY_LIMITS.operation;
    expect(decide(situation(answered(500), { spentInOperation }))).toEqual({ repeat: false });
  });

  it.each<[Attempt, boolean, boolean]>([
    [answered(429), true, true],
    [{ kind: "unsent" }, true, true],
    [answered(500), true, false],
    [{ kind: "lost" }, true, false],
    [{ kind: "hopeless" }, false, false],
    [answered(400), false, false],
    [answered(404), false, false],
  ])("for %j repeats reads: %j, writes: %j", (attempt, read, write) => {
    expect(decide(situation(attempt)).repeat).toBe(read);
    expect(decide(situation(attempt, { safe: false })).repeat).toBe(write);
  });
});
