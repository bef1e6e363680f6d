import { deliver, type Io, UsageError } from "../io";
import { checkScope, COMMON, connect, parse, progressOf } from "../options";
import { EXIT, IMPORT_HELP } from "../usage";
import { writeProgram } from "./program";
import { readExisting } from "./read";

const OPTIONS = {
  ...COMMON,
  "all-projects": { type: "boolean" },
  exclude: { type: "string", multiple: true },
  force: { type: "boolean" },
} as const;

/** `pulumi-gitlab-cd import`. Resolves to the exit code. */
export async function importCommand(args: readonly string[], io: Io): Promise<number> {
  const options = parse(args, OPTIONS);
  if (options.help) {
    io.stdout.write(IMPORT_HELP);
    return EXIT.ok;
  }
  const projects = options.project ?? [];
  const allProjects = options["all-projects"] ?? false;
  if (options.group === undefined && projects.length === 0)
    throw new UsageError("Which --group or --project?");
  if (allProjects && options.group === undefined) throw new UsageError("--all-projects needs a --group.");
  if (allProjects && projects.length > 0) throw new UsageError("Give --project or --all-projects, not both.");
  checkScope(options.group, projects);

  const patterns = (options.exclude ?? []).map(pattern);
  const excluded = (name: string) => patterns.some((each) => each.test(name));
  const client = connect(io, options.connection);
  const scope = { group: options.group, projects, allProjects, excluded };
  const existing = await readExisting(client, scope, progressOf(io, options.quiet));
  for (const what of existing.missing) io.stderr.write(`Not imported: ${what}.\n`);
  deliver(io, writeProgram(existing), options.output, options.force ?? false);
  return EXIT.ok;
}

/** `*` stands for any characters, slashes too. */
function pattern(text: string): RegExp {
  const parts = text.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}
