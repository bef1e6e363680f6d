import { afterEach, beforeEach, it, vi } from "vitest";
import { destroyInTime, type Doomed, TimedGitLab } from "./support/timedGitLab";
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const P = (n: number): Doomed => ({ project: `acme/p${n}` });
const inter = (k: number, each: number) => Array.from({ length: k * each }, (_, n) => P(n % k));
it("t", async () => {
  const g = new TimedGitLab(100);
  const c = g.client as any; const start = performance.now();
  const lines: string[] = [];
  const at = () => String(Math.round(performance.now() - start)).padStart(5);
  const wrapped = { ...c };
  for (const k of ["page", "post", "delete"]) wrapped[k] = async (...a: any[]) => { const s = at(); const r = await c[k](...a).catch((e: any) => { lines.push(`${s} ${at()} ${k} ${decodeURIComponent(a[0].path)} FAIL`); throw e; }); lines.push(`${s} ${at()} ${k} ${decodeURIComponent(a[0].path)} ${k === "page" ? JSON.stringify(a[1]) : ""}`); return r; };
  Object.defineProperty(g, "client", { value: wrapped });
  const r = await destroyInTime(inter(3, 8), { parallel: 8, latency: 100, engine: () => 2 }, g);
  console.log(lines.sort().join("\n"), r.took);
});
