import type { Approval, People } from "./parties";
import { type Seat, seated } from "./matching";

/** What a release comes to, once it is known who can do what. Only what is certain is said: what cannot be known accuses nobody. */
export interface Verdict {
  /** Nobody at all can deploy, not even a bot. */
  readonly nobodyDeploys: boolean;
  /** Only bots can deploy. */
  readonly botsDeploy: boolean;
  /** Approvals are asked for, and no deployment of anybody can get them all, bots' approvals included. */
  readonly unreachable: boolean;
  /** They can be had, but only if bots give some of them. */
  readonly needsBots: boolean;
  /** People who can deploy, but whose own deployments can never be approved, while those of others can. */
  readonly stuck: readonly number[];
  /** People who can deploy and give every approval alone, although approvals are asked for. */
  readonly alone: readonly number[];
  readonly onlyDeployer: number | undefined;
  /** People without whom no deployment can be approved. */
  readonly indispensable: readonly number[];
}

const NOBODY: ReadonlySet<number> = new Set();

export function verdictOf(
  deployers: People | undefined,
  approvals: readonly Approval[],
  selfApproval: boolean,
): Verdict {
  // A rule whose people are not known may be met by anybody: it says nothing about the others.
  const known = approvals.flatMap(({ who, required }) => (who === undefined ? [] : [{ who, required }]));
  const seats = (bots: boolean): Seat[] =>
    known.flatMap(({ who, required }) => {
      const seat = new Set(bots ? [...who.people, ...who.bots] : who.people);
      return Array.from({ length: required }, () => seat);
    });
  const people = seats(false);
  const everybody = seats(true);
  const starters = deployers === undefined ? undefined : [...deployers.people, ...deployers.bots];
  /** Whether a deployment of this one can be approved. */
  const approvable = (by: number, places: readonly Seat[], absent: ReadonlySet<number> = NOBODY): boolean =>
    seated(places, selfApproval ? absent : new Set([...absent, by])) !== undefined;
  const some = (places: readonly Seat[], absent: ReadonlySet<number> = NOBODY): boolean => {
    if (seated(places, absent) === undefined) return false;
    if (starters === undefined || selfApproval) return true;
    return starters.some((id) => !absent.has(id) && approvable(id, places, absent));
  };
  const asked = approvals.length > 0;
  const nobodyDeploys = starters?.length === 0;
  const reachable = nobodyDeploys ? seated(everybody, NOBODY) !== undefined : some(everybody);
  const byPeople = nobodyDeploys ? seated(people, NOBODY) !== undefined : some(people);
  const certain = asked && reachable && byPeople;
  const places = people.length;
  /** Only those who sit somewhere can be missed; where many more could sit there, nobody is. */
  const tight = people.some((seat) => seat.size <= places + 1);
  return {
    nobodyDeploys,
    botsDeploy: deployers !== undefined && deployers.people.length === 0 && deployers.bots.length > 0,
    unreachable: asked && !reachable,
    needsBots: asked && reachable && !byPeople,
    stuck:
      certain && tight && !selfApproval
        ? (deployers?.people ?? []).filter(
            (id) => people.some((seat) => seat.has(id)) && !approvable(id, people),
          )
        : [],
    alone:
      selfApproval && places > 0 && known.length === approvals.length
        ? (deployers?.people ?? []).filter((id) => people.every((seat) => seat.has(id)) && places === 1)
        : [],
    onlyDeployer: deployers?.people.length === 1 ? deployers.people[0] : undefined,
    indispensable:
      certain && tight && !nobodyDeploys
        ? approversOf(starters ?? [], people, selfApproval).filter((id) => !some(people, new Set([id])))
        : [],
  };
}

/** Who approves in one way that works: whoever is indispensable is among them. */
function approversOf(starters: readonly number[], seats: readonly Seat[], selfApproval: boolean): number[] {
  const ways = selfApproval || starters.length === 0 ? [NOBODY] : starters.map((by) => new Set([by]));
  for (const leftOut of ways) {
    const way = seated(seats, leftOut);
    if (way !== undefined) return [...way.keys()];
  }
  return [];
}
