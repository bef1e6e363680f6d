import type { Props } from "../values/values";

/** What the engine asks of a provider, with secrets marked in the properties; a dynamic provider process and the registry of providers answer it. */
export interface Provider {
  check(urn: string, olds: Props, news: Props, preview: boolean): Promise<CheckResult>;
  diff(
    urn: string,
    id: string,
    old: { inputs: Props; outputs: Props },
    news: Props,
    preview: boolean,
    ignoreChanges: readonly string[],
  ): Promise<DiffResult>;
  create(urn: string, inputs: Props, timeout: number, preview: boolean): Promise<CreateResult>;
  read(urn: string, id: string, inputs: Props, outputs: Props, timeout: number): Promise<ReadResult>;
  update(
    urn: string,
    id: string,
    old: { inputs: Props; outputs: Props },
    news: Props,
    timeout: number,
    preview: boolean,
    ignoreChanges: readonly string[],
  ): Promise<UpdateResult>;
  delete(urn: string, id: string, inputs: Props, outputs: Props, timeout: number): Promise<void>;
}

export interface CheckResult {
  readonly inputs: Props;
  readonly failures: readonly { readonly property: string; readonly reason: string }[];
}

export interface DiffResult {
  readonly changes: "none" | "some" | "unknown";
  readonly replaceKeys: readonly string[];
  /** The keys the provider itself named, or those found by comparing inputs. */
  readonly changedKeys: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

/** Set where the object exists but is not ready: it goes into the state with these reasons, and the step fails. */
interface Partial {
  readonly initErrors?: readonly string[];
}
export interface CreateResult extends Partial {
  readonly id: string;
  readonly outputs: Props;
}
export interface UpdateResult extends Partial {
  readonly outputs: Props;
}
export interface ReadResult extends Partial {
  /** Empty when the object is gone. */
  readonly id: string;
  readonly outputs: Props;
  readonly inputs?: Props;
}

/** The words the engine has for an object that was made but is not ready. */
export function initErrorText(reasons: readonly string[]): string {
  if (reasons.length === 0) return "resource init failed";
  const count = reasons.length === 1 ? "1 error occurred:" : `${reasons.length} errors occurred:`;
  return `${count}\n${reasons.map((reason) => `\t* ${reason}\n`).join("")}\n`;
}
