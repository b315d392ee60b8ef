import { randomBytes } from "node:crypto";
import { type Attack, atRate, exchange, newOutcome, note, post } from "../attack.ts";

const TLS_HELLO = Buffer.from("16030100f8010000f40303", "hex");
const HTTP2_PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const FRAME = Buffer.from("00000408000000000000000000", "hex");

/** What would be a line of the log, if it got there as it is. */
const INJECTED = '\u2028{"level":"fatal","msg":"injected"}\u001b[2J';

function garbage(number: number): Uint8Array {
  const random = randomBytes(1 + (number % 4_096));
  switch (number % 4) {
    case 0:
      return random;
    case 1:
      return Buffer.concat([TLS_HELLO, random]);
    case 2:
      return Buffer.concat([Buffer.from(HTTP2_PREFACE), FRAME, random]);
    default:
      return Buffer.concat([Buffer.from("GET / HTTP/1.1\r\nHost: a\r\n"), random]);
  }
}

/** Random bytes at every port, and texts that try to look like lines of the log. */
export const randomBytesAtPorts: Attack = {
  id: "S12",
  name: "random bytes at every port, log injection, 40 a second",
  async run(target) {
    const outcome = newOutcome();
    const rpcPort = Number(target.rpcAddress.split(":").at(-1));
    const ports = [target.edgePort, rpcPort, ...target.opsPorts];
    await atRate(target.ms, 30, async (number) => {
      const port = ports[number % ports.length] ?? target.edgePort;
      const from = `127.1.12.${1 + (number % 250)}`;
      const { statuses } = await exchange(garbage(number >> 2), { port, from, ms: 200 });
      outcome.used += 1;
      const [status = 0] = statuses;
      outcome.answers[status] = (outcome.answers[status] ?? 0) + 1;
      if (status >= 200 && status < 300) note(outcome, `random bytes were answered ${status}`);
      if (number % 3 > 0) return;
      const text = encodeURIComponent(INJECTED);
      await post(target, {
        to: `bench/${text}?${text}`,
        headers: {
          "user-agent": `a ${text}`,
          "x-forwarded-for": text,
          "x-webhook-signature": text,
        },
        body: INJECTED,
        from,
      });
    });
    return outcome;
  },
};
