import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { BatchedReads } from "../../provider/gitlab/reads/batched";
import { Room } from "../../provider/gitlab/reads/room";
import { PAGE, readAll, type Row, shuffled, Table } from "./listTable";

const aim = (rows: number, reads: number): number => Math.min(Math.ceil(rows / PAGE), reads) + 1;

/** Any ids in their order. */
const anyIds = fc
  .array(fc.oneof(fc.constant(1), fc.nat({ max: 50 }), fc.nat({ max: 100_000 })), {
    minLength: 1,
    maxLength: 800,
  })
  .map((gaps) => {
    let id = 0;
    return gaps.map((gap) => (id += gap + 1));
  });

describe("the number of requests", () => {
  it("is at most one for each page or read, and one more, where ids are regular: in any order, at any parallelism", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 2500 }),
        fc.integer({ min: 1, max: 30 }),
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 1, max: 2500 }),
        fc.integer({ min: 1, max: 32 }),
        async (rows, step, dice, reads, parallel) => {
          const ids = Array.from({ length: rows }, (_, i) => 500 + i * step);
          const wanted = shuffled(ids, dice).slice(0, reads);
          const table = new Table(ids);
          await readAll(table.reader(), wanted, parallel);
          expect(table.requests.length).toBeLessThanOrEqual(aim(rows, wanted.length));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is at most twice that and one wave more, whatever the ids and the order", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyIds,
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 1, max: 800 }),
        fc.integer({ min: 1, max: 32 }),
        async (ids, dice, reads, parallel) => {
          const wanted = shuffled(ids, dice).slice(0, reads);
          const table = new Table(ids);
          await readAll(table.reader(), wanted, parallel);
          const most = 2 * aim(ids.length, wanted.length) + parallel;
          expect(table.requests.length).toBeLessThanOrEqual(most);
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each([
    { rows: 20_000, reads: 1, most: 1 },
    { rows: 1000, reads: 1000, most: 11 },
    { rows: 100, reads: 100, most: 2 },
    { rows: 20_000, reads: 1000, most: 201 },
  ])("is at most $most for $reads of $rows", async ({ rows, reads, most }) => {
    const ids = Array.from({ length: rows }, (_, i) => 7 + i * 3);
    const table = new Table(ids);
    await readAll(table.reader(), ids.slice(-reads), 16);
    expect(table.requests.length).toBeLessThanOrEqual(most);
  });
});

describe("names, whose order nobody knows", () => {
  /** A list of which the wanted rows always turn out to be on the page that is read last. */
  function contrary(pages: number, wanted: readonly string[]) {
    const requests: string[] = [];
    const seen = new Set<number>();
    const row = (name: string) => ({ name });
    const reader = new BatchedReads<string, { name: string }>(
      {
        keyOf: ({ name }) => name,
        single: async (name) => {
          requests.push(`one ${name}`);
          await new Promise(setImmediate);
          return row(name);
        },
        page: async (page) => {
          requests.push(`page ${page}`);
          seen.add(page);
          await new Promise(setImmediate);
          const names = seen.size === pages ? wanted : Array.from({ length: PAGE }, (_, i) => `${page}/${i}`);
          return { items: names.map(row), total: pages * PAGE };
        },
      },
      new Room(50_000),
      0,
    );
    return { reader, requests };
  }

  it("cost all pages where those are no more than the reads, although the last one has them all", async () => {
    const wanted = ["a", "b", "c", "d"];
    const { reader, requests } = contrary(3, wanted);
    await Promise.all(wanted.map((name) => reader.read(name)));
    expect(requests).toEqual(["page 1", "page 2", "page 3"]);
  });

  it("cost at most twice the aim and one wave, although every page read is the wrong one", async () => {
    const wanted = Array.from({ length: PAGE }, (_, i) => `w${i}`);
    const { reader, requests } = contrary(20, wanted);
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < wanted.length) await reader.read(wanted[next++] as string);
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    expect(requests.length).toBeLessThanOrEqual(2 * aim(2000, wanted.length) + 8);
  });
});

describe("a read", () => {
  const ids = Array.from({ length: 250 }, (_, i) => i + 1);

  it("alone is a single request", async () => {
    const table = new Table(ids);
    await table.reader().read(200);
    expect(table.requests).toEqual(["one 200"]);
  });

  it("together with others comes from pages, and the second round from memory", async () => {
    const table = new Table(ids);
    const reader = table.reader();
    await readAll(reader, [1, 2, 150, 250, 101, 3], 6);
    await readAll(reader, ids, 8);
    expect(table.requests.sort()).toEqual(["page 1", "page 2", "page 3"]);
  });

  it("of the same row by two resources is one request", async () => {
    const table = new Table(ids);
    const reader = table.reader();
    await Promise.all([reader.read(9), reader.read(9)]);
    expect(table.requests).toEqual(["one 9"]);
  });

  it("of a row on no page is confirmed by itself before it counts as gone", async () => {
    const table = new Table(ids);
    const reader = table.reader();
    const [gone, there] = await Promise.all([reader.read(1000), reader.read(1)]);
    expect([gone, there]).toEqual([undefined, { id: 1 }]);
    expect(table.requests.at(-1)).toBe("one 1000");
  });

  it("finds rows that move to another page while the list is read", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(), { maxLength: 40 }),
        fc.integer({ min: 2, max: 16 }),
        async (dice, parallel) => {
          const table = new Table(ids);
          const wanted = ids.filter((id) => id % 7 === 0);
          const reader = table.reader();
          const reading = readAll(reader, wanted, parallel);
          for (const die of dice) {
            // Rows nobody reads come and go, which shifts all that follow.
            const at = die % table.ids.length;
            if (die % 2 === 0 && (table.ids[at] ?? 0) % 7 !== 0) table.ids.splice(at, 1);
            else table.ids.splice(at, 0, -die);
            await new Promise(setImmediate);
          }
          await reading;
        },
      ),
      { numRuns: 30 },
    );
  });

  it("after a write sees what the write made", async () => {
    const table = new Table(ids);
    const reader = table.reader();
    await readAll(reader, [1, 2], 2);
    table.ids.splice(0, 1);
    reader.forget();
    expect(await Promise.all([reader.read(1), reader.read(2)])).toEqual([undefined, { id: 2 }]);
    expect(table.requests).toEqual(["page 1", "page 1", "one 1"]);
  });

  it("is not answered from a page that was on its way when a write came", async () => {
    const table = new Table(ids);
    const reader = table.reader();
    const reading = Promise.all([reader.read(1), reader.read(2)]);
    table.onPage = () => reader.forget();
    await reading;
    await Promise.all([reader.read(3), reader.read(4)]);
    expect(table.requests).toEqual(["page 1", "page 1"]);
  });

  it("is not answered from a page that was on its way when it was asked for after a write", async () => {
    const table = new Table(ids);
    const reader = table.reader();
    const before = Promise.all([reader.read(1), reader.read(2)]);
    let after: Promise<Row | undefined> = Promise.resolve(undefined);
    table.onPage = () => {
      table.ids.splice(0, 1);
      reader.forget();
      after = reader.read(1);
    };
    expect(await before).toEqual([{ id: 1 }, { id: 2 }]);
    expect(await after).toBeUndefined();
    expect(table.requests).toEqual(["page 1", "one 1"]);
  });

  it("as of a time is not answered from what was read before it, and is shared by all who ask for that time", async () => {
    const table = new Table(ids);
    const reader = table.reader();
    await Promise.all([reader.read(1), reader.read(2)]);
    const before = Date.now();
    while (Date.now() === before) await new Promise(setImmediate);
    const since = Date.now();
    await Promise.all([reader.read(1, since), reader.read(2, since)]);
    await reader.read(3, since);
    expect(table.requests).toEqual(["page 1", "page 1"]);
  });

  it("ends although writes come in between again and again", async () => {
    const table = new Table(ids);
    const reader = table.reader();
    const reading = readAll(reader, ids, 8);
    const writes = setInterval(() => reader.forget(), 1);
    await reading;
    clearInterval(writes);
  });

  it("still finds rows of a list that comes in no order of ids", async () => {
    const table = new Table([...ids].reverse());
    await readAll(table.reader(), ids, 16);
    expect(table.requests.length).toBeLessThanOrEqual(4);
  });

  it("cost little where pages come in a wrong order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 120, max: 600 }),
        fc.integer({ min: 2, max: 12 }),
        fc.nat(),
        async (pages, reads, turn) => {
          const all = Array.from({ length: pages * PAGE }, (_, i) => i + 1);
          const at = (turn % (pages - 1)) * PAGE;
          const table = new Table([...all.slice(at), ...all.slice(0, at)]);
          const wanted = Array.from({ length: reads }, (_, i) => 1 + ((i * 7919 + turn) % all.length));
          await readAll(table.reader(), [...new Set(wanted)], 16);
          expect(table.requests.length).toBeLessThanOrEqual(3 * (reads + 1));
        },
      ),
      { numRuns: 40 },
    );
  });

  it("fails for everybody who waits, and the next one asks again", async () => {
    let calls = 0;
    const failing = new BatchedReads<number, Row>(
      {
        keyOf: (row) => row.id,
        single: async () => Promise.reject(new Error("single")),
        page: async () =>
          ++calls === 1 ? Promise.reject(new Error("page")) : { items: [{ id: 1 }, { id: 2 }], total: 2 },
      },
      new Room(100),
      0,
    );
    const results = await Promise.allSettled([failing.read(1), failing.read(2)]);
    expect(results.map((result) => result.status)).toEqual(["rejected", "rejected"]);
    await expect(failing.read(1)).resolves.toEqual({ id: 1 });
  });
});

it("keeps no more rows than there is room for, and stays right", async () => {
  const ids = Array.from({ length: 1000 }, (_, i) => i + 1);
  const table = new Table(ids);
  const reader = table.reader(new Room(200));
  await readAll(reader, ids, 16);
  await readAll(reader, [1, 999], 2);
  expect(table.requests.filter((request) => request === "one 1")).toHaveLength(1);
  expect(table.requests.filter((request) => request === "one 999")).toHaveLength(0);
});
