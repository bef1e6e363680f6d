import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";

import { gathered } from "../../provider/gitlab/reads/gathered";
import { Gathering } from "../../provider/gitlab/reads/gathering";

const BUSY_MS = 60;

/** Asks by a message, as the engine does, which arrives while this process is busy for longer than any pause. */
async function askWhileBusy(ask: () => void): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  port1.on("message", () => {
    ask();
    port1.close();
  });
  await turn();
  port2.postMessage("");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_MS);
}

it("hears who asked while this process was busy, before a pause without questions is taken for their end", async () => {
  let asked = 1;
  const all = gathered(() => asked).then(() => asked);
  await askWhileBusy(() => asked++);
  expect(await all).toBe(2);
});

it("takes who asked while this process was busy along in the first request", async () => {
  const gathering = new Gathering<{ readonly name: string }>();
  gathering.is("asking", { name: "first" });
  const all = gathering.all(() => true);
  await askWhileBusy(() => gathering.is("asking", { name: "second" }));
  expect(await all).toEqual([{ name: "first" }, { name: "second" }]);
});
