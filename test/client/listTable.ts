import type fc from "fast-check";
import { expect } from "vitest";

import { BatchedReads } from "../../provider/gitlab/reads/batched";
import { Room } from "../../provider/gitlab/reads/room";

export interface Row {
  readonly id: number;
}

export const PAGE = 100;

/** A list as GitLab keeps it, and what it was asked. */
export class Table {
  readonly requests: string[] = [];
  ids: number[];
  /** Called when a page has been read and not yet answered, once. */
  onPage: (() => void) | undefined;

  constructor(ids: readonly number[]) {
    this.ids = [...ids];
  }

  reader(room = new Room(50_000)): BatchedReads<number, Row> {
    return new BatchedReads<number, Row>(
      {
        keyOf: (row) => row.id,
        single: async (id) => {
          this.requests.push(`one ${id}`);
          await new Promise(setImmediate);
          return this.ids.includes(id) ? { id } : undefined;
        },
        page: async (page) => {
          this.requests.push(`page ${page}`);
          const items = this.ids.slice((page - 1) * PAGE, page * PAGE).map((id) => ({ id }));
          const more = page * PAGE < this.ids.length;
          const total = this.ids.length > 10_000 ? {} : { total: this.ids.length };
          await new Promise(setImmediate);
          this.onPage?.();
          this.onPage = undefined;
          return { items, ...total, ...(more ? { nextPage: page + 1 } : {}) };
        },
      },
      room,
      0,
    );
  }
}

/** Reads like the engine: so many at a time, the next when one is done. */
export async function readAll(
  reader: BatchedReads<number, Row>,
  ids: readonly number[],
  parallel: number,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < ids.length) {
      const id = ids[next++] as number;
      expect(await reader.read(id)).toEqual({ id });
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}

/** In an order that the dice say. */
export function shuffled(ids: readonly number[], dice: fc.Stream<number>): number[] {
  const mixed = [...ids];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = (dice.next().value as number) % (i + 1);
    [mixed[i], mixed[j]] = [mixed[j] as number, mixed[i] as number];
  }
  return mixed;
}
