import { count } from "../text";
import type { Matrix, Severity } from "./model";

export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  info: "note",
};

/** `2026-01-31 12:00 UTC`: in every form, as a matrix without a date is a rumour. */
export function dateOf({ facts }: Pick<Matrix, "facts">): string {
  return `${facts.readAt.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

export function hostOf({ facts }: Pick<Matrix, "facts">): string {
  return facts.baseUrl.replace(/^https?:\/\//, "").replace(/\/api\/v4$/, "");
}

export function openFindings({ findings }: Matrix, severity?: Severity) {
  return findings.filter(
    (finding) => finding.accepted === undefined && (severity === undefined || finding.severity === severity),
  );
}

/** `3 projects, 12 environments, 1 error, 0 warnings, 2 notes`. */
export function summary(matrix: Matrix): string {
  const accepted = matrix.findings.length - openFindings(matrix).length;
  return [
    count(matrix.facts.projects.length, "project"),
    count(matrix.rows.length, "environment"),
    count(openFindings(matrix, "error").length, "error"),
    count(openFindings(matrix, "warning").length, "warning"),
    count(openFindings(matrix, "info").length, "note"),
    ...(accepted > 0 ? [`${accepted} accepted`] : []),
  ].join(", ");
}
