import { secret, type Props } from "../values/values";
import type { ConfigValue } from "./driver";

/** The configuration of a stack; keys without a colon belong to its project. */
export class Settings {
  readonly #values = new Map<string, { value: string; secret: boolean }>();

  constructor(
    private readonly project: string,
    config: Readonly<Record<string, ConfigValue>>,
  ) {
    for (const [key, value] of Object.entries(config)) this.set(key, value);
  }

  set(key: string, given: ConfigValue): void {
    const { value, secret: hidden = false } = typeof given === "string" ? { value: given } : given;
    this.#values.set(this.#qualified(key), { value, secret: hidden });
  }

  delete(key: string): void {
    this.#values.delete(this.#qualified(key));
  }

  #qualified(key: string): string {
    return key.includes(":") ? key : `${this.project}:${key}`;
  }

  /** As a program is told them. */
  forProgram(): {
    readonly config: Readonly<Record<string, string>>;
    readonly secretKeys: readonly string[];
  } {
    const all = [...this.#values];
    return {
      config: Object.fromEntries(all.map(([key, { value }]) => [key, value])),
      secretKeys: all.filter(([, { secret: hidden }]) => hidden).map(([key]) => key),
    };
  }

  /** As providers are told them. */
  forProviders(): Props {
    return Object.fromEntries(
      [...this.#values].map(([key, { value, secret: hidden }]) => [key, hidden ? secret(value) : value]),
    );
  }

  /** What must not be shown. Very short ones would blot out half of every message. */
  secrets(): string[] {
    return [...this.#values.values()]
      .filter(({ value, secret: hidden }) => hidden && value.length > 2)
      .map(({ value }) => value);
  }
}
