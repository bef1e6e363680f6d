import { DOORS } from "../../provider/doors/kind";
import type { Stage } from "../../testing/engine/trial/bothEngines";
import type { Normalized } from "../../testing/engine/trial/compare";
import { type Difference, differences } from "../../testing/engine/trial/differences";
import { isProviderType } from "../../testing/engine/values/urn";
import { meant } from "./meantDifferences";

/** Where the second door came out differently, and nobody has said why it should. */
export function betweenDoors(scenario: string, first: Stage, second: Stage): readonly Difference[] {
  const found = differences(comparable(first), comparable(second));
  if (process.env["SHOW_DIFF"]) console.log(scenario, JSON.stringify(found, undefined, 1));
  return found.filter((difference) => !meant.some((known) => known.holds(difference)));
}

/** What the second door asked GitLab and the first did not, by operation. */
export function moreThanTheFirst(first: Stage, second: Stage): readonly string[] {
  return second.transcript.flatMap(({ operation, calls }, i) => {
    const left = [...(first.transcript[i]?.calls ?? [])];
    return calls
      .filter((call) => {
        const at = left.indexOf(call);
        if (at >= 0) left.splice(at, 1);
        return at < 0;
      })
      .map((call) => `${i + 1}:${operation} ${call}`);
  });
}

/** Outputs that a preview showed and that the `up` after it made otherwise. */
export function untrue({ transcript }: Stage): readonly Difference[] {
  return transcript.flatMap((preview, i) => {
    const up = transcript[i + 1];
    if (preview.operation !== "preview" || up?.operation !== "up" || !preview.ok || !up.ok) return [];
    // A preview shows secrets as `[secret]`.
    const said = Object.entries(preview.outputs).filter(([, value]) => value !== "[secret]");
    const made = said.map(([name]) => [name, up.outputs[name]]);
    return differences(Object.fromEntries(said), Object.fromEntries(made), `${i + 1}:preview/outputs`);
  });
}

/** In the types of the first door, without what belongs to providers and not to resources. Requests are compared by themselves. */
function comparable({ transcript }: Stage): Record<string, unknown> {
  return Object.fromEntries(
    transcript.map((entry, i) => [`${i + 1}:${entry.operation}`, withoutDoor(entry)]),
  );
}

function withoutDoor({ calls: _calls, ...entry }: Normalized): unknown {
  const text = JSON.stringify(entry, (key, value: unknown) => (key === "__provider" ? undefined : value));
  const renamed = text.replaceAll(DOORS.native, DOORS.dynamic).replaceAll("gitlab-cd:token", "gitlab:token");
  const same = JSON.parse(renamed) as typeof entry;
  return {
    ...same,
    // The second door shows each line on the row of its resource, the first one all of them on the stack's.
    diagnostics: same.diagnostics.map(({ urn: _urn, ...line }) => line),
    state: same.state
      .filter(({ type }) => !isProviderType(type))
      .map(({ provider: _provider, ...resource }) => resource),
  };
}
