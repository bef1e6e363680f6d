import type { People } from "../../../effective/answer";
import { usernameOf } from "../../../effective/facts";
import { plain } from "../../text";
import { cellsOf, lineText } from "../cells";
import { dateOf } from "../head";
import type { Matrix } from "../model";

const COLUMNS = [
  "project",
  "environment",
  "tier",
  "state",
  "production",
  "protected",
  "can deploy",
  "bots that can deploy",
  "approvals required",
  "must approve",
  "can approve",
  "findings",
  "read at",
] as const;

/** One line an environment, for spreadsheets. https://www.rfc-editor.org/rfc/rfc4180 */
export function renderCsv(matrix: Matrix): string {
  const { facts } = matrix;
  const users = (ids: readonly number[] | undefined) =>
    (ids ?? []).map((id) => usernameOf(facts, id)).join(" ");
  const people = (who: People | undefined) => (who === undefined ? "not known" : users(who.people));
  const date = dateOf(matrix);
  const lines = matrix.rows.map((row) => {
    const { answer, environment, project } = row;
    const approvers = answer.approvals.map(({ who }) =>
      who === undefined ? "not known" : users([...who.people, ...who.bots]),
    );
    return [
      project.path,
      environment.name,
      environment.tier,
      environment.state,
      row.production ? "yes" : "no",
      row.rules.length > 0 ? "yes" : row.readable ? "no" : "not known",
      people(answer.deployers),
      users(answer.deployers?.bots),
      String(answer.required),
      cellsOf(facts, row)
        .approve.map((line) => lineText({ ...line, who: line.rule === "" ? line.who : "" }))
        .join("; "),
      approvers.join("; "),
      row.findings.map((i) => matrix.findings[i]?.id ?? "").join("; "),
      date,
    ];
  });
  return [COLUMNS, ...lines].map((line) => line.map(field).join(",")).join("\r\n") + "\r\n";
}

/** Quoted where need be; what a spreadsheet would run as a formula is kept text. https://owasp.org/www-community/attacks/CSV_Injection */
function field(text: string): string {
  const harmless = /^[=+\-@\t]/.test(text) ? `'${plain(text)}` : plain(text);
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
