import type { NestedBody } from "../../provider/lifecycle/access/planner";
import type { Emulator, LoggedRequest, Watcher, World } from "../../testing/emulator";
import { NestedAttributes, type Row, Refused, type Rules } from "../planner/nestedAttributes";
import { type Measured, weakness } from "./jointMeasure";

/** A protection with the ids of its entries. */
export interface Live extends Measured {
  readonly deploy_access_levels: readonly Row[];
  readonly approval_rules: readonly Row[];
}

/**
 * Holds every request that changes a protection against the joint measure: what it left is not weaker than both what was there
 * and what was asked for; and it would not have been, whichever users and groups GitLab had dropped, and whichever rule had
 * been taken away by hand just before. Violations make `stop` of the emulator fail.
 */
export function neverWeaker(gitlab: Emulator): Emulator {
  const before = new Map<string, Live | undefined>();
  const faster: Watcher[] = [];
  gitlab.onBeforeRequest((request, world) => {
    const note = (): void => {
      const at = placeOf(request);
      if (at) before.set(at.key, liveAt(world, at));
    };
    let waits: unknown[] = [];
    try {
      waits = faster.map((watcher) => watcher(request, world)).filter((seen) => seen instanceof Promise);
    } finally {
      note();
    }
    return waits.length > 0 && Promise.all(waits).finally(note);
  });
  // What another client does just before a request is no work of that request.
  gitlab.onBeforeRequest = (watcher) => void faster.push(watcher);
  gitlab.onAfterRequest((request, world) => {
    const at = placeOf(request);
    if (!at || request.method !== "PUT") return;
    const was = before.get(at.key);
    const is = liveAt(world, at);
    before.set(at.key, is);
    if (!was || !is || JSON.stringify(was) === JSON.stringify(is)) return;
    const fault = faultOf(was, is, request.body, at.container.kind === "group");
    if (fault !== undefined)
      throw new Error(`${request.method} ${request.path} ${JSON.stringify(request.body)}: ${fault}`);
  });
  return gitlab;
}

/** What is wrong with a PUT that turned `was` into `is`; undefined where nothing is. */
export function faultOf(was: Live, is: Live, body: NestedBody, resetsCount: boolean): string | undefined {
  if (was.deploy_access_levels.length > 0 && is.deploy_access_levels.length === 0)
    return "nobody may deploy any more";
  const after = (live: Live, dropped: readonly string[]): Live | undefined =>
    putInto(live, body, dropped, resetsCount);
  const asked = after(was, []);
  if (asked === undefined) return "GitLab did what it refuses";
  const now = weakness(is, [was, asked]);
  if (now !== undefined) return now;
  for (const dropped of subsets(droppable(body))) {
    const then = after(was, dropped);
    const weaker = then && weakness(then, [was, asked]);
    if (weaker) return `if GitLab had dropped ${dropped.join(", ")}: ${weaker}`;
  }
  for (const rule of was.approval_rules) {
    const drifted = { ...was, approval_rules: was.approval_rules.filter((one) => one !== rule) };
    for (const dropped of subsets(droppable(body))) {
      const then = after(drifted, dropped);
      const weaker = then && weakness(then, [was, asked, drifted]);
      if (weaker)
        return `if rule ${rule.id} had gone before, and ${dropped.join(", ") || "nothing"} were dropped: ${weaker}`;
    }
  }
  return undefined;
}

/** The protection after a PUT; undefined where GitLab refuses it. */
function putInto(
  live: Live,
  body: NestedBody,
  dropped: readonly string[],
  resetsCount: boolean,
): Live | undefined {
  const gitlab = new NestedAttributes(live.deploy_access_levels, live.approval_rules);
  const rules: Rules = {
    subjectKeys: "none",
    qualifies: ({ user, group }) => !dropped.includes(user === undefined ? `group ${group}` : `user ${user}`),
  };
  try {
    gitlab.put(body, rules);
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
  return {
    deploy_access_levels: gitlab.levels,
    approval_rules: gitlab.rules,
    required_approval_count: resetsCount ? 0 : (live.required_approval_count ?? 0),
  };
}

function droppable(body: NestedBody): string[] {
  const elements = [...(body.deploy_access_levels ?? []), ...(body.approval_rules ?? [])];
  const named = elements.flatMap(({ _destroy, user_id, group_id }) => {
    if (_destroy) return [];
    if (user_id != null) return [`user ${user_id}`];
    return group_id != null ? [`group ${group_id}`] : [];
  });
  return [...new Set(named)];
}

/** All of them, or each alone and all together where there are too many. */
function subsets(names: readonly string[]): string[][] {
  if (names.length > 6) return [[], names as string[], ...names.map((name) => [name])];
  return names.reduce<string[][]>((sets, name) => [...sets, ...sets.map((set) => [...set, name])], [[]]);
}

interface Place {
  readonly key: string;
  readonly container: { readonly kind: "group" | "project"; readonly spelling: string };
  readonly name: string;
}

function placeOf({ path }: LoggedRequest): Place | undefined {
  const match = /\/(group|project)s\/([^/]+)\/protected_environments\/([^/]+)$/.exec(path);
  if (!match) return undefined;
  const [spelling, name] = [decodeURIComponent(match[2]!), decodeURIComponent(match[3]!)];
  const kind = match[1] as "group" | "project";
  return { key: `${kind} ${spelling} ${name}`, container: { kind, spelling }, name };
}

function liveAt(world: World, { container: { kind, spelling }, name }: Place): Live | undefined {
  try {
    const place = /^\d+$/.test(spelling) ? { kind, id: Number(spelling) } : spelling;
    const held = world.protection(place, name);
    return held && { ...held, ...rowsOf(held) };
  } catch {
    // A group or project that is not there: what was asked for it was refused.
    return undefined;
  }
}

type Held = NonNullable<ReturnType<World["protection"]>>;

function rowsOf(held: Held): Pick<Live, "deploy_access_levels" | "approval_rules"> {
  return {
    deploy_access_levels: held.deploy_access_levels.map((level) => ({ ...level, required_approvals: 1 })),
    approval_rules: held.approval_rules.map((rule) => ({ ...rule })),
  };
}
