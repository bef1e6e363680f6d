import type { Finding, Matrix, MatrixRow } from "../model";
import { escapeMarkdown } from "../text";
import { summary } from "./terminal";
import {
  approvalLines,
  foldRows,
  groupName,
  MORE_RULES,
  noRules,
  origin,
  SEVERITY_WORDS,
  subjectWords,
} from "./words";

/** Lets a job find the note it wrote before and update it. */
export const MARKER = "<!-- pulumi-gitlab-cd matrix -->";

/** The matrix as a note for a merge request. */
export function renderMarkdown(matrix: Matrix): string {
  const rows = foldRows(matrix.rows).map((group) => {
    const { first } = group;
    const cells = [first.tier, first.project, groupName(group)].map(escapeMarkdown);
    return `| ${[...cells, deployCell(first), approveCell(first)].join(" | ")} |`;
  });
  const table =
    rows.length === 0
      ? ["No environments."]
      : ["| tier | project | environment | may deploy | must approve |", "|---|---|---|---|---|", ...rows];
  return [
    MARKER,
    `### Who may deploy and who must approve: ${escapeMarkdown(matrix.scope)}`,
    "",
    `${summary(matrix)}.`,
    "",
    ...table,
    "",
    ...findings(matrix.findings),
    "",
  ].join("\n");
}

function deployCell(row: MatrixRow): string {
  if (row.rules.length === 0) return `**${noRules(row)[0]}**`;
  const known = row.rules.map((rules) => {
    const who = rules.deploy.map(subjectWords).join(" or ") || "administrators only";
    return escapeMarkdown(row.rules.length > 1 ? `${who} (${origin(rules)})` : who);
  });
  return [...known, ...(row.readable ? [] : [MORE_RULES])].join("<br>**and** ");
}

function approveCell(row: MatrixRow): string {
  const lines = row.rules.flatMap((rules) =>
    approvalLines(rules).map((line) => (row.rules.length > 1 ? `${line} (${origin(rules)})` : line)),
  );
  if (row.rules.length === 0) return noRules(row)[1];
  return [...lines.map(escapeMarkdown), ...(row.readable ? [] : [MORE_RULES])].join("<br>") || "nobody";
}

function findings(all: readonly Finding[]): string[] {
  if (all.length === 0) return ["Nothing to look at."];
  const lines = all.map((finding) => {
    const about = [finding.container, ...(finding.name === undefined ? [] : [finding.name])].map(
      escapeMarkdown,
    );
    const text = `${escapeMarkdown(finding.reason)} *${escapeMarkdown(finding.fix)}*`;
    return `| ${SEVERITY_WORDS[finding.severity]} | ${about.join("<br>")} | ${text} |`;
  });
  return ["| finding | about | what and why, *what to do* |", "|---|---|---|", ...lines];
}
