import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { sayings, sayingsOf, type Saying } from "./support/sentences";

const ROOT = join(__dirname, "..");

/** The sources with sentences in one piece, as a user reads them. */
const sources = readdirSync(join(ROOT, "provider"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => readFileSync(join(ROOT, "provider", path), "utf8"))
  .join("\n")
  .replace(/[`"]\s*\+\s*[`"]/g, "")
  .replaceAll("\\`", "`");

const page = readFileSync(join(ROOT, "docs", "troubleshooting.md"), "utf8");
const ours = page.slice(0, page.indexOf("## From Pulumi itself"));
/** Headings, and the first column of tables; two backticks where the text holds one. */
const texts = [...ours.matchAll(/^(?:### |\| )(?:`` ?(.+?) ?``|`(.+?)`)(?: \||$)/gm)].map(
  ([, doubled, plain]) => doubled ?? plain ?? "",
);
const fixedParts = (text: string): string[] => text.split("…").filter((part) => part.trim().length > 2);

it("there are texts to check", () => expect(texts.length).toBeGreaterThan(100));

it.each(texts)("“%s” is still said", (text) => {
  expect(fixedParts(text).length).toBeGreaterThan(0);
  for (const part of fixedParts(text)) expect(sources).toContain(part);
});

/** Whether an entry is about what is said there: its parts one behind the other. */
function isAbout(entry: string, { texts }: Saying): boolean {
  const said = texts.join(" ");
  let at = 0;
  return fixedParts(entry).every((part) => {
    const found = said.indexOf(part, at);
    at = found + part.length;
    return found >= 0;
  });
}

it("a new sentence is found, with its cure, and has no entry", () => {
  const code = `
    export function refuse(name: string): never {
      throw new GitLabError(\`\${name} has turned into \` + \`a pumpkin at \${time()}.\`, { kind: "invalid", hint: "Wait until it is day again." });
    }
    const HINTS = [[/pumpkin/, "Ask the fairy for another coach."], [/mouse/, "short"]];
    const log = "no sentence";`;
  const found = sayingsOf("x.ts", code);
  expect(found).toEqual([
    { at: "x.ts:3", texts: ["… has turned into a pumpkin at ….", "Wait until it is day again."] },
    { at: "x.ts:5", texts: ["Ask the fairy for another coach."] },
  ]);
  for (const saying of found) expect(texts.filter((text) => isAbout(text, saying))).toEqual([]);
});

/** What is told of things that went as they should, or will: there is nothing to cure. */
const NOTES = [
  "drifted; `pulumi up` changes it back, unless `ignoreChanges` keeps it:",
  "GitLab starts it again with its next successful deployment.",
  "has deployments, so it stays in GitLab as it is; only the state forgets it.",
  "replaced; the environment",
  "which counts instead of `onDestroy` in this run.",
  "taken over, nothing written.",
  "taken over, status changed from … to ….",
  "somebody made the approvals stricter by hand",
  "by hand, only direct members of … may deploy;",
  "can no longer deploy, by hand or because they left;",
  "could deploy without being declared here, and was removed.",
];

/** The command line says beside its words where to read on, and has pages of its own. */
const FOLDERS = ["gitlab", "lifecycle", "plugin", "doors", "resources", "functions", "fields", "effective"];
const said = sayings(ROOT, FOLDERS);

describe("the page", () => {
  it.each(said.map((saying) => [saying.texts[0]?.slice(0, 80), saying.at, saying] as const))(
    "has an entry for “%s” (%s)",
    (_, __, saying) => {
      expect([...texts, ...NOTES].filter((text) => isAbout(text, saying))).not.toEqual([]);
    },
  );

  it.each(NOTES)("leaves out nothing that is not said any more: “%s”", (note) => {
    expect(said.some((saying) => isAbout(note, saying))).toBe(true);
  });
});
