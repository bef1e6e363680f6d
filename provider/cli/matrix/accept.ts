import { pattern } from "../../effective/pattern";
import { UsageError } from "../io";
import { readJson, Source } from "./load";
import type { Acceptance, Finding, Matrix } from "./model";

interface Accepted extends Acceptance {
  /** The finding's id; `*` stands for any text. */
  readonly id: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** `[{ "id": "unprotected:acme/sandbox:*", "reason": "…", "until": "2026-12-31" }]` */
export function readAccepted(path: string): Accepted[] {
  return new Source(readJson(path), path).list((item) => {
    const [id, reason, until] = [
      item.field("id").text(),
      item.field("reason").text().trim(),
      item.field("until").text(),
    ];
    if (!DAY.test(until) || Number.isNaN(Date.parse(until)))
      throw new UsageError(`${path}: “${until}” is no day such as 2026-12-31; until when is ${id} accepted?`);
    if (reason === "") throw new UsageError(`${path}: why is ${id} accepted? It needs a reason.`);
    return { id, reason, until };
  });
}

/** The matrix with accepted findings marked and put last, and what should be said about the file. */
export function accept(
  matrix: Matrix,
  accepted: readonly Accepted[],
  now: Date,
): { matrix: Matrix; notes: string[] } {
  const today = now.toISOString().slice(0, 10);
  const used = new Set<Accepted>();
  const marked = matrix.findings.map((finding): Finding => {
    const match = accepted.find(({ id, until }) => until >= today && pattern(id).test(finding.id));
    if (match === undefined) return finding;
    used.add(match);
    return { ...finding, accepted: { reason: match.reason, until: match.until } };
  });
  const order = marked
    .map((_, i) => i)
    .sort((a, b) => Number(marked[a]?.accepted !== undefined) - Number(marked[b]?.accepted !== undefined));
  const place = new Map(order.map((old, i) => [old, i]));
  const notes = accepted.flatMap((each) => {
    if (each.until < today) return [`${each.id} was accepted until ${each.until}; that is over.`];
    return used.has(each) ? [] : [`${each.id} is accepted, but there is no such finding any more.`];
  });
  return {
    notes,
    matrix: {
      ...matrix,
      findings: order.map((i) => marked[i] as Finding),
      rows: matrix.rows.map((row) => ({
        ...row,
        findings: row.findings.map((i) => place.get(i) ?? i).sort((a, b) => a - b),
      })),
    },
  };
}
