import { grouped } from "../../lifecycle/grouped";
import { type Code, Name, type Statement } from "./code";
import type { EntryList } from "./entries";
import { identifier, type Labels } from "./names";
import { print } from "./print";
import type { ExistingProtection } from "./read";

type ListKind = "deploy" | "approvals";

const TYPES = {
  deploy: new Name("gitlab.DeployAccessLevelArgs"),
  approvals: new Name("gitlab.ApprovalRuleArgs"),
} as const;
const SUFFIX = { deploy: "Deploy", approvals: "Approve" } as const;
const WORDS_AT_MOST = 3;

/** Access lists that several protections have in common, declared once; `code` is a list itself, or the name of the shared one. */
export function shareLists(protections: readonly ExistingProtection[], names: Labels) {
  const kinds: readonly ListKind[] = ["deploy", "approvals"];
  const uses = protections.flatMap((each) => kinds.map((kind) => ({ kind, list: each[kind] })));
  const shared = new Map<string, Name>();
  const declarations: Statement[] = [];
  for (const [key, same] of grouped(uses, ({ kind, list }) => keyOf(kind, list))) {
    const [{ kind, list }] = same;
    if (list.items.length === 0 || same.length < 2) continue;
    const name = new Name(names.take(listName(kind, list)));
    shared.set(key, name);
    declarations.push({ notes: [], does: { declare: name, listOf: TYPES[kind], value: inline(list) } });
  }
  const code = (kind: ListKind, list: EntryList): Code => {
    const name = shared.get(keyOf(kind, list));
    return name === undefined ? inline(list) : { name };
  };
  return { declarations, code };
}

/** `releaseAndMaintainersDeploy`. */
function listName(kind: ListKind, { words }: EntryList): string {
  const said = words.length > WORDS_AT_MOST ? [...words.slice(0, WORDS_AT_MOST - 1), "others"] : words;
  return identifier(said.join(" and "), SUFFIX[kind]);
}

function inline(list: EntryList): Code {
  return { array: list.items };
}

function keyOf(kind: ListKind, list: EntryList): string {
  const notes = list.items.flatMap((item) => item.notes);
  return JSON.stringify([kind, print(inline(list), "", 0), notes]);
}
