import { lineText } from "../../cells";
import type { Change } from "../../changes/compare";
import { CHANGE_WORDS, type Changes, changesSummary, foldChanges } from "../../changes/fold";
import { type Html, html } from "../tag";

export function changesSection(changes: Changes | undefined): Html | undefined {
  if (changes === undefined) return undefined;
  const items = foldChanges(changes).map(({ first, where }) => {
    const side = (title: string, cells: Change["before"]) =>
      html`<div>
        <h4>${title}</h4>
        ${
          cells === undefined
            ? html`<p class="none">–</p>`
            : html`<ul class="who">
                ${[...cells.deploy.map((line) => html`<li>deploy: ${lineText(line)}</li>`), ...cells.approve.map((line) => html`<li>approve: ${lineText(line)}</li>`)]}
              </ul>`
        }
      </div>`;
    const look =
      first.kind === "weaker" || first.kind === "both"
        ? "error"
        : first.kind === "stronger"
          ? "good"
          : "info";
    return html`<li class="${look}">
      <h3>
        <span class="badge ${look}">${CHANGE_WORDS[first.kind]}</span>
        <span class="env">${where.replaceAll("\n", ", ")}</span>
      </h3>
      <ul class="meaning">
        ${[...first.weaker, ...first.stronger, ...first.other].map((text) => html`<li>${text}</li>`)}
      </ul>
      <div class="sides">${side("Before", first.before)}${side("After", first.after)}</div>
    </li> `;
  });
  return html`<section id="changes" class="findings" aria-labelledby="changes-title">
    <h2 id="changes-title">Changes</h2>
    <p class="hint">${changesSummary(changes)}</p>
    ${changes.notes.map((note) => html`<p class="hint">${note}</p>`)}
    <ol>
      ${items}
    </ol>
  </section>`;
}
