import type { CustomTimeouts, ResourceState } from "../state/state";
import { providerType } from "../values/urn";
import type { Props, Value } from "../values/values";

export interface Alias {
  readonly urn?: string;
  readonly name?: string;
  readonly type?: string;
  readonly stack?: string;
  readonly project?: string;
  readonly parent?: string;
  readonly noParent?: boolean;
}

/** What the program wants of one resource. */
export interface Goal {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly properties: Props;
  readonly parent: string;
  readonly protect: boolean | undefined;
  readonly dependencies: string[];
  /** A provider reference; empty for components and providers. */
  readonly provider: string;
  readonly propertyDependencies: Record<string, string[]>;
  readonly deleteBeforeReplace: boolean | undefined;
  readonly ignoreChanges: string[];
  readonly additionalSecretOutputs: string[];
  readonly aliases: readonly Alias[];
  readonly id: string;
  readonly customTimeouts: CustomTimeouts;
  readonly replaceOnChanges: string[];
  readonly replacementTrigger: Value;
  readonly retainOnDelete: boolean | undefined;
  readonly deletedWith: string;
  readonly replaceWith: string[];
  readonly hideDiff: Value[];
  readonly sourcePosition: string;
  readonly stackTrace: { sourcePosition?: string }[];
}

/** The engine's answer to a registration; `unknown` says that the resource was left out of the operation. */
export interface Registered {
  readonly state: ResourceState;
  readonly unknown?: boolean;
}

/** A registration that waits for its answer. */
export interface Registration {
  readonly goal: Goal;
  done(result: Registered): void;
}

/** `Class.get(…)`: a resource that lives elsewhere. */
export interface ReadRequest {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly parent: string;
  readonly properties: Props;
  readonly dependencies: string[];
  readonly provider: string;
  readonly additionalSecretOutputs: string[];
  readonly sourcePosition: string;
  readonly stackTrace: { sourcePosition?: string }[];
  done(result: Registered): void;
}

/** The engine registers the default provider of a package itself. */
export const providerGoal = (pkg: string, config: Props): Goal => ({
  type: providerType(pkg),
  name: "default",
  custom: true,
  properties: config,
  parent: "",
  protect: undefined,
  dependencies: [],
  provider: "",
  propertyDependencies: {},
  deleteBeforeReplace: undefined,
  ignoreChanges: [],
  additionalSecretOutputs: [],
  aliases: [],
  id: "",
  customTimeouts: {},
  replaceOnChanges: [],
  replacementTrigger: null,
  retainOnDelete: undefined,
  deletedWith: "",
  replaceWith: [],
  hideDiff: [],
  sourcePosition: "",
  stackTrace: [],
});
