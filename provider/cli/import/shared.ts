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

/** Access lists that several protections have in common, declared once. */
export interface SharedLists {
  /** `const maintainersDeploy: … = […];` */
  readonly declarations: readonly Statement[];
  /** The list itself, or the name of the shared one. */
  readonly code: (kind: ListKind, list: EntryList) => Code;
}

export function shareLists(protections: readonly ExistingProtection[], names: Labels): SharedLists {
  const uses = new Map<string, number>();
  const kinds: readonly ListKind[] = ["deploy", "approvals"];
  for (const protection of protections) {
    for (const kind of kinds) {
      const key = keyOf(kind, protection[kind]);
      uses.set(key, (uses.get(key) ?? 0) + 1);
    }
  }
  const shared = new Map<string, Name>();
  const declarations: Statement[] = [];
  for (const protection of protections) {
    for (const kind of kinds) {
      const list = protection[kind];
      const key = keyOf(kind, list);
      if (list.items.length === 0 || shared.has(key) || (uses.get(key) ?? 0) < 2) continue;
      const name = new Name(names.take(listName(kind, list)));
      shared.set(key, name);
      declarations.push({ notes: [], does: { declare: name, listOf: TYPES[kind], value: inline(list) } });
    }
  }
  return {
    declarations,
    code: (kind, list) => {
      const name = shared.get(keyOf(kind, list));
      return name === undefined ? inline(list) : { name };
    },
  };
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
