import type { GitLabClient } from "../request/client";
import { onWrite } from "../request/http";
import { DeploymentPages, type Asked, type Look } from "./deploymentPages";
import { Gathering } from "./gathering";

/** Looks at the deployments of an environment that is being taken away. */
export interface Looks {
  /** Whether anything was deployed to it, as it was not longer ago than a look takes. */
  look(): Promise<Look>;
  /** What goes by the last look is answered, and no other request will go by it. */
  passed(): void;
  /** It waits for something that takes its time: others need not wait for it. */
  waits(): void;
  /** All is done. */
  done(): void;
}

interface Waiter extends Asked {
  readonly pages: DeploymentPages;
  resolve: (look: Look) => void;
  reject: (error: unknown) => void;
}

class DeploymentLooks {
  readonly #gathering = new Gathering<Waiter>();
  readonly #projects = new Map<string, DeploymentPages>();
  #sending = false;

  constructor(private readonly client: GitLabClient) {}

  of(project: string, { number, name }: Asked): Looks {
    const key = project.toLowerCase();
    const pages = this.#projects.get(key) ?? new DeploymentPages(this.client, project);
    this.#projects.set(key, pages);
    const waiter: Waiter = { number, name, pages, resolve: () => undefined, reject: () => undefined };
    const gathering = this.#gathering;
    gathering.begin(waiter);
    return {
      look: () =>
        new Promise((resolve, reject) => {
          pages.asks();
          this.#ask(Object.assign(waiter, { resolve, reject }));
        }),
      passed: () => {
        if (gathering.passed(waiter)) this.#lookAhead();
      },
      waits: () => gathering.leave(waiter),
      done: () => gathering.end(waiter),
    };
  }

  forget(): void {
    for (const pages of this.#projects.values()) pages.forget();
  }

  #ask(waiter: Waiter): void {
    const { pages } = waiter;
    const look = pages.unused(waiter);
    if (look !== undefined) this.#answer(waiter, look);
    else if (pages.underWay !== undefined) {
      this.#gathering.is("looking", waiter);
      void pages.underWay.then(() => this.#ask(waiter));
    } else if (pages.isCrowded || pages.isFresh) void this.#alone(waiter);
    else {
      this.#gathering.is("asking", waiter);
      void this.#send();
    }
  }

  #answer(waiter: Waiter, look: Look): void {
    this.#gathering.is("going", waiter);
    waiter.resolve(look);
  }

  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      while (this.#gathering.asking.size > 0) this.#serve(await this.#gathering.all());
    } finally {
      this.#sending = false;
    }
  }

  #serve(asking: readonly Waiter[]): void {
    const groups = new Map<DeploymentPages, Waiter[]>();
    for (const each of asking) groups.set(each.pages, [...(groups.get(each.pages) ?? []), each]);
    for (const [pages, those] of groups) {
      const [only] = those;
      if (pages.underWay !== undefined) for (const each of those) this.#ask(each);
      else if (only && those.length === 1 && (pages.looks === 0 || this.#gathering.size === 1))
        void this.#alone(only);
      else void this.#together(pages, those);
    }
  }

  async #alone(waiter: Waiter): Promise<void> {
    this.#gathering.is("looking", waiter);
    try {
      this.#answer(waiter, await waiter.pages.alone(waiter));
    } catch (error) {
      waiter.reject(error);
    }
  }

  async #together(pages: DeploymentPages, asking: readonly Waiter[]): Promise<void> {
    try {
      const lookAt = await pages.next();
      for (const each of asking) {
        const look = lookAt(each);
        if (look === undefined) void this.#alone(each);
        else this.#answer(each, look);
      }
    } catch (error) {
      for (const { reject } of asking) reject(error);
    }
  }

  #lookAhead(): void {
    const { size, most, asking } = this.#gathering;
    if (size < most) return;
    const all = [...this.#projects.values()];
    const sum = (of: (pages: DeploymentPages) => number) => all.reduce((n, each) => n + of(each), 0);
    if (sum((p) => p.looks) > sum((p) => p.asked)) return;
    const expected = all.filter(
      (pages) =>
        pages.underWay === undefined && pages.isExpected(most) && ![...asking].some((w) => w.pages === pages),
    );
    if (expected.length > size) return;
    for (const pages of expected) void pages.ahead();
  }
}

const looks = new Map<GitLabClient, DeploymentLooks>();

export function looksAtDeployments(client: GitLabClient, project: string, environment: Asked): Looks {
  const ofClient = looks.get(client) ?? new DeploymentLooks(client);
  looks.set(client, ofClient);
  return ofClient.of(project, environment);
}

/** Stops and deletions of environments deploy nothing; whatever else is written may. */
onWrite((_baseUrl, { path }) => {
  if (/\/environments\/\d+(\/stop)?$/.test(path)) return;
  for (const ofClient of looks.values()) ofClient.forget();
});
