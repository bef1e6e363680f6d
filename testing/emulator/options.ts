import type { RateLimit } from "./http/rateLimit";
import type { Switches } from "./model/switches";
import type { Seed } from "./world/seed";

/** How an emulator starts. */
export interface EmulatorOptions {
  /** Default: the sample company `acme`. */
  readonly seed?: Seed;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Where GitLab versions differ; default the newest. */
  readonly switches?: Partial<Switches>;
  /** Milliseconds that every request takes at least. Default 0. */
  readonly latencyMs?: number;
  /** Default: none. */
  readonly rateLimit?: RateLimit;
  /**
   * Holds requests to the letter of the API: unknown parameters, wrong types, missing subjects and the like are
   * violations, which `stop` throws, though GitLab forgives them. True: all requests; a text: those whose `User-Agent`
   * contains it. Default: the environment variable `GITLAB_EMULATOR_STRICT`, or nobody.
   */
  readonly strict?: boolean | string;
  /** Where the sequence begins that `probability` of faults goes by. Default 1. */
  readonly faultSeed?: number;
  /** The address that GitLab believes to have: in links and redirects. Default: `url`. */
  readonly externalUrl?: string;
}
