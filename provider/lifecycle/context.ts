import type { GitLabClient } from "../gitlab/request/client";
import type { Props } from "./fields";

/** What a life cycle may use of the process it runs in. */
export interface Context {
  /** The client of a resource's `connection` argument; asks for no token before its first request. */
  client(props: Props): GitLabClient;
  /** Where requests of that connection go; two resources on the same base URL are on the same GitLab. */
  baseUrl(props: Props): string;
  /** Prints a line under the stack. The engine shows it without the resource's name, so it starts with the id. */
  say(line: string): void;
}
