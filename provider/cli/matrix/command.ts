import { type Tier, TIERS } from "../../lifecycle/environment/tiers";
import { collectFacts } from "../../effective/collect";
import type { Facts } from "../../effective/facts";
import { command } from "../command";
import { EXIT } from "../exit";
import { deliver, type Io, UsageError, wantsColours } from "../io";
import { checkScope, COMMON, connect, ENVIRONMENT, EXITS, oneOf, progressOf } from "../options";
import { plain } from "../text";
import { accept, readAccepted } from "./accept";
import { buildMatrix, type View } from "./build";
import { compareMatrices } from "./changes/compare";
import type { Changes } from "./changes/fold";
import { overlay } from "./changes/overlay";
import { readPreview } from "./changes/preview";
import { FAIL_ON, failsOn } from "./failOn";
import { dateOf } from "./head";
import { factsFrom } from "./load";
import type { Matrix } from "./model";
import { MATRIX_OPTIONS, type MatrixValues } from "./options";
import { renderCsv } from "./render/csv";
import { renderHtml } from "./render/html";
import { renderJson } from "./render/json";
import { renderMarkdown } from "./render/markdown";
import { renderSarif } from "./render/sarif";
import { renderTerminal } from "./render/terminal";
import { renderWhoJson, renderWhoMarkdown, renderWhoText, whoIs } from "./who";

const FORMATS = ["text", "markdown", "json", "html", "csv", "sarif"] as const;
type Format = (typeof FORMATS)[number];
/** Where the output is a file nobody knows how wide it will be shown. */
const WIDTH_OF_FILES = 140;

export const matrixCommand = command({
  name: "matrix",
  summary: "who can deploy where and who must approve, with findings; only reads",
  usage: "--group <path> [options]",
  about: [
    "Reads a GitLab and shows, for every environment, who can deploy and who can approve, by people: the rules of all groups above the project and of the project itself, taken together as GitLab does, cut down to active people with the role that it takes in the project. What looks wrong is listed with the reason and the fix. Changes nothing.",
    "With --from it reads a matrix that --format json has written, and asks no GitLab. With --with it shows what a change would make of it.",
  ],
  options: { ...MATRIX_OPTIONS, ...COMMON },
  exits: { ...EXITS, 1: "something that --fail-on asks for, or that could not be read to know" },
  environment: {
    ...ENVIRONMENT,
    NO_COLOR: "no colours (there are none either where the output is not a terminal)",
  },
  examples: [
    "matrix --group acme",
    "matrix --group acme --format html --output matrix.html",
    "matrix --group acme --tier production --fail-on warning --accept accepted.json",
    "matrix --group acme --format json --output matrix.json",
    "matrix --from matrix.json --who dana",
    "matrix --from matrix.json --with preview.json --format markdown",
  ],
  async run(options, _operands, io) {
    const { from, who, output } = options;
    const format = oneOf("--format", options.format ?? "text", FORMATS);
    if (who !== undefined && !["text", "markdown", "json"].includes(format))
      throw new UsageError(`--who is shown as text, markdown or json, not as ${format}.`);
    if (options.with.length > 0 && options.since !== undefined)
      throw new UsageError("--with and --since both say what to compare with: give one of them.");
    if (from === undefined) checkScope(options.group, options.project);
    else if (options.group !== undefined || options.project.length > 0)
      throw new UsageError("--from already says what is shown: leave --group and --project out.");
    const failOn =
      options["fail-on"] === undefined ? undefined : oneOf("--fail-on", options["fail-on"], FAIL_ON);
    if (failOn === "weaker" && options.with.length === 0 && options.since === undefined)
      throw new UsageError("--fail-on weaker needs --since or --with: weaker than what?");
    const view = viewOf(options);
    const accepted = options.accept === undefined ? [] : readAccepted(options.accept);
    const previews = options.with.flatMap(readPreview);
    const since = options.since === undefined ? undefined : factsFrom(options.since);

    const facts = from === undefined ? await collected(io, options, format) : factsFrom(from);
    const { shown, changes } = compared(facts, view, since, options.with.length > 0 ? previews : undefined);
    const { matrix, notes } = accept(shown, accepted, io.now());
    for (const note of notes) io.stderr.write(`${plain(note)}\n`);
    deliver(
      io,
      who === undefined
        ? render(matrix, changes, format, io, options)
        : renderWho(matrix, who, format, io, output),
      output,
    );
    const reasons = failOn === undefined ? [] : failsOn(matrix, changes, failOn);
    for (const reason of reasons) io.stderr.write(`--fail-on ${failOn}: ${plain(reason)}\n`);
    return reasons.length > 0 ? EXIT.findings : EXIT.ok;
  },
});

function viewOf(options: MatrixValues): View {
  const tiers: Tier[] = options.tier.map((tier) => oneOf("--tier", tier, TIERS));
  return {
    tiers: tiers.length > 0 ? tiers : TIERS,
    production: { also: options.production, never: options["not-production"] },
  };
}

async function collected(
  io: Io,
  options: MatrixValues & { quiet: boolean; connection: string | undefined },
  format: Format,
): Promise<Facts> {
  const progress = progressOf(io, options.quiet);
  try {
    return await collectFacts(connect(io, options.connection), {
      scope: { group: options.group, projects: options.project },
      step: (text) => progress.step(text),
      now: io.now(),
      everyGroup: format === "json" || options.with.length > 0,
    });
  } finally {
    progress.end();
  }
}

function compared(
  facts: Facts,
  view: View,
  since: Facts | undefined,
  previews: ReturnType<typeof readPreview> | undefined,
) {
  const now = buildMatrix(facts, view);
  if (previews !== undefined) {
    const { facts: after, notes } = overlay(facts, previews);
    const shown = buildMatrix(after, view);
    const what = { since: `GitLab as of ${dateOf(now)}`, now: "what the preview declares", notes };
    return { shown, changes: { ...what, all: compareMatrices(now, shown) } };
  }
  if (since === undefined) return { shown: now, changes: undefined };
  const before = buildMatrix(since, view);
  const what = { since: dateOf(before), now: dateOf(now), notes: [] };
  return { shown: now, changes: { ...what, all: compareMatrices(before, now) } };
}

function widthOf(io: Io, file: string | undefined): { width: number; colours: boolean } {
  const toTerminal = file === undefined && io.stdout.isTTY === true;
  return {
    width: toTerminal ? (io.stdout.columns ?? WIDTH_OF_FILES) : WIDTH_OF_FILES,
    colours: toTerminal && wantsColours(io),
  };
}

function render(
  matrix: Matrix,
  changes: Changes | undefined,
  format: Format,
  io: Io,
  options: MatrixValues,
): string {
  const changesOnly = options.with.length > 0;
  switch (format) {
    case "markdown":
      return renderMarkdown(matrix, { changes, changesOnly, link: options.link });
    case "json":
      return renderJson(matrix, changes);
    case "html":
      return renderHtml(matrix, changes);
    case "csv":
      return renderCsv(matrix);
    case "sarif":
      return renderSarif(matrix);
    case "text":
      return renderTerminal(matrix, { ...widthOf(io, options.output), changes, changesOnly });
  }
}

function renderWho(matrix: Matrix, name: string, format: Format, io: Io, output: string | undefined): string {
  const who = whoIs(matrix, name);
  if (format === "json") return renderWhoJson(matrix, who);
  if (format === "markdown") return renderWhoMarkdown(matrix, who);
  const { width, colours } = widthOf(io, output);
  return renderWhoText(matrix, who, width, colours);
}
