import { connect, type Socket } from "node:net";
import { type Attack, newOutcome, note, type Outcome, type Target } from "../attack.ts";

const HEAD = "POST /api/webhooks/bench HTTP/1.1\r\nHost: a\r\n";
const STARTS = [`${HEAD}X-Slow: `, `${HEAD}Content-Length: 100000\r\n\r\n`];

/** One address cannot have more than half of them. */
const ADDRESSES = ["127.1.1.1", "127.1.1.2", "127.1.1.3", "127.1.1.4"];

/** Between two bytes of each socket, in milliseconds. */
const DRIP_MS = 500;

/** How late a socket may be cut: the server looks twice a second, and both sides are busy. */
const LATE_MS_MAX = 2_500;

/** Holds 2,000 sockets that send their headers or bodies a byte at a time, and replaces those that are closed. */
export const slowSockets: Attack = {
  id: "S1",
  name: "2,000 slow sockets, headers and bodies",
  async run(target) {
    const outcome = newOutcome();
    const open = new Set<Socket>();
    const lifeMsMax = Math.max(target.headersMs, target.bodyMs) + LATE_MS_MAX;
    const endAt = performance.now() + target.ms;
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        for (const socket of open) socket.write("a");
        // Opened gradually, as by many clients.
        for (let more = 0; more < 500 && open.size < 2_000; more += 1) {
          openOne(target, { open, outcome, lifeMsMax });
        }
        if (performance.now() < endAt) return;
        clearInterval(timer);
        resolve();
      }, DRIP_MS);
    });
    for (const socket of open) socket.removeAllListeners("close").destroy();
    open.clear();
    return outcome;
  },
};

function openOne(
  { edgePort }: Target,
  { open, outcome, lifeMsMax }: { open: Set<Socket>; outcome: Outcome; lifeMsMax: number },
): void {
  const start = STARTS[outcome.used % STARTS.length] ?? HEAD;
  const localAddress = ADDRESSES[outcome.used % ADDRESSES.length];
  outcome.used += 1;
  const socket = connect({ port: edgePort, host: "127.0.0.1", localAddress });
  let status = "0";
  open.add(socket);
  const late = setTimeout(() => {
    if (open.has(socket)) note(outcome, `a slow socket was still open after ${lifeMsMax} ms`);
  }, lifeMsMax).unref();
  socket.setEncoding("latin1").once("data", (text) => {
    status = /^HTTP\/1\.1 (\d{3})/.exec(String(text))?.[1] ?? status;
  });
  socket
    .on("error", () => {})
    .on("close", () => {
      clearTimeout(late);
      open.delete(socket);
      outcome.answers[status] = (outcome.answers[status] ?? 0) + 1;
      if (!["0", "408", "429", "503"].includes(status)) note(outcome, `answered ${status}`);
    });
  socket.write(start);
}
