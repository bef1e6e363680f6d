import type { People } from "../../../effective/answer";
import { usernameOf } from "../../../effective/facts";
import { plain } from "../../text";
import { cellsOf, type Line, lineText } from "../cells";
import { dateOf } from "../head";
import type { Matrix, MatrixRow } from "../model";

/** One line an environment, for spreadsheets. https://www.rfc-editor.org/rfc/rfc4180 */
export function renderCsv(matrix: Matrix): string {
  const columns = columnsOf(matrix);
  const lines = matrix.rows.map((row) => Object.values(columns).map((cell) => cell(row)));
  const all = [Object.keys(columns), ...lines];
  return all.map((line) => line.map(field).join(",")).join("\r\n") + "\r\n";
}

function columnsOf(matrix: Matrix): Readonly<Record<string, (row: MatrixRow) => string>> {
  const { facts, findings } = matrix;
  const users = (ids: readonly number[] = []) => ids.map((id) => usernameOf(facts, id)).join(" ");
  const known = (who: People | undefined, ids: (who: People) => readonly number[]) =>
    who === undefined ? "not known" : users(ids(who));
  const rule = (line: Line) => lineText({ ...line, who: line.rule === "" ? line.who : "" });
  return {
    project: ({ project }) => project.path,
    environment: ({ environment }) => environment.name,
    tier: ({ environment }) => environment.tier,
    state: ({ environment }) => environment.state,
    production: ({ production }) => (production ? "yes" : "no"),
    protected: ({ rules, readable }) => (rules.length > 0 ? "yes" : readable ? "no" : "not known"),
    "can deploy": ({ answer }) => known(answer.deployers, ({ people }) => people),
    "bots that can deploy": ({ answer }) => users(answer.deployers?.bots),
    "approvals required": ({ answer }) => String(answer.required),
    "must approve": (row) => cellsOf(facts, row).approve.map(rule).join("; "),
    "can approve": ({ answer }) =>
      answer.approvals.map(({ who }) => known(who, ({ people, bots }) => [...people, ...bots])).join("; "),
    findings: (row) => row.findings.map((i) => findings[i]?.id ?? "").join("; "),
    "read at": () => dateOf(matrix),
  };
}

/** Quoted where need be; what a spreadsheet would run as a formula is kept text. https://owasp.org/www-community/attacks/CSV_Injection */
function field(text: string): string {
  const harmless = /^[=+\-@\t]/.test(text) ? `'${plain(text)}` : plain(text);
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
