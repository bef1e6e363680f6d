import { afterEach, beforeEach, it, vi } from "vitest";
import { destroyInTime, type Doomed, TimedGitLab } from "./support/timedGitLab";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

let seed = 1;
const rnd = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
const P = (n: number): Doomed => ({ project: `acme/p${n}` });
const inter = (k: number, each: number) => Array.from({ length: k * each }, (_, n) => P(n % k));
const clump = (k: number, each: number) => Array.from({ length: k * each }, (_, n) => P(Math.floor(n / each)));
const shuf = (a: Doomed[]) => a.map((d) => [rnd(), d] as const).sort((x, y) => x[0] - y[0]).map(([, d]) => d);

const scen: Record<string, () => Doomed[]> = {
  "1x100": () => inter(1, 100),
  "3x100 inter": () => inter(3, 100),
  "3x100 clump": () => clump(3, 100),
  "3x100 shuf": () => shuf(clump(3, 100)),
  "5x60 shuf": () => shuf(clump(5, 60)),
  "8x12 inter": () => inter(8, 12),
  "8x12 shuf": () => shuf(clump(8, 12)),
  "10x10 shuf": () => shuf(clump(10, 10)),
  "50x6 clump": () => clump(50, 6),
  "50x2 clump": () => clump(50, 2),
  "50x2 inter": () => inter(50, 2),
  "50x2 shuf": () => shuf(clump(50, 2)),
  "100x1": () => inter(100, 1),
  "A100 B1": () => shuf([...clump(1, 100), P(9)]),
  "A100+50x1 shuf": () => shuf([...clump(1, 100), ...Array.from({ length: 50 }, (_, n) => P(n + 9))]),
  "12x25 clump": () => clump(12, 25),
  "3x8 inter": () => inter(3, 8),
  "3x100, del beside": () => inter(3, 100).map((d, n) => (n % 4 === 0 ? { ...d, onDestroy: "delete" } : d)),
  "2x50 one crowded": () => inter(2, 50),
};
it("all", async () => {
  const out: string[] = [];
  for (const parallel of [8, 16, 32])
    for (const [name, make] of Object.entries(scen))
      {
        const cells: string[] = [];
        for (const [latency, jit] of [[50, 3], [200, 5], [-100, 5]] as const) {
        seed = 7;
        const envs = make();
        const lat = latency > 0 ? latency : () => Math.round(-latency * (0.5 + rnd()));
        const g = new TimedGitLab(lat, name.includes("crowded") ? new Set(["acme/p0"]) : undefined);
        const r = await destroyInTime(envs, { parallel, latency: lat, engine: () => 2 + Math.floor(rnd() * jit) }, g);
        cells.push(`${String(latency).padStart(4)}ms looks ${String(r.looks).padStart(3)} RT/turn ${(r.took / Math.abs(latency) / (envs.length / parallel)).toFixed(2)}`);
        }
        out.push(`P${String(parallel).padEnd(2)} ${name.padEnd(18)} n=${String(make().length).padEnd(4)} ${cells.join(" | ")}`);
      }
  console.log(out.join("\n"));
}, 600000);
