import { connectRpc } from "@hookgate/rpc";
import { type Attack, count, exchange, newOutcome, note } from "../attack.ts";
import { signed } from "./signed.ts";

const PATH = "/api/webhooks/bench";
const HOST = "Host: a";

/** Requests that two servers might read differently; `inner` is a whole signed request that must not be found in them. */
function smuggling(inner: string): [string, string][] {
  const length = Buffer.byteLength(inner);
  const head = (...lines: string[]) =>
    [`POST ${PATH} HTTP/1.1`, HOST, ...lines, "", ""].join("\r\n");
  const chunked = (coding: string) => head(coding) + `0\r\n\r\n${inner}`;
  return [
    [
      "a length and chunks",
      head("Content-Length: 5", "Transfer-Encoding: chunked") + `0\r\n\r\n${inner}`,
    ],
    [
      "chunks and a length",
      head("Transfer-Encoding: chunked", `Content-Length: ${length + 5}`) + `0\r\n\r\n${inner}`,
    ],
    ["two lengths", head("Content-Length: 0", `Content-Length: ${length}`) + inner],
    ["a list of lengths", head(`Content-Length: 0, ${length}`) + inner],
    ["a signed length", head("Content-Length: +0") + inner],
    ["a negative length", head("Content-Length: -1") + inner],
    ["a hexadecimal length", head("Content-Length: 0x0") + inner],
    ["an unknown coding", chunked("Transfer-Encoding: xchunked")],
    ["chunks that are not last", chunked("Transfer-Encoding: chunked, identity")],
    ["a blank before the colon", chunked("Transfer-Encoding : chunked")],
    ["a tab before the coding's letters", chunked("Transfer-Encoding: \x0bchunked")],
    ["a folded coding", chunked("Transfer-Encoding:\r\n chunked")],
    ["a bare line feed", `POST ${PATH} HTTP/1.1\n${HOST}\nContent-Length: 0\n\n${inner}`],
    ["a bare carriage return", `POST ${PATH} HTTP/1.1\r${HOST}\rContent-Length: 0\r\r${inner}`],
    ["NUL in a header", head("X-A: a\0b", "Content-Length: 0") + inner],
    ["a chunk of no size", head("Transfer-Encoding: chunked") + `xyz\r\n${inner}`],
    ["a huge chunk size", head("Transfer-Encoding: chunked") + `FFFFFFFFFFFFFFFFF\r\n${inner}`],
    ["a negative chunk", head("Transfer-Encoding: chunked") + `-1\r\n${inner}`],
    [
      "chunks in HTTP/1.0",
      head("Transfer-Encoding: chunked").replace("1.1", "1.0") + `0\r\n\r\n${inner}`,
    ],
    ["an odd method", `FROB ${PATH} HTTP/1.1\r\n${HOST}\r\n\r\n${inner}`],
    ["a version of its own", `POST ${PATH} HTTP/3.7\r\n${HOST}\r\n\r\n${inner}`],
    ["no version", `POST ${PATH}\r\n${HOST}\r\n\r\n${inner}`],
    ["no host", `POST ${PATH} HTTP/1.1\r\nContent-Length: 0\r\n\r\n`],
    ["two hosts", head("Host: b", "Content-Length: 1") + "x"],
    ["huge headers", head(`X-A: ${"a".repeat(20_000)}`)],
    [
      "many headers",
      head(...Array.from({ length: 150 }, (_, at) => `X-${at}: 1`), "Content-Length: 1") + "x",
    ],
  ];
}

/** A whole request that would be accepted, of an event that names where it was hidden. */
function innerOf(what: string, secret: string): string {
  const body = JSON.stringify({ type: what, at: performance.timeOrigin });
  const fields = { ...signed(body, secret), "content-length": body.length, host: "a" };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /api/webhooks/smuggled HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}

/** Smuggled requests, odd methods and headers: refused, closed, and never an event. */
export const oddRequests: Attack = {
  id: "S5",
  name: "request smuggling, odd methods and headers",
  async run(target) {
    const outcome = newOutcome();
    const { edgePort: port, secret } = target;
    const cases = smuggling("").map(([what], at) => smuggling(innerOf(what, secret))[at]);
    const endAt = performance.now() + target.ms;
    for (let round = 0; performance.now() < endAt; round += 1) {
      const [what, bytes] = cases[round % cases.length] ?? ["", ""];
      const from = `127.1.5.${1 + (round % 250)}`;
      const { statuses, closed } = await exchange(bytes, { port, from, ms: 5_000 });
      const [first = 0, ...more] = statuses;
      // Chunked HTTP/1.0 and the like may also be cut without an answer.
      count(outcome, first, [0, 400, 401, 405, 413, 415, 429, 431, 501, 505], what);
      if (!closed) note(outcome, `${what}: the connection stayed open`);
      if (more.some((status) => status < 400))
        note(outcome, `${what}: a second request was accepted`);
    }
    const rpc = connectRpc({
      address: target.rpcAddress,
      security: { token: target.token, tls: null },
    });
    const { events } = await rpc.admin.listEvents({
      ...{ source: "smuggled", type: "", state: "DELIVERY_STATE_UNSPECIFIED", unhandled: false },
      ...{ subscription: "", pageSize: 10, pageToken: "" },
    });
    for (const { event } of events) note(outcome, `${event?.type}: an event was smuggled`);
    rpc.close();
    return outcome;
  },
};
