import type { Door } from "../../provider/doors/kind";
import { Emulator, type LoggedRequest } from "../../testing/emulator";
import {
  type Connections,
  type Declared,
  type Outcome,
  ProviderStack,
  type SharedProcess,
} from "../support/providerStack";
import type { Bell } from "./bell";
import type { FaultKind } from "./faults";
import type { Scenario } from "./scenarios";
import { assertNeverWeaker, protectionsOf, type Protections, worldFacts } from "./worldFacts";

export type Operation = "create" | "update" | "delete";

/** Takes the token's user out of everything this package works in, and puts them back. */
const HOME = "acme";
const OWNER = "olivia";

/** A mutating request as the run without faults sent it. */
export interface Call {
  readonly operation: Operation;
  /** Its place among all requests of the operation, from 0. */
  readonly index: number;
  readonly endpoint: string;
}

/** One scenario in a GitLab of its own. */
export class Cell {
  readonly stack: ProviderStack;
  /** The address of something that stands between the provider and this GitLab. */
  through: string | undefined;
  /** Somebody was refused a connection where one was to be. */
  missed = false;
  readonly #declared: { readonly before: Declared; readonly after: Declared };
  #disarm: () => Promise<void> = async () => undefined;

  private constructor(
    readonly connection: string,
    readonly scenario: Scenario,
    readonly emulator: Emulator,
    door: Door,
    readonly fault?: FaultKind,
  ) {
    this.stack = new ProviderStack(connection, door);
    numberApart(emulator, Number(connection.slice(1)));
    const { before, after } = scenario.declare(emulator.world);
    const resource = { name: "it", kind: scenario.kind };
    this.#declared = {
      before: { ...resource, props: before },
      after: { ...resource, props: after ?? before },
    };
  }

  static async start(connection: string, scenario: Scenario, door: Door, fault?: FaultKind): Promise<Cell> {
    return new Cell(connection, scenario, await Emulator.start(), door, fault);
  }

  connections(faulty: boolean): Connections {
    const { token } = this.emulator;
    const url = this.through ?? this.emulator.url;
    const timeout = faulty ? this.fault?.requestTimeout : undefined;
    return {
      [this.connection]: { url, token, ...(timeout === undefined ? {} : { requestTimeout: timeout }) },
    };
  }

  run(operation: Operation, process: SharedProcess, more: Declared["props"] = {}): Promise<Outcome> {
    if (operation === "delete") return this.stack.destroy(process);
    const declared = this.#declared[operation === "create" ? "before" : "after"];
    return this.stack.up(process, [{ ...declared, props: { ...declared.props, ...more } }]);
  }

  facts(): string {
    return worldFacts(this.emulator.world);
  }

  protections(): Protections {
    return protectionsOf(this.emulator.world);
  }

  /** From now on every request must leave protections no weaker than one of these two, until told otherwise. */
  watch(before: Protections, after: Protections): () => void {
    let watching = true;
    this.emulator.onAfterRequest((_, world) => {
      if (watching) assertNeverWeaker(world, before, after);
    });
    return () => (watching = false);
  }

  /** Lets the request number `index` from now go wrong; `lasting`: and every one after it. `bell` hears of refused connections. */
  arm(index: number, lasting: boolean, bell: Bell): void {
    const { fault, refuse, blind } = this.fault ?? {};
    const { emulator } = this;
    const start = emulator.requests.length;
    if (fault) emulator.fault({ ...fault, skip: index, ...(lasting ? {} : { times: 1 }) });
    if (refuse) this.#refuseAt(start + index, lasting ? undefined : bell);
    if (blind) {
      emulator.onBeforeRequest(({ n }, world) => {
        if (n === start + index + 1) world.removeMember(HOME, OWNER);
      });
    }
    this.#disarm = async () => {
      emulator.clearFaults();
      await emulator.acceptConnections();
      if (blind) {
        emulator.world.removeMember(HOME, OWNER);
        emulator.world.addMember(HOME, OWNER, "owner");
      }
    };
  }

  /** `until`: somebody was refused, which this bell tells. */
  #refuseAt(n: number, until: Bell | undefined): void {
    let done = false;
    const refuse = async (): Promise<void> => {
      if (done) return;
      done = true;
      until?.onRefused(this.emulator.url, () => {
        this.missed = true;
        void this.emulator.acceptConnections();
      });
      await this.emulator.refuseConnections();
    };
    if (this.emulator.requests.length === n) return void refuse();
    this.emulator.onAfterRequest((request: LoggedRequest) => request.n === n && refuse());
  }

  disarm(): Promise<void> {
    return this.#disarm();
  }
}

/**
 * All cells of a stage share one provider process, and GitLabs that number their entries alike would look to it like one
 * GitLab at several addresses.
 */
export function numberApart({ world }: Emulator, cell: number): void {
  const entries = Array.from({ length: 10 * cell + 1 }, () => ({ role: "maintainer" as const }));
  for (const place of ["acme", "acme/shop"]) {
    world.protect(place, "testing", entries, entries);
    world.unprotect(place, "testing");
  }
}

/** All requests of an operation that may change something. */
export function mutatingCalls(operation: Operation, requests: readonly LoggedRequest[]): Call[] {
  return requests.flatMap(({ method, path }, index) =>
    method === "GET" ? [] : [{ operation, index, endpoint: `${method} ${template(path)}` }],
  );
}

/** `/projects/acme%2Fshop/environments/3` → `/projects/:id/environments/:id`. */
function template(path: string): string {
  const known =
    /^(api|v4|projects|groups|environments|deployments|pipelines?|protected_environments|merge_requests)$/;
  const fixed = /^(review_apps|stop|stop_stale|approval|cancel|metadata)$/;
  const parts = path.replace("/api/v4", "").split("/");
  return parts.map((part) => (part === "" || known.test(part) || fixed.test(part) ? part : ":id")).join("/");
}
