import type { Switches } from "../model/switches";
import { Refusal, refuse } from "./answers";
import type { Endpoint } from "./endpoint";

export interface Match {
  readonly endpoint: Endpoint;
  readonly path: Record<string, string>;
}

/**
 * Matches the raw path piece by piece and decodes afterwards, so an encoded slash stays inside its piece and an
 * unencoded one makes another route. Fixed pieces win over named ones (`pipelines/latest` over `pipelines/:pipeline_id`).
 */
export class Router {
  readonly #bySize = new Map<number, { endpoint: Endpoint; pieces: string[] }[]>();

  constructor(endpoints: readonly Endpoint[]) {
    for (const endpoint of endpoints) {
      const pieces = endpoint.pattern.split("/").slice(1);
      const same = this.#bySize.get(pieces.length) ?? [];
      this.#bySize.set(pieces.length, [...same, { endpoint, pieces }]);
    }
    for (const same of this.#bySize.values()) same.sort((a, b) => fixed(b.pieces) - fixed(a.pieces));
  }

  /** `rawPath` is what follows `/api/v4`. A HEAD is answered like a GET. */
  match(method: string, rawPath: string, switches: Switches): Match {
    const pieces = rawPath.replace(/\/$/, "").split("/").slice(1);
    const wanted = method === "HEAD" ? "GET" : method;
    const existing = (this.#bySize.get(pieces.length) ?? []).filter(({ endpoint: { rules } }) =>
      rules.enterprise && switches.edition === "ce" ? false : (rules.exists?.(switches) ?? true),
    );
    const fitting = existing.filter((route) =>
      route.pieces.every((piece, i) => (piece.startsWith(":") ? pieces[i] !== "" : piece === pieces[i])),
    );
    const route = fitting.find((each) => each.endpoint.method === wanted);
    if (route !== undefined) return { endpoint: route.endpoint, path: named(route.pieces, pieces) };
    if (fitting.length === 0) throw refuse.noRoute();
    const methods = [...new Set(fitting.map((each) => each.endpoint.method))].sort().join(", ");
    throw new Refusal(405, { error: "405 Not Allowed" }, { Allow: methods });
  }
}

function fixed(pieces: readonly string[]): number {
  return pieces.filter((piece) => !piece.startsWith(":")).length;
}

function named(pattern: readonly string[], pieces: readonly string[]): Record<string, string> {
  const path: Record<string, string> = {};
  pattern.forEach((piece, i) => {
    if (piece.startsWith(":")) path[piece.slice(1)] = decode(pieces[i] ?? "");
  });
  return path;
}

function decode(piece: string): string {
  try {
    return decodeURIComponent(piece);
  } catch {
    throw refuse.noRoute();
  }
}
