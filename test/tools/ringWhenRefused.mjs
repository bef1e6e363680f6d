// Loaded into a provider process before anything else: tells a test of every connection that is refused, see `test/faults/bell.ts`.
import { subscribe } from "node:diagnostics_channel";
import { connect } from "node:net";

const bell = Number(process.env["RING_WHEN_REFUSED"]);

subscribe("net.client.socket", ({ socket }) => {
  socket.once("error", ({ code, port }) => {
    if (code !== "ECONNREFUSED" || port === bell) return;
    const rope = connect(bell, "127.0.0.1");
    // The test may be over.
    rope.on("error", () => undefined);
    rope.end(`${port}\n`);
  });
});
