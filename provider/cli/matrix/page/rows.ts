import type { Tier } from "../../../lifecycle/environment/tiers";
import type { ApprovalSubject, Finding, MatrixRow, RuleSet, Subject } from "../../model";
import { count, escapeHtml as e } from "../../text";
import { groupName, MORE_RULES, noRules, type RowGroup, SEVERITY_WORDS } from "../words";

/** The table of one tier. Roles are said in full: as cards on a phone, table markup alone would lose its meaning. */
export function tierSection(tier: Tier, groups: readonly RowGroup[], findings: readonly Finding[]): string {
  if (groups.length === 0) return "";
  const number = groups.reduce((sum, { names }) => sum + names.length, 0);
  const head = ["Project", "Environment", "May deploy", "Must approve", "Findings"]
    .map((title) => `<th role="columnheader" scope="col">${title}</th>`)
    .join("");
  return `<section class="tier" data-tier="${tier}" aria-labelledby="tier-${tier}">
<h2 id="tier-${tier}">${tier} <span class="of">${count(number, "environment")}</span></h2>
<table role="table" aria-labelledby="tier-${tier}">
<thead role="rowgroup"><tr role="row">${head}</tr></thead>
<tbody role="rowgroup">
${groups.map((group) => row(group, findings)).join("\n")}
</tbody>
</table>
</section>`;
}

function row(group: RowGroup, findings: readonly Finding[]): string {
  const { first, names } = group;
  const cell = (label: string, html: string) => `<td role="cell" data-label="${label}">${html}</td>`;
  return `<tr role="row" data-project="${e(first.project)}" data-names="${names.length}" data-findings="${first.findings.join(" ")}"${first.rules.length === 0 && first.readable ? ' class="open"' : ""}>
<th role="rowheader" scope="row" data-label="Project"><span class="path">${e(first.project)}</span></th>
${cell("Environment", environment(group))}
${cell("May deploy", mayDeploy(first))}
${cell("Must approve", mustApprove(first))}
${cell("Findings", badges(first.findings, findings))}
</tr>`;
}

function environment(group: RowGroup): string {
  const { first, names } = group;
  const state = first.state === "available" ? "" : ` <span class="state">${e(first.state)}</span>`;
  if (names.length === 1) return `<span class="env">${e(first.environment)}</span>${state}`;
  const all = names.map((name) => `<li>${e(name)}</li>`).join("");
  return `<details><summary><span class="env">${e(groupName(group))}</span></summary><ul class="names">${all}</ul></details>${state}`;
}

function ruleSet(rules: RuleSet, html: string): string {
  return `<div class="rules"><p class="origin">${rules.level === "group" ? `rules of ${e(rules.container)}` : "rules of the project"}</p>${html}</div>`;
}

function mayDeploy(row: MatrixRow): string {
  if (row.rules.length === 0)
    return `<p class="${row.readable ? "unprotected" : "none"}">${noRules(row)[0]}</p>`;
  return together(
    row,
    row.rules.map((rules) => ruleSet(rules, deployers(rules))),
  );
}

function deployers({ deploy }: RuleSet): string {
  if (deploy.length === 0) return '<p class="unprotected">nobody but administrators</p>';
  return `<ul class="who">${deploy.map((subject) => `<li>${who(subject)}</li>`).join("")}</ul>`;
}

function mustApprove(row: MatrixRow): string {
  const asking = row.rules.filter((rules) => rules.approvals.length > 0 || rules.legacyCount > 0);
  if (asking.length === 0) return `<p class="none">${noRules(row)[1]}</p>`;
  return together(
    row,
    asking.map((rules) => ruleSet(rules, `<ul class="who">${approvalItems(rules)}</ul>`)),
  );
}

/** All of them hold, also those that are not known. */
function together(row: MatrixRow, blocks: readonly string[]): string {
  const all = row.readable ? blocks : [...blocks, `<p class="none">${MORE_RULES}</p>`];
  return all.join('<p class="and">and</p>');
}

function approvalItems(rules: RuleSet): string {
  const items = rules.approvals.map(
    (rule: ApprovalSubject) => `<li><b class="times">${rule.required} ×</b> ${who(rule)}</li>`,
  );
  const old = `<li><b class="times">${rules.legacyCount} ×</b> whoever may deploy <small>legacy</small></li>`;
  return [...items, ...(rules.legacyCount > 0 ? [old] : [])].join("");
}

function who(subject: Subject): string {
  const kind = subject.kind === "role" ? "" : `<small>${subject.kind}</small> `;
  const known = subject.name.startsWith(`${subject.kind} `) ? "" : kind;
  const notes = [
    ...(subject.kind === "user" || subject.people === undefined
      ? []
      : [subject.people === 1 ? "1 person" : `${subject.people} people`]),
    ...(subject.inherited ? ["inherited too"] : []),
    ...(subject.bot ? ["bot"] : []),
    ...(subject.left === undefined ? [] : [subject.left]),
  ];
  return `${known}<span class="name">${e(subject.name)}</span>${notes.length > 0 ? ` <small>· ${e(notes.join(", "))}</small>` : ""}`;
}

function badges(numbers: readonly number[], findings: readonly Finding[]): string {
  if (numbers.length === 0) return '<span class="none">none</span>';
  const items = numbers.map((i) => {
    const finding = findings[i];
    if (finding === undefined) return "";
    return `<li><a class="badge ${finding.severity}" href="#f${i}"><span class="sr">${SEVERITY_WORDS[finding.severity]}: </span>${e(finding.code.replaceAll("-", " "))}</a></li>`;
  });
  return `<ul class="badges">${items.join("")}</ul>`;
}
