import { pattern } from "../../effective/pattern";
import { command } from "../command";
import { EXIT } from "../exit";
import { deliver, refuseToOverwrite, UsageError } from "../io";
import { checkScope, COMMON, connect, ENVIRONMENT, EXITS, oneOf, progressOf } from "../options";
import { flag, several, single, type Values } from "../spec";
import { plain } from "../text";
import { writeImportFile } from "./importFile";
import { writeProgram } from "./program";
import { readExisting } from "./read";
import { summary } from "./summary";
import { writeYaml } from "./yaml";

const OPTIONS = {
  group: single("<path>", "a group: its protected environments and those of all groups below it"),
  project: several(
    "<path>",
    "a project: its environments and protected environments; may be given several times",
  ),
  "all-projects": flag("all projects below the group, archived ones left out"),
  exclude: several(
    "<pattern>",
    "leave out environments whose name matches, such as 'review/*'; may be given several times",
  ),
  output: single("<file>", "write there instead of to the terminal; an existing file is kept unless --force"),
  force: flag("overwrite the file"),
  format: single(
    "<format>",
    "typescript (default), yaml (a program for `runtime: yaml`, such as Main.yaml) or import-file (for `pulumi import --file`); the last two use the native provider gitlab-cd",
  ),
  door: single(
    "<door>",
    "what a TypeScript program imports: dynamic (default) for pulumi-gitlab-cd, native for pulumi-gitlab-cd/native",
  ),
  protect: flag(
    "give protections and production environments Pulumi's protect: it then refuses to delete them",
  ),
  ...COMMON,
  connection: {
    ...COMMON.connection,
    help: `${COMMON.connection.help}; the program says the same connection`,
  },
};

export const importCommand = command({
  name: "import",
  summary: "a Pulumi program for the environments and protections that exist; only reads",
  usage: "[--group <path>] [--project <path>]... [options]",
  about: [
    'Writes a TypeScript program that declares what exists: the protected environments of a group and of its subgroups, and the environments and protected environments of projects. "pulumi up" on it takes them over (adopt) without changing them. Changes nothing itself.',
    "With --format yaml it writes the same as a Pulumi YAML program, with --format import-file the list of objects for pulumi import --file, which then writes a program in your language.",
    "The program declares what can be declared exactly as it is, so that taking it over changes nothing. A protection that cannot is written as a comment with the reason, for you to decide. Deployments and pipelines are history, not configuration: they are left out.",
  ],
  options: OPTIONS,
  exits: EXITS,
  environment: ENVIRONMENT,
  examples: [
    "import --group acme --project acme/shop --output index.ts",
    "import --group acme --all-projects --exclude 'review/*' > index.ts",
    "import --group acme --all-projects --format yaml --output Main.yaml",
    "import --group acme --all-projects --format import-file --output import.json",
  ],
  async run(options, _operands, io) {
    const { group, project: projects, "all-projects": allProjects } = options;
    checkScope(group, projects);
    if (allProjects && group === undefined) throw new UsageError("--all-projects needs a --group.");
    if (allProjects && projects.length > 0)
      throw new UsageError("Give --project or --all-projects, not both.");

    const format = formatOf(options);
    if (!options.force) refuseToOverwrite(options.output);

    const patterns = options.exclude.map((text) => pattern(text));
    const excluded = (name: string) => patterns.some((each) => each.test(name));
    const client = connect(io, options.connection);
    const scope = { group, projects, allProjects, excluded };
    const existing = await readExisting(client, scope, progressOf(io, options.quiet));
    const text = WRITERS[format](existing, {
      protect: options.protect,
      connection: options.connection,
      door: options.door === "native" ? "native" : "dynamic",
    });
    for (const line of summary(existing, format !== "import-file")) io.stderr.write(`${plain(line)}\n`);
    deliver(io, text, options.output, options.force);
    return EXIT.ok;
  },
});

const WRITERS = { typescript: writeProgram, yaml: writeYaml, "import-file": writeImportFile };
type Format = keyof typeof WRITERS;

/** What cannot be had together is said before anything is read. */
function formatOf({ format, door, protect, connection }: Values<typeof OPTIONS>): Format {
  const chosen = oneOf("--format", format ?? "typescript", Object.keys(WRITERS) as Format[]);
  if (oneOf("--door", door ?? "native", ["dynamic", "native"]) === "dynamic" && chosen !== "typescript")
    throw new UsageError(`--format ${chosen} is for the native provider: leave --door dynamic out.`);
  if (chosen !== "import-file") return chosen;
  if (protect) throw new UsageError("--protect is for programs: `pulumi import` protects what it takes in.");
  if (connection === undefined) return chosen;
  throw new UsageError(
    "--format import-file has no place for a connection: set GITLAB_TOKEN and GITLAB_BASE_URL for this GitLab.",
  );
}
