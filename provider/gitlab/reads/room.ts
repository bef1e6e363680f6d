/** Bounds the rows kept by all readers together: the oldest page makes room for the newest. */
export class Room {
  #held = 0;
  readonly #pages: { readonly rows: number; readonly drop: () => void }[] = [];

  constructor(private readonly most: number) {}

  take(rows: number, drop: () => void): void {
    this.#pages.push({ rows, drop });
    this.#held += rows;
    while (this.#held > this.most && this.#pages.length > 1) {
      const oldest = this.#pages.shift();
      this.#held -= oldest?.rows ?? 0;
      oldest?.drop();
    }
  }
}
