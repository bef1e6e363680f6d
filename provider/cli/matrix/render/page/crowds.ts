import type { People } from "../../../../effective/answer";
import type { Facts } from "../../../../effective/facts";
import { count } from "../../../text";
import { peopleCount } from "../../words";
import { type Html, html } from "../tag";

/** So many names stand in a cell; the others are one click away. */
const SHOWN = 4;

/** Lists of people, each once on the page however many rows point to it. */
export class Crowds {
  readonly #numbers = new Map<string, number>();
  readonly #all: People[] = [];

  constructor(private readonly facts: Facts) {}

  /** Whether a cell does not show all of it. */
  isLong(who: People | undefined): boolean {
    return who !== undefined && (who.people.length > SHOWN || who.bots.length > 0);
  }

  /** The number of the list; by it a search finds people by either name. */
  numberOf(who: People | undefined): number | undefined {
    if (who === undefined || who.people.length + who.bots.length === 0) return undefined;
    const key = `${who.people.join()} ${who.bots.join()}`;
    const number = this.#numbers.get(key) ?? this.#all.push(who) - 1;
    this.#numbers.set(key, number);
    return number;
  }

  section(): Html | undefined {
    if (this.#all.length === 0) return undefined;
    return html`<section id="people" aria-labelledby="people-title">
      <h2 id="people-title">People</h2>
      <p class="hint">Lists that rows above point to, each once.</p>
      <ul class="crowds">
        ${this.#all.map((who, number) => this.#crowd(who, number))}
      </ul>
    </section>`;
  }

  #crowd({ people, bots }: People, number: number): Html {
    return html`<li id="people-${number}" tabindex="-1" data-crowd="${number}">
      <h3>${peopleCount(people.length)}${bots.length > 0 && html` and ${count(bots.length, "bot")}`}</h3>
      <p>
        ${people.map((id, i) => html`${i > 0 && ", "}${this.#name(id)}`)}${bots.length > 0 && html`${people.length > 0 && "; "}<small>bots:</small> ${bots.map((id, i) => html`${i > 0 && ", "}${this.#name(id)}`)}`}
      </p>
    </li> `;
  }

  #name(id: number): Html {
    const person = this.facts.people.get(id);
    if (person === undefined) return html`user ${id}`;
    return html`<span class="name">${person.username}</span
      >${person.name !== "" && person.name !== person.username && html` <small>${person.name}</small>`}`;
  }
}
