import { count } from "../../../text";
import type { Line } from "../../cells";
import type { Fold } from "../../fold";
import { SEVERITY_WORDS } from "../../head";
import { environmentsLink, rulesLink } from "../../links";
import type { Matrix, MatrixRow } from "../../model";
import { type Html, html } from "../tag";
import type { Crowds } from "./crowds";

export interface PageContext {
  readonly matrix: Matrix;
  readonly crowds: Crowds;
  /** Finding → the number of its fold. */
  readonly findingNumber: ReadonlyMap<number, number>;
  /** Row → its place among the environments of the page. */
  readonly places: ReadonlyMap<MatrixRow, number>;
}

const HEADINGS = ["Project", "Environment", "Can deploy", "Must approve", "Findings"];

/** The table of one tier. Roles are said in full: as a grid, table markup alone would lose its meaning. */
export function tierSection(context: PageContext, tier: string, folds: readonly Fold[]): Html {
  const number = folds.reduce((sum, { rows }) => sum + rows.length, 0);
  const id = `tier-${encodeURI(tier).replace(/[^\w-]/g, "_")}`;
  return html`<section class="tier" data-tier="${tier}" aria-labelledby="${id}">
    <h2 id="${id}">${tier} <span class="of">${count(number, "environment")}</span></h2>
    <table role="table" aria-labelledby="${id}">
      <thead role="rowgroup">
        <tr role="row">
          ${HEADINGS.map((title) => html`<th role="columnheader" scope="col">${title}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${folds.map((fold) => row(context, fold))}
      </tbody>
    </table>
  </section> `;
}

/** An id that fits into an address, and the address. */
export function anchor(row: MatrixRow): string {
  return encodeURI(row.id.replace(/\p{Cs}/gu, "\ufffd"))
    .replaceAll("#", "%23")
    .replaceAll("'", "%27");
}

function row(context: PageContext, fold: Fold): Html {
  const { first, rows, cells } = fold;
  const { places, crowds } = context;
  const lists = [...cells.deploy, ...cells.approve].flatMap(({ people }) => crowds.numberOf(people) ?? []);
  const cell = (label: string, content: Html) => html`<td role="cell" data-label="${label}">${content}</td>`;
  const open = first.rules.length === 0 && first.readable && first.production;
  return html`<tr
    role="row"
    id="${anchor(first)}"
    tabindex="-1"
    data-first="${places.get(first) ?? 0}"
    data-count="${rows.length}"
    data-crowds="${[...new Set(lists)].join(" ")}"
    ${open && html` class="open"`}${rows.length === 1 && html` data-project="${first.project.path}"`}
  >
    <th role="rowheader" scope="row" data-label="Project">${project(context, fold)}</th>
    ${cell("Environment", environment(fold))} ${cell("Can deploy", lines(context, cells.deploy))}
    ${cell("Must approve", lines(context, cells.approve))}
    ${cell("Findings", badges(context, first.findings))}
  </tr> `;
}

function project({ matrix }: PageContext, { first, project: words, rows }: Fold): Html {
  const { path } = first.project;
  if (words !== path) return html`<span class="path">${words}</span>`;
  const { baseUrl } = matrix.facts;
  const rules = rulesLink(baseUrl, "project", path);
  return html`<a class="path" href="${environmentsLink(baseUrl, path)}">${path}</a
    >${rows.length > 0 && html` <a class="to" href="${rules}" aria-label="Protected environments of ${path} in GitLab">rules</a>`}`;
}

function environment(fold: Fold): Html {
  const { first, rows, states } = fold;
  const state = states !== "" && html` <span class="state">${states}</span>`;
  const self = html`<a class="self" href="#${anchor(first)}" aria-label="Address of this row">#</a>`;
  if (rows.length === 1) return html`<span class="env">${first.environment.name}</span>${state} ${self}`;
  const across = new Set(rows.map((each) => each.project.path)).size > 1;
  const items = rows.map((each, i) => {
    const own =
      each.environment.state === "available"
        ? undefined
        : html` <span class="state">${each.environment.state}</span>`;
    return html`<li${i > 0 && html` id="${anchor(each)}"`} data-project="${each.project.path}">${across && html`<span class="path">${each.project.path}</span> `}${each.environment.name}${own}</li>`;
  });
  return html`<details>
      <summary><span class="env">${fold.environment}</span></summary>
      <ul class="names">
        ${items}
      </ul>
    </details>
    ${state} ${self}`;
}

function lines({ crowds }: PageContext, all: readonly Line[]): Html {
  return html`<ul class="who">
    ${all.map((line) => {
      const number = crowds.numberOf(line.people);
      const more =
        number !== undefined &&
        crowds.isLong(line.people) &&
        html` <a class="all" href="#people-${number}">all</a>`;
      const from = line.from !== undefined && html` <span class="origin">${line.from}</span>`;
      if (line.rule === "") return html`<li class="${line.tone}"><b>${line.who}</b>${more}</li>`;
      if (line.who === "") return html`<li class="rule">${line.rule}${from}</li>`;
      return html`<li class="${line.tone}">
        <span class="rule">${line.rule}${from}</span> <b>${line.who}</b>${more}
      </li>`;
    })}
  </ul>`;
}

function badges({ matrix, findingNumber }: PageContext, numbers: readonly number[]): Html {
  if (numbers.length === 0) return html`<span class="none">none</span>`;
  const items = numbers.map((i) => {
    const finding = matrix.findings[i];
    if (finding === undefined) return undefined;
    const look = finding.accepted === undefined ? finding.severity : "accepted";
    const word = finding.accepted === undefined ? SEVERITY_WORDS[finding.severity] : "accepted";
    return html`<li>
      <a class="badge ${look}" href="#f${findingNumber.get(i) ?? 0}"
        ><span class="sr">${word}: </span>${finding.code.replaceAll("-", " ")}</a
      >
    </li>`;
  });
  return html`<ul class="badges">
    ${items}
  </ul>`;
}
