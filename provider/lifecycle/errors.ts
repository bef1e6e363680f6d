import type { Props } from "../fields/check";
import { oneLine } from "../text/show";

/** A refusal of ours, for the person who runs `pulumi up`: one line without a stack or anything that a terminal would act on. */
export class UserError extends Error {
  constructor(message: string) {
    super(oneLine(message));
    this.name = "error";
    this.stack = "";
  }
}

/**
 * The object exists on the server but is not what was declared. The engine keeps it in state as "created, not complete"
 * and the next `up` calls update. `properties` gets the loader text added where the provider hands the error on.
 */
export class PartialFailure extends UserError {
  /** What the engine prints, each in a line of its own. */
  readonly reasons: string[];

  constructor(
    readonly id: string,
    public properties: Props,
    ...reasons: string[]
  ) {
    const lines = reasons.map(oneLine);
    super("");
    this.message = lines.join("\n");
    this.reasons = lines;
  }
}
