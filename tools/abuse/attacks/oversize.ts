import { type Attack, count, exchange, newOutcome, note } from "../attack.ts";

const HEAD = "POST /api/webhooks/bench HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
const MIB = 1024 * 1024;
const CHUNK = Buffer.concat([
  Buffer.from("10000\r\n"),
  Buffer.alloc(65_536, 97),
  Buffer.from("\r\n"),
]);

/** Sent before an endless body has to be refused: the ceiling, and what the buffers of both sockets hold. */
const ENDLESS_BYTES_MAX = 16 * MIB;

/** Bodies that are too large, never end, or are not as long as they say. */
export const oversize: Attack = {
  id: "S2",
  name: "oversize and endless bodies, lying lengths",
  async run(target) {
    const outcome = newOutcome();
    const { edgePort: port } = target;
    const endAt = performance.now() + target.ms;
    for (let round = 1; performance.now() < endAt; round += 1) {
      const from = `127.1.2.${1 + (round % 250)}`;
      const options = { port, from, ms: target.bodyMs + 3_000 };
      const announced = await exchange(`${HEAD}Content-Length: ${1024 * MIB}\r\n\r\n`, options);
      count(outcome, announced.statuses[0] ?? 0, [413], "1 GiB, announced");
      const expecting = await exchange(
        `${HEAD}Expect: 100-continue\r\nContent-Length: ${1024 * MIB}\r\n\r\n`,
        options,
      );
      count(outcome, expecting.statuses[0] ?? 0, [413], "1 GiB, with Expect");
      let sent = 0;
      const endless = await exchange(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`, {
        ...options,
        onOpen(socket) {
          const more = () => {
            while (!socket.destroyed && sent < 64 * MIB) {
              sent += CHUNK.length;
              if (!socket.write(CHUNK)) return;
            }
          };
          socket.on("drain", more);
          more();
        },
      });
      count(outcome, endless.statuses[0] ?? 0, [413, 0], "an endless body");
      if (sent > ENDLESS_BYTES_MAX) note(outcome, `an endless body was read for ${sent} bytes`);
      const short = await exchange(
        `${HEAD}Content-Length: 2\r\n\r\n{}and more that was not announced\r\n\r\n`,
        options,
      );
      count(outcome, short.statuses[0] ?? 0, [400, 401], "a length that is too short");
      if (short.statuses.some((status) => status < 400)) note(outcome, "the rest was accepted");
      const long = await exchange(`${HEAD}Content-Length: 50\r\n\r\n{}`, {
        ...options,
        onOpen: (socket) => socket.end(),
      });
      if (long.statuses.some((status) => status < 400)) note(outcome, "half a body was accepted");
      outcome.used += 1;
    }
    return outcome;
  },
};
