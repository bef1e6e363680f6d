import { command } from "../command";
import { EXIT } from "../exit";
import { UsageError } from "../io";
import { checkScope, COMMON, connect, ENVIRONMENT, EXITS } from "../options";
import { single } from "../spec";
import { count, plain } from "../text";
import { examine } from "./examine";
import { readFacts } from "./facts";

export const doctorCommand = command({
  name: "doctor",
  summary: "what is missing in the set-up of a GitOps project, each with the click that mends it; only reads",
  usage: "--project <path> [options]",
  about: [
    "Looks at the project that holds the program: which tokens its jobs get, whose branch can read them, who can change the program and the pipeline file, who looks for drift, and what the token in GITLAB_TOKEN may read. Values of variables are never shown. Changes nothing.",
  ],
  options: {
    project: single("<path>", "the project that holds the program: acme/delivery"),
    group: single("<path>", "the group whose rules it declares (default: the project's outermost group)"),
    environment: single("<word>", "the component's input of that name (default: access-rules)"),
    connection: COMMON.connection,
  },
  exits: { ...EXITS, 0: "nothing is missing", 1: "something is" },
  environment: {
    ...ENVIRONMENT,
    GITLAB_TOKEN: "a token with the scope read_api, of a Maintainer of the project and Owner of the group",
  },
  examples: ["doctor --project acme/delivery"],
  async run({ project, group, environment = "access-rules", connection }, _operands, io) {
    if (project === undefined) throw new UsageError("Which --project?");
    checkScope(group, [project]);
    const of = group ?? project.split("/")[0] ?? "";
    if (group === undefined && /^\d+$/.test(project))
      throw new UsageError("With an id as --project, which --group?");
    const facts = await readFacts(connect(io, connection), project, of);
    const complaints = examine(facts, { group: of, environment, now: io.now() });
    const say = (line: string) => io.stdout.write(`${plain(line)}\n`);
    const { user, token } = facts;
    say(
      `Looked as ${user.username}${token === undefined ? "" : `, token “${token.name}” (${token.scopes.join(", ")})`}.`,
    );
    for (const { code, what, mend } of complaints) {
      say(`✗ ${what}. [${code}]`);
      say(`    ${mend}`);
    }
    for (const what of facts.unread) say(`? Not looked at: ${what}.`);
    const missing = complaints.length + facts.unread.length;
    say(
      missing === 0
        ? "✓ Nothing is missing."
        : `${count(complaints.length, "thing")} to mend, ${facts.unread.length} not looked at.`,
    );
    return missing === 0 ? EXIT.ok : EXIT.findings;
  },
});
