import { live, OPERATIONS, type Life } from "./life";
import type { BenchOptions } from "./options";
import { median, seconds, table, times } from "./table";
import { type Kind, peerFolder } from "./workload";

/** Who is measured, and what the table calls it: the first is what the others are compared with. */
function contenders(): readonly (readonly [kind: Kind, name: string])[] {
  const doors = [
    ["native", "native door"],
    // What Node.js costs with what any provider in it needs to speak with the engine.
    ["idle", "does nothing, native"],
    ["ours", "dynamic door"],
    // What the SDK's own process costs, whoever's provider runs in it.
    ["floor", "does nothing, dynamic"],
  ] as const;
  return peerFolder() === undefined ? doors : [["peer", "peer"], ...doors];
}

/** Both doors, and a peer where there is one, in turns: each lives as often, and what disturbs one disturbs the others. */
export async function sideBySide(
  count: number,
  { latencies, runs, checkpoints, parallel }: BenchOptions,
  progress: (line: string) => void,
): Promise<string> {
  const tables: string[] = [];
  for (const latency of latencies) {
    const lives = new Map<Kind, Life[]>(contenders().map(([kind]) => [kind, []]));
    for (let run = 0; run < runs; run++) {
      progress(`… ${count} side by side, ${latency} ms, ${run + 1} of ${runs}`);
      for (const [kind, all] of lives)
        // Unwatched: only some of them have a provider in Node.js.
        all.push(
          await live({ kind, count, latency, previews: 1, cli: true, checkpoints, watched: false, parallel }),
        );
    }
    tables.push(report(count, latency, lives));
  }
  return tables.join("\n");
}

function report(count: number, latency: number, lives: ReadonlyMap<Kind, readonly Life[]>): string {
  const all = contenders();
  const [first = all[0]] = all;
  const head = [`${count} environments, ${latency} ms`];
  for (const [kind, name] of all) {
    head.push(`${name}: requests`, "s");
    if (kind !== first?.[0]) head.push(`× ${first?.[1]}`);
  }
  const rows = OPERATIONS.map((operation) => {
    const of = (kind: Kind) => (lives.get(kind) ?? []).map((life) => life.operations[operation]);
    const took = (kind: Kind): number => median(of(kind).map(({ ms }) => ms));
    const row: string[] = [operation];
    for (const [kind] of all) {
      row.push(counted(of(kind).map(({ requests }) => requests)), seconds(took(kind)));
      if (first !== undefined && kind !== first[0]) row.push(times(took(kind) / took(first[0])));
    }
    return row;
  });
  return `${table(head, rows)}\n`;
}

/** The same in every run, or from the least to the most. */
function counted(requests: readonly number[]): string {
  const [least, most] = [Math.min(...requests), Math.max(...requests)];
  return least === most ? String(least) : `${least}–${most}`;
}
