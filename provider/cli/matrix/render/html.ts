import { createHash } from "node:crypto";

import { count } from "../../text";
import type { Changes } from "../changes/fold";
import { foldFindings, foldRows } from "../fold";
import { dateOf, hostOf, openFindings } from "../head";
import type { Matrix, MatrixRow, Severity } from "../model";
import { changesSection } from "./page/changes";
import { Crowds } from "./page/crowds";
import { findingsSection } from "./page/findings";
import { type PageContext, tierSection } from "./page/rows";
import { SCRIPT } from "./page/script";
import { STYLE } from "./page/style";
import { type Html, html, verbatim } from "./tag";

/** One page that needs nothing else: no file, no request, no network. The policy in it forbids everything but its own style and script. */
export function renderHtml(matrix: Matrix, changes: Changes | undefined): string {
  const { rows } = matrix;
  const folds = foldRows(matrix);
  const findings = foldFindings(matrix.findings);
  const context: PageContext = {
    matrix,
    crowds: new Crowds(matrix.facts),
    findingNumber: new Map(
      findings.flatMap(({ numbers }, i) => numbers.map((number) => [number, i] as const)),
    ),
    places: new Map(folds.flatMap((fold) => fold.rows).map((row, i): [MatrixRow, number] => [row, i])),
  };
  const tiers = [...new Set(rows.map(({ environment }) => environment.tier))];
  const sections = tiers.map((tier) =>
    tierSection(
      context,
      tier,
      folds.filter(({ first }) => first.environment.tier === tier),
    ),
  );
  return html`<!doctype html>
    <html lang="en">
      ${head(matrix)}
      <body>
        <a class="skip" href="#matrix">Skip to the matrix</a>
        ${header(matrix)} ${filters(matrix, tiers)}
        <p class="printed" hidden></p>
        <main id="matrix" tabindex="-1">
          ${changesSection(changes)} ${findingsSection(context, findings)}
          ${rows.length === 0 ? html`<p class="nothing">No environments.</p>` : sections}
          <p class="nothing" id="no-match" hidden>Nothing matches the filters.</p>
          ${context.crowds.section()}
        </main>
        <footer>
          <p>
            How to read it: all rule sets of a row must allow a deployment, and their rules add up. People are
            counted who can act: active, with the role Developer or higher in the project to deploy, Reporter
            or higher to approve. One person gives one approval for a deployment, and never for their own
            unless the project allows it. Administrators of the instance always can. Made with
            <code>pulumi-gitlab-cd matrix</code>.
          </p>
        </footer>
        ${verbatim(`<script>${SCRIPT}</script>`)}
      </body>
    </html> `.text;
}

function head({ facts }: Matrix): Html {
  const policy = `default-src 'none'; style-src '${hash(STYLE)}'; script-src '${hash(SCRIPT)}'; base-uri 'none'; form-action 'none'`;
  return html`<head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="referrer" content="no-referrer" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <title>Approval matrix: ${facts.scope}</title>
    ${verbatim(`<style>${STYLE}</style>`)}
  </head>`;
}

function header(matrix: Matrix): Html {
  const { scope, readAt } = matrix.facts;
  return html`<header>
    <p class="eyebrow">Approval matrix</p>
    <h1>${scope}</h1>
    <p class="lead">
      Who can deploy and who must approve, as <strong>${hostOf(matrix)}</strong> enforced it on
      <time datetime="${readAt.toISOString()}">${dateOf(matrix)}</time>.
    </p>
    <ul class="figures">
      ${figures(matrix)}
    </ul>
  </header>`;
}

/** https://www.w3.org/TR/CSP3/#grammardef-hash-source */
function hash(source: string): string {
  return `sha256-${createHash("sha256").update(source).digest("base64")}`;
}

function figures(matrix: Matrix): Html[] {
  const { rows, facts } = matrix;
  const found = (severity: Severity) => openFindings(matrix, severity).length;
  const open = rows.filter((row) => row.production && row.rules.length === 0 && row.readable).length;
  const figure = (key: string, number: number, noun: string, look: string, href?: string) => {
    const text = html`<b data-figure="${key}">${number}</b> <span>${noun}${number !== 1 && "s"}</span>`;
    return html`<li class="${number > 0 && look}">
      ${href === undefined || number === 0 ? html`<span>${text}</span>` : html`<a href="${href}">${text}</a>`}
    </li> `;
  };
  return [
    figure("projects", facts.projects.length, "project", ""),
    figure("environments", rows.length, "environment", ""),
    html`<li class="${open > 0 ? "error" : "good"}">
      <span><b data-figure="open">${open}</b> unprotected in production</span>
    </li> `,
    figure("error", found("error"), "error", "error", "#findings"),
    figure("warning", found("warning"), "warning", "warning", "#findings"),
    figure("info", found("info"), "note", "info", "#findings"),
  ];
}

/** Shown by the script: without it, filters would do nothing. */
function filters({ rows }: Matrix, tiers: readonly string[]): Html {
  const projects = [...new Set(rows.map((row) => row.project.path))].sort();
  const options = (values: readonly string[]) =>
    values.map((value) => html`<option value="${value}">${value}</option>`);
  return html`<form class="filters" role="search" aria-label="Filter the matrix" hidden>
    <label
      >Search <input type="search" name="text" autocomplete="off" placeholder="environment, person, group"
    /></label>
    <label
      >Project
      <select name="project">
        <option value="">all ${projects.length}</option>
        ${options(projects)}
      </select></label
    >
    <label
      >Tier
      <select name="tier">
        <option value="">all</option>
        ${options(tiers)}
      </select></label
    >
    <label
      >Findings
      <select name="found">
        <option value="">all rows</option>
        <option value="any">with findings</option>
        <option value="error">with errors</option>
        <option value="none">without</option>
      </select></label
    >
    <button type="reset">Clear</button>
    <output aria-live="polite">${count(rows.length, "environment")}</output>
  </form>`;
}
