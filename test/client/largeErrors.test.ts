import { afterEach, expect, it } from "vitest";

import { api } from "../../provider/gitlab/request/paths";
import { CANARY, refusalOf, TestServer } from "./server";

let server: TestServer | undefined;
afterEach(() => server?.stop());

/** What a page of 31 MB costs beside one of 3 kB is memory and bytes, not words: nothing of it is looked at twice. */
const HUGE = 31 * 1024 * 1024;

it.each([
  ["text", (filler: string) => filler, "text/plain"],
  ["HTML", (filler: string) => `<html><title>${filler}</title></html>`, "text/html"],
  ["JSON", (filler: string) => JSON.stringify({ message: filler }), "application/json"],
])(
  "an error page of 31 MB of %s becomes one short sentence, and no end of it shows a part of the token",
  async (_, page, type) => {
    // The token stands across each of the lengths at which something is cut.
    for (const cut of [300, 500, 1000, 180_000, 200_000]) {
      const filler = `${"x ".repeat(cut / 2 - 5)}${CANARY}`.padEnd(HUGE, ".");
      server = await TestServer.start((_request, response) => {
        response.writeHead(400, { "content-type": type });
        response.end(page(filler));
      });
      const { message, details } = await refusalOf(server.client().get(api`things`));
      await server.stop();
      expect(message.length).toBeLessThan(2000);
      expect(`${message} ${details.sentences.join()}`).not.toContain(CANARY.slice(0, 8));
    }
  },
);
