import type { GitLabClient } from "../gitlab/request/client";
import type { Props } from "../fields/check";

/** Whatever holds the `connection` argument, if there is one. */
export interface Connected {
  readonly connection?: unknown;
}

/** What a life cycle may use of the process it runs in. */
export interface Context {
  /** The client of a resource's `connection` argument; asks for no token before its first request. */
  client(props: Connected): GitLabClient;
  /** Where requests of that connection go; two resources on the same base URL are on the same GitLab. */
  baseUrl(props: Connected): string;
  /** Prints a line under the stack, without anything that a terminal would act on. The engine shows it without the resource's name, so it starts with the id. */
  say(line: string): void;
  /**
   * Whether another resource of this operation has made, taken over or keeps an object of a class with one of these numbers
   * of GitLab's (see `Lifecycle.numbers`): taking it over once more would make two resources that undo each other.
   */
  isHeld(kind: string, props: Props, numbers: readonly (string | number)[]): boolean;
  /** Whether the resource that is made anew had an object of that project or group and name before: `--replace`, `state taint`. */
  isRemade(props: Props): boolean;
}
