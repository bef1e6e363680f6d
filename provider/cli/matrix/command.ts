import { TIERS } from "../../lifecycle/environment/tiers";
import { command } from "../command";
import { EXIT } from "../exit";
import { deliver, type Io, wantsColours } from "../io";
import { type Matrix, SEVERITIES, type Severity } from "../model";
import { checkScope, COMMON, connect, ENVIRONMENT, EXITS, oneOf, progressOf } from "../options";
import { buildMatrix } from "./build";
import { renderHtml } from "./html";
import { renderJson } from "./json";
import { renderMarkdown } from "./markdown";
import { renderTerminal } from "./terminal";

const FORMATS = ["text", "markdown", "json", "html"] as const;
/** Where the output is a file nobody knows how wide it will be shown. */
const WIDTH_OF_FILES = 140;

/** `pulumi-gitlab-cd matrix`. */
export const matrixCommand = command({
  name: "matrix",
  summary: "who may deploy where and who must approve, with findings; only reads",
  usage: "--group <path> [options]",
  about: [
    "Reads a GitLab and shows, for every environment, who may deploy and who must approve: the rules of all groups above the project and of the project itself, taken together as GitLab does. What looks wrong is listed with the reason and the fix. Changes nothing.",
  ],
  options: {
    group: {
      type: "string",
      value: "<path>",
      help: "full path or id of a group: all projects below it, archived ones left out",
    },
    project: {
      type: "string",
      multiple: true,
      value: "<path>",
      help: "only this project; may be given several times, with or without --group",
    },
    tier: {
      type: "string",
      multiple: true,
      value: "<tier>",
      help: "only production, staging, testing, development or other; may be given several times",
    },
    format: {
      type: "string",
      value: "<format>",
      help: "text (default), markdown, json or html (one page, no external files)",
    },
    output: { type: "string", value: "<file>", help: "write there instead of to the terminal" },
    "fail-on": {
      type: "string",
      value: "<what>",
      help: "exit with 1 where there is an error, a warning or worse (warning), or anything at all (info)",
    },
    ...COMMON,
  },
  exits: { ...EXITS, 1: "findings that --fail-on asks for" },
  environment: {
    ...ENVIRONMENT,
    NO_COLOR: "no colours (there are none either where the output is not a terminal)",
  },
  examples: [
    "matrix --group acme",
    "matrix --group acme --format html --output matrix.html",
    "matrix --group acme --tier production --fail-on warning",
  ],
  async run(options, _operands, io) {
    const { group, project: projects, output } = options;
    checkScope(group, projects);
    const format = oneOf("--format", options.format ?? "text", FORMATS);
    const failOn =
      options["fail-on"] === undefined ? undefined : oneOf("--fail-on", options["fail-on"], SEVERITIES);
    const tiers = options.tier.map((tier) => oneOf("--tier", tier, TIERS));

    const client = connect(io, options.connection);
    const matrix = await buildMatrix(client, {
      scope: { group, projects },
      tiers: tiers.length > 0 ? tiers : TIERS,
      progress: progressOf(io, options.quiet),
      now: io.now(),
    });
    deliver(io, render(matrix, format, io, output), output);
    return failOn !== undefined && reaches(matrix, failOn) ? EXIT.findings : EXIT.ok;
  },
});

function render(matrix: Matrix, format: (typeof FORMATS)[number], io: Io, file: string | undefined): string {
  if (format === "markdown") return renderMarkdown(matrix);
  if (format === "json") return renderJson(matrix);
  if (format === "html") return renderHtml(matrix);
  const toTerminal = file === undefined && io.stdout.isTTY === true;
  const width = toTerminal ? (io.stdout.columns ?? WIDTH_OF_FILES) : WIDTH_OF_FILES;
  return renderTerminal(matrix, width, toTerminal && wantsColours(io));
}

function reaches(matrix: Matrix, failOn: Severity): boolean {
  const worst = SEVERITIES.indexOf(failOn);
  return matrix.findings.some((finding) => SEVERITIES.indexOf(finding.severity) <= worst);
}
