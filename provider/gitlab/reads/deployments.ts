import type { GitLabClient } from "../request/client";
import { onWrite } from "../request/http";
import { DeploymentPages, type Asked, type Look } from "./deploymentPages";
import { Expectation } from "./expectation";
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

/**
 * Looks at deployments for all environments of one GitLab that are asked about at about the same time: of each project one page.
 * The next pages are under way while what went by the last ones is deleted, so that those who come in its place find them there.
 */
class DeploymentLooks {
  readonly #gathering = new Gathering<Waiter>();
  readonly #projects = new Map<string, DeploymentPages>();
  #working = false;

  constructor(private readonly client: GitLabClient) {}

  of(project: string, { number, name }: Asked): Looks {
    const pages = this.#pagesOf(project);
    const waiter: Waiter = { number, name, pages, resolve: () => undefined, reject: () => undefined };
    const gathering = this.#gathering;
    gathering.begin(waiter);
    return {
      look: () =>
        new Promise((resolve, reject) => {
          pages.expectation.asked();
          this.#ask(Object.assign(waiter, { resolve, reject }));
        }),
      passed: () => {
        if (gathering.isPast(waiter)) this.#lookAhead(0);
      },
      waits: () => gathering.waits(waiter),
      done: () => gathering.end(waiter),
    };
  }

  /** Something is written that may change what was seen, or is just being seen. */
  forget(): void {
    for (const pages of this.#projects.values()) pages.forget();
  }

  #pagesOf(project: string): DeploymentPages {
    const key = project.toLowerCase();
    const pages = this.#projects.get(key) ?? new DeploymentPages(this.client, project);
    this.#projects.set(key, pages);
    return pages;
  }

  #ask(waiter: Waiter): void {
    const { pages } = waiter;
    const look = pages.unused(waiter);
    if (look !== undefined) this.#answer(waiter, look);
    else if (pages.isCrowded) void this.#alone(waiter);
    else if (pages.underWay !== undefined) {
      this.#gathering.is("looking", waiter);
      void pages.underWay.then(() => this.#ask(waiter));
    } else {
      this.#gathering.is("asking", waiter);
      void this.#work();
    }
  }

  #answer(waiter: Waiter, look: Look): void {
    this.#gathering.is("going", waiter);
    waiter.resolve(look);
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    // Who knows of nobody to share with, or asks because of what a page said, gains nothing by waiting.
    const isPatient = ({ pages }: Waiter): boolean => pages.expectation.isShared && !pages.isFresh;
    while (this.#gathering.asking.size > 0) {
      const asking = await this.#gathering.all(isPatient);
      this.#serve(asking);
      this.#lookAhead(asking.length);
    }
    this.#working = false;
  }

  #serve(asking: readonly Waiter[]): void {
    const byProject = new Map<DeploymentPages, Waiter[]>();
    for (const each of asking) byProject.set(each.pages, [...(byProject.get(each.pages) ?? []), each]);
    for (const [pages, those] of byProject) {
      const [first, ...others] = those;
      if (first && others.length === 0 && this.#sharesWithNobody(first)) void this.#alone(first);
      else void this.#together(pages, those);
    }
  }

  /** Others are to be expected where there are any, the project was asked about before, and they will not go by the page that is there. */
  #sharesWithNobody(waiter: Waiter): boolean {
    const { expectation, isFresh } = waiter.pages;
    return expectation.isNew || isFresh || this.#gathering.places === 1;
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
      const lookAt = await pages.together();
      for (const each of asking) {
        const look = lookAt(each);
        if (look === undefined) void this.#alone(each);
        else this.#answer(each, look);
      }
    } catch (error) {
      for (const { reject } of asking) reject(error);
    }
  }

  /** For those who come in the place of all who are past, where looks for so many others have just been sent: no more than will come. */
  #lookAhead(sent: number): void {
    const { asking, past, places } = this.#gathering;
    if (!this.#gathering.isInStep(sent)) return;
    const all = [...this.#projects.values()];
    const asked = new Set([...asking].map(({ pages }) => pages));
    const expected = all.filter((pages) => !asked.has(pages) && pages.isWorthLookingAhead(places));
    const expectations = all.map(({ expectation }) => expectation);
    if (expected.length > past.size || !Expectation.areWorthIt(expectations, places)) return;
    for (const pages of expected) void pages.lookAhead();
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
