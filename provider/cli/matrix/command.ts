import { TIERS } from "../../lifecycle/environment/tiers";
import { deliver, type Io, UsageError, wantsColours } from "../io";
import { type Matrix, SEVERITIES, type Severity } from "../model";
import { checkScope, COMMON, connect, oneOf, parse, progressOf } from "../options";
import { EXIT, MATRIX_HELP } from "../usage";
import { buildMatrix } from "./build";
import { renderHtml } from "./html";
import { renderJson } from "./json";
import { renderMarkdown } from "./markdown";
import { renderTerminal } from "./terminal";

const OPTIONS = {
  ...COMMON,
  tier: { type: "string", multiple: true },
  format: { type: "string" },
  "fail-on": { type: "string" },
} as const;

const FORMATS = ["text", "markdown", "json", "html"] as const;
/** Where the output is a file nobody knows how wide it will be shown. */
const WIDTH_OF_FILES = 140;

/** `pulumi-gitlab-cd matrix`. Resolves to the exit code. */
export async function matrixCommand(args: readonly string[], io: Io): Promise<number> {
  const options = parse(args, OPTIONS);
  if (options.help) {
    io.stdout.write(MATRIX_HELP);
    return EXIT.ok;
  }
  const projects = options.project ?? [];
  if (options.group === undefined && projects.length === 0)
    throw new UsageError("Which --group or --project?");
  checkScope(options.group, projects);
  const format = oneOf("--format", options.format ?? "text", FORMATS);
  const failOn =
    options["fail-on"] === undefined ? undefined : oneOf("--fail-on", options["fail-on"], SEVERITIES);
  const tiers = (options.tier ?? []).map((tier) => oneOf("--tier", tier, TIERS));

  const client = connect(io, options.connection);
  const matrix = await buildMatrix(client, {
    scope: { group: options.group, projects },
    tiers: tiers.length > 0 ? tiers : TIERS,
    progress: progressOf(io, options.quiet),
    now: io.now(),
  });
  deliver(io, render(matrix, format, io, options.output), options.output);
  return failOn !== undefined && reaches(matrix, failOn) ? EXIT.findings : EXIT.ok;
}

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
