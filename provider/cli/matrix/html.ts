import { createHash } from "node:crypto";

import { TIERS } from "../../lifecycle/environment/tiers";
import type { Finding, Matrix, Severity } from "../model";
import { count, escapeHtml as e } from "../text";
import { tierSection } from "./page/rows";
import { SCRIPT } from "./page/script";
import { STYLE } from "./page/style";
import { foldRows, SEVERITY_WORDS } from "./words";

/** One page that needs nothing else: no file, no request, no network. The policy in it forbids everything but its own style and script. */
export function renderHtml(matrix: Matrix): string {
  const groups = foldRows(matrix.rows);
  const projects = [...new Set(matrix.rows.map((row) => row.project))].sort();
  const host = matrix.baseUrl.replace(/^https?:\/\//, "").replace(/\/api\/v4$/, "");
  const when = `${matrix.generatedAt.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const sections = TIERS.map((tier) =>
    tierSection(
      tier,
      groups.filter(({ first }) => first.tier === tier),
      matrix.findings,
    ),
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${hash(STYLE)}'; script-src '${hash(SCRIPT)}'; base-uri 'none'; form-action 'none'">
<title>Approval matrix: ${e(matrix.scope)}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#matrix">Skip to the matrix</a>
<header>
<p class="eyebrow">Approval matrix</p>
<h1>${e(matrix.scope)}</h1>
<p class="lead">Who may deploy and who must approve, as <strong>${e(host)}</strong> enforced it on <time datetime="${e(matrix.generatedAt.toISOString())}">${e(when)}</time>.</p>
<ul class="figures">
${figures(matrix)}
</ul>
</header>
${filters(projects, matrix)}
<main id="matrix" tabindex="-1">
${matrix.rows.length === 0 ? '<p class="nothing">No environments.</p>' : sections.join("\n")}
<p class="nothing" id="no-match" hidden>Nothing matches the filters.</p>
${findings(matrix.findings)}
</main>
<footer><p>How to read it: all rule sets of a row must allow a deployment, and their approvals add up. Administrators of the instance always may deploy. Made with <code>pulumi-gitlab-cd matrix</code>.</p></footer>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

/** https://www.w3.org/TR/CSP3/#grammardef-hash-source */
function hash(source: string): string {
  return `sha256-${createHash("sha256").update(source).digest("base64")}`;
}

function figures(matrix: Matrix): string {
  const found = (severity: Severity) =>
    matrix.findings.filter((finding) => finding.severity === severity).length;
  const open = matrix.rows.filter(
    (row) => row.rules.length === 0 && row.readable && row.tier === "production",
  ).length;
  const figure = (number: number, noun: string, look: string, href?: string) => {
    const text = `<b>${number}</b> ${noun}${number === 1 ? "" : "s"}`;
    return `<li class="${number > 0 ? look : ""}">${href === undefined || number === 0 ? `<span>${text}</span>` : `<a href="${href}">${text}</a>`}</li>`;
  };
  return [
    figure(matrix.projects, "project", ""),
    figure(matrix.rows.length, "environment", ""),
    `<li class="${open > 0 ? "error" : "good"}"><span><b>${open}</b> unprotected in production</span></li>`,
    figure(found("error"), "error", "error", "#findings"),
    figure(found("warning"), "warning", "warning", "#findings"),
    figure(found("info"), "note", "info", "#findings"),
  ].join("\n");
}

/** Shown by the script: without it, filters would do nothing. */
function filters(projects: readonly string[], matrix: Matrix): string {
  const tiers = TIERS.filter((tier) => matrix.rows.some((row) => row.tier === tier));
  const options = (values: readonly string[]) =>
    values.map((value) => `<option value="${e(value)}">${e(value)}</option>`).join("");
  return `<form class="filters" role="search" aria-label="Filter the matrix" hidden>
<label>Search <input type="search" name="text" autocomplete="off" placeholder="environment, person, group"></label>
<label>Project <select name="project"><option value="">all ${projects.length}</option>${options(projects)}</select></label>
<label>Tier <select name="tier"><option value="">all</option>${options(tiers)}</select></label>
<label class="check"><input type="checkbox" name="found"> only with findings</label>
<button type="reset">Clear</button>
<output aria-live="polite">${count(matrix.rows.length, "environment")}</output>
</form>`;
}

function findings(all: readonly Finding[]): string {
  if (all.length === 0)
    return '<section id="findings" class="findings"><h2>Findings</h2><p class="nothing">Nothing to look at.</p></section>';
  const items = all.map((finding, i) => {
    const about = finding.name === undefined ? "" : ` <span class="env">${e(finding.name)}</span>`;
    return `<li id="f${i}" tabindex="-1" class="${finding.severity}">
<h3><span class="badge ${finding.severity}">${SEVERITY_WORDS[finding.severity]}</span> <span class="path">${e(finding.container)}</span>${about} <code>${e(finding.code)}</code></h3>
<p>${e(sentence(finding.reason))}</p>
<p class="fix"><b>Fix:</b> ${e(finding.fix)}</p>
</li>`;
  });
  return `<section id="findings" class="findings"><h2>Findings <span class="of">${all.length}</span></h2>
<ol>
${items.join("\n")}
</ol></section>`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
