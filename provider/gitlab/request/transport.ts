import { agentOf } from "./agents";
import { sendDirectly } from "./direct";
import { isAboutCertificate, type Outgoing, type Result } from "./exchange";
import { interruptedIn } from "./interruption";
import { lose } from "./patience";
import { sendByProxy } from "./proxied";
import { proxyFor, signedInTo } from "./proxy";
import { decide, RETRY_LIMITS, type Attempt } from "./retry";
import { slotsOf } from "./slots";

/** The code of a request that was not sent, because that host has answered nothing for long. */
export const SILENT = "silent";

/** A name that does not exist is a typing mistake; a name server that does not answer says EAI_AGAIN. */
const HOPELESS = new Set(["ENOTFOUND", SILENT]);

function attemptOf(result: Result): Attempt {
  if (result.kind === "answered") return result;
  const { kind, code } = result;
  if (kind === "too-large" || kind === "outdated" || HOPELESS.has(code) || isAboutCertificate(code))
    return { kind: "hopeless" };
  return { kind };
}

/** The code of a request for which no client certificate could be read. */
const UNREADABLE = "client certificate";

/** How each attempt is made; throws where a client certificate cannot be read. */
function wayOf(outgoing: Outgoing): () => Promise<Result> {
  const agent = agentOf(outgoing);
  const proxy = proxyFor(outgoing.url);
  if (proxy === "") return () => sendDirectly(outgoing, agent);
  const signIn = signedInTo(proxy);
  return () => sendByProxy(outgoing, agent, signIn);
}

const succeeded = (result: Result): boolean =>
  result.kind === "answered" && result.status >= 200 && result.status < 300;

/** Sends a request, repeats it as `retry.ts` says, and never rejects for anything that GitLab or the network did. */
export async function send(outgoing: Outgoing): Promise<Result> {
  const { method, url, maxRequests, limits = RETRY_LIMITS, still } = outgoing;
  let attempt: () => Promise<Result>;
  try {
    attempt = wayOf(outgoing);
  } catch (error) {
    return {
      kind: "unsent",
      code: `${UNREADABLE} (${(error as NodeJS.ErrnoException).code ?? "not a key"})`,
    };
  }
  const safe = method === "GET" || method === "HEAD";
  const slots = slotsOf(url);
  for (let repeats = 0, spent = 0; ; repeats++) {
    const { took, ...result } = await slots.run({ fixed: maxRequests, urgent: still !== undefined }, () =>
      timed(() => {
        if (still?.() === false) return OUTDATED;
        return slots.isGivenUp(limits.total) ? GIVEN_UP : attempt();
      }),
    );
    if (succeeded(result)) return result;
    spent += took;
    const decision = decide(
      {
        safe,
        attempt: attemptOf(result),
        repeats,
        spent,
        spentInOperation: lose(took),
        now: Date.now(),
        random: Math.random(),
      },
      limits,
    );
    if (!decision.repeat)
      return result.kind === "answered" && decision.asked !== undefined
        ? { ...result, asked: decision.asked }
        : result;
    if (decision.quiet) slots.keepQuiet(decision.after);
    spent += decision.after;
    lose(decision.after);
    if (await interruptedIn(decision.after)) return result;
  }
}

const GIVEN_UP: Result = { kind: "unsent", code: SILENT };
const OUTDATED: Result = { kind: "outdated", code: "outdated" };

async function timed(act: () => Promise<Result> | Result): Promise<Result & { took: number }> {
  const started = performance.now();
  return { ...(await act()), took: performance.now() - started };
}
