import { count } from "../../../text";
import { type FindingFold, placeOf } from "../../fold";
import { SEVERITY_WORDS } from "../../head";
import { mendLink, projectMembersLink } from "../../links";
import type { Finding } from "../../model";
import { type Html, html } from "../tag";
import { anchor, type PageContext } from "./rows";

/** So many rows are linked from one finding; the badge of every row links to it. */
const LINKS = 8;

export function findingsSection(context: PageContext, folds: readonly FindingFold[]): Html {
  if (folds.length === 0)
    return html`<section id="findings" class="findings">
      <h2>Findings</h2>
      <p class="nothing">Nothing to look at.</p>
    </section>`;
  const items = folds.map((fold, i) => ({ fold, markup: item(context, fold, i) }));
  const isError = ({ fold }: { fold: FindingFold }) =>
    fold.first.severity === "error" && fold.first.accepted === undefined;
  const errors = items.filter(isError);
  const rest = items.filter((each) => !isError(each));
  const total = folds.reduce((sum, { all }) => sum + all.length, 0);
  return html`<section id="findings" class="findings">
    <h2>Findings <span class="of">${total}</span></h2>
    ${
      errors.length > 0 &&
      html`<ol>
        ${errors.map(({ markup }) => markup)}
      </ol>`
    }
    ${
      rest.length > 0 &&
      html`<details class="rest" ${errors.length === 0 && html` open`}>
        <summary>${restWords(rest.map(({ fold }) => fold))}</summary>
        <ol>
          ${rest.map(({ markup }) => markup)}
        </ol>
      </details>`
    }
  </section>`;
}

/** `6 warnings, 1 note`. */
function restWords(folds: readonly FindingFold[]): string {
  const number = (look: "warning" | "info" | "accepted") =>
    folds
      .filter(({ first }) => (first.accepted === undefined ? first.severity : "accepted") === look)
      .reduce((sum, { all }) => sum + all.length, 0);
  const accepted = number("accepted");
  const said = [count(number("warning"), "warning"), count(number("info"), "note")];
  return [...said, ...(accepted > 0 ? [`${accepted} accepted`] : [])]
    .filter((text) => !text.startsWith("0 "))
    .join(", ");
}

function item(context: PageContext, fold: FindingFold, number: number): Html {
  const { first, all } = fold;
  const look = first.accepted === undefined ? first.severity : "accepted";
  const word = first.accepted === undefined ? SEVERITY_WORDS[first.severity] : "accepted";
  const then =
    first.accepted === undefined
      ? html`<p class="fix"><b>Fix:</b> ${first.fix}</p>`
      : html`<p class="fix"><b>Accepted until ${first.accepted.until}:</b> ${first.accepted.reason}</p>`;
  return html`<li
    id="f${number}"
    tabindex="-1"
    class="${look}"
    data-severity="${look}"
    data-places="${all.map((finding) => ranges(placesOf(context, finding))).join("|")}"
  >
    <h3><span class="badge ${look}">${word}</span> ${about(fold)} <code>${first.code}</code></h3>
    <p>${sentence(first.reason)}</p>
    ${then} ${links(context, all)}
  </li> `;
}

function about({ first, all, about: words }: FindingFold): Html {
  if (all.length > 1) return html`<span class="env">${words}</span>`;
  return html`<span class="path">${first.container}</span
    >${first.name !== undefined && html` <span class="env">${first.name}</span>`}`;
}

function links({ matrix }: PageContext, all: readonly Finding[]): Html {
  const { baseUrl } = matrix.facts;
  const rows = [...new Set(all.flatMap((finding) => finding.rows))]
    .map((i) => matrix.rows[i])
    .filter((row) => row !== undefined);
  const shown = rows.slice(0, LINKS);
  const toRows = shown.map((row, i) => html`${i > 0 && ", "}<a href="#${anchor(row)}">${row.id}</a>`);
  const rest = rows.length - shown.length;
  const mend = [...new Map(all.map((finding) => [mendLink(baseUrl, finding), finding])).entries()].slice(
    0,
    LINKS,
  );
  const toGitLab = mend.map(
    ([href, finding], i) =>
      html`${i > 0 && ", "}<a href="${href}">${placeOf({ ...finding, name: undefined })}</a>`,
  );
  const [first] = all;
  const members =
    first?.level === "project" &&
    ["cannot-reach", "no-deployers", "approvals-unreachable", "hangs-on-one"].includes(first.code)
      ? html` · <a href="${projectMembersLink(baseUrl, first.container)}">members</a>`
      : undefined;
  return html`<p class="links">
    ${rows.length > 0 && html`Rows: ${toRows}${rest > 0 && html` and ${rest} more`} · `}GitLab's settings:
    ${toGitLab}${members}
  </p>`;
}

function placesOf({ matrix, places }: PageContext, finding: Finding): number[] {
  return finding.rows.flatMap((i) => places.get(matrix.rows[i] as never) ?? []).sort((a, b) => a - b);
}

/** `0-3,7`: thousands of rows in a few letters. */
function ranges(numbers: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < numbers.length;) {
    let end = i;
    while (numbers[end + 1] === (numbers[end] ?? 0) + 1) end++;
    parts.push(end === i ? String(numbers[i]) : `${numbers[i]}-${numbers[end]}`);
    i = end + 1;
  }
  return parts.join(",");
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
