import type { WireProtectedEnvironment } from "../../gitlab/answer/types";
import { readProtection as readShared } from "../../gitlab/reads/shared";
import type { GitLabClient } from "../../gitlab/request/client";
import { type ApiPath, protectionPath } from "../../gitlab/request/paths";
import { recordAt, sharedOrGone, unlessGone } from "../presence";
import { deleteOnce } from "../writes";
import type { LiveProtection } from "./entries";
import { canBe, isAnother, liveFromWire, type StoredProtection, toStored } from "./state";
import { label, madeAnew, type ProtectionTarget, somebodyElses } from "./words";

/** One protection, and whom to tell about it. */
export interface ProtectionPlace {
  readonly client: GitLabClient;
  readonly target: ProtectionTarget;
  /** Prints a line under the stack. */
  readonly say: (line: string) => void;
}

export function pathOf({ level, container, name }: ProtectionTarget): ApiPath {
  return protectionPath(level, container, name);
}

/** Without asking for the parent: what comes next is a write, which a parent out of sight refuses. */
export async function look(
  client: GitLabClient,
  target: ProtectionTarget,
): Promise<LiveProtection | undefined> {
  const wire = await recordAt<WireProtectedEnvironment>(client, pathOf(target));
  return wire && liveFromWire(wire);
}

/** At most one request, fewer where many are read together. Resolves to undefined only where the group or project answers; else it throws. */
export async function readProtection(
  { client, target, say }: ProtectionPlace,
  known: StoredProtection | undefined,
): Promise<StoredProtection | undefined> {
  const { level, container, name } = target;
  const wire = await sharedOrGone(client, level, container, () => readShared(client, level, container, name));
  if (wire === undefined) return undefined;
  const live = liveFromWire(wire);
  const sent = known?.unconfirmed;
  if (sent !== undefined) {
    // What was sent is kept until it is known whose protection this is; what is there shows as a difference.
    const stored = toStored(live, sent);
    return canBe(sent, live) ? stored : { ...stored, unconfirmed: sent };
  }
  if (known && isAnother(known, live)) say(`${label(target)}: ${madeAnew(target)}`);
  return toStored(live, known ?? { deployAccessLevels: [], approvalRules: [] });
}

/**
 * One request where a number names the group or project, two where a path does: a path can lead to another one since, and
 * then the protection there is somebody else's. One whose create was never confirmed is only deleted where it is what we sent.
 */
export async function deleteProtection(
  { client, target }: ProtectionPlace,
  stored: StoredProtection,
): Promise<"deleted" | "left"> {
  if (stored.unconfirmed !== undefined || !/^\d+$/.test(target.container)) {
    const live = await unlessGone(client, target.level, target.container, async () =>
      liveFromWire(await client.get<WireProtectedEnvironment>(pathOf(target))),
    );
    if (live === undefined) return "deleted";
    if (stored.unconfirmed !== undefined && !canBe(stored.unconfirmed, live)) return "left";
    if (stored.unconfirmed === undefined && isAnother(stored, live))
      throw somebodyElses(target, "It was not deleted.");
  }
  await unlessGone(client, target.level, target.container, () => deleteOnce(client, pathOf(target)));
  return "deleted";
}
