/** The URNs an operation is limited to; `*` stands for anything but `::`, `**` for anything. https://www.pulumi.com/docs/iac/cli/commands/pulumi_up/ */
export class Targets {
  readonly #literals = new Set<string>();
  readonly #patterns: RegExp[] = [];
  readonly constrained: boolean;

  constructor(targets: readonly string[] = []) {
    this.constrained = targets.length > 0;
    for (const target of targets) {
      if (target.includes("*")) this.#patterns.push(toPattern(target));
      else this.#literals.add(target);
    }
  }

  /** True for everything where nothing was named. */
  contains(urn: string): boolean {
    return !this.constrained || this.has(urn);
  }

  /** True only for what was named. */
  has(urn: string): boolean {
    return this.#literals.has(urn) || this.#patterns.some((pattern) => pattern.test(urn));
  }

  named(): readonly string[] {
    return [...this.#literals];
  }
}

const toPattern = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .split(/(\*\*|\*)/)
      .map((part) => {
        if (part === "**") return ".*";
        return part === "*" ? "[^:]*" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      })
      .join("")}$`,
  );
