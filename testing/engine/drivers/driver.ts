import type { Result } from "../show/result";
import type { ExportedStack } from "../state/state";

export interface OperationOptions {
  /** URNs (with `*` and `**`) to which the operation is limited. */
  readonly targets?: readonly string[];
  /** With `targets`: also what depends on them. */
  readonly targetDependents?: boolean;
  /** Show every changed property in `text`. */
  readonly diff?: boolean;
}

export interface PreviewOptions extends OperationOptions {
  /** Look at what is really there first. */
  readonly refresh?: boolean;
  /** URNs to replace, whatever their providers say. */
  readonly replace?: readonly string[];
}

export interface RemovalOptions extends OperationOptions {
  /** Look at what is really there first. */
  readonly refresh?: boolean;
  /** Only say what would happen. */
  readonly previewOnly?: boolean;
}

export interface RefreshOptions extends OperationOptions {
  /** Only say what would be found. */
  readonly previewOnly?: boolean;
}

/** A value, or one that is to be kept secret. */
export type ConfigValue = string | { readonly value: string; readonly secret?: boolean };

/**
 * One stack of one program, on whichever engine. `OfflineStack` implements it in this package, `CliStack` with the `pulumi`
 * command; what is written against it runs on both. An operation that fails is a `Result`, no exception.
 */
export interface StackDriver {
  /** `offline`, or the CLI's version. */
  readonly engine: string;
  /** The stack's name. */
  readonly name: string;
  /** The URN of a resource directly below the stack. */
  urn(type: string, name: string): string;
  readonly config: {
    /** Keys without a colon belong to the project. */
    set(key: string, value: ConfigValue): Promise<void>;
    rm(key: string): Promise<void>;
  };
  /** What `up` would do; nothing is changed. */
  preview(options?: PreviewOptions): Promise<Result>;
  /** Applies without a preview before it. */
  up(options?: PreviewOptions): Promise<Result>;
  /** Takes over into the state what is really there; runs no program. */
  refresh(options?: RefreshOptions): Promise<Result>;
  /** Deletes everything in the state; runs no program. */
  destroy(options?: RemovalOptions): Promise<Result>;
  /** The state in the engine's deployment format, version 3, secrets encrypted with the stack's passphrase. */
  exportState(): Promise<ExportedStack>;
  importState(state: ExportedStack): Promise<void>;
  /** Removes what is only there for the tests; deletes nothing in GitLab. */
  dispose(): Promise<void>;
}
