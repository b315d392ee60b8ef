import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { signedGenericRequest, waitFor } from "@hookgate/testing";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createServer, HEADER_BYTES_MAX, keepAccepting } from "./edge_server.ts";
import { keptLog } from "./suite/kept_log.ts";
import { pauseProcess } from "./suite/pause_process.ts";
import { RawConnection } from "./suite/raw_connection.ts";
import { eventBody, type RunningEdge, runEdge, SECRET } from "./suite/run_edge.ts";

let running: RunningEdge;
let connection: RawConnection;

beforeEach(async () => {
  running = await runEdge({ limits: { headersDeadlineMs: 300, bodyDeadlineMs: 300 } });
  connection = await RawConnection.open(running.port);
});

afterEach(async () => {
  connection.destroy();
  await running.stop();
});

const PATH = "/api/webhooks/academy";
const HOST = "Host: localhost";

test.each([
  ["random bytes", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"],
  ["no HTTP at all", "hello\r\n\r\n"],
  ["an unknown method", `FROB ${PATH} HTTP/1.1\r\n${HOST}\r\n\r\n`],
  ["no host", `POST ${PATH} HTTP/1.1\r\nContent-Length: 0\r\n\r\n`],
  [
    "two lengths",
    `POST ${PATH} HTTP/1.1\r\n${HOST}\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n`,
  ],
  ["a length in words", `POST ${PATH} HTTP/1.1\r\n${HOST}\r\nContent-Length: five\r\n\r\n`],
  ["a negative length", `POST ${PATH} HTTP/1.1\r\n${HOST}\r\nContent-Length: -1\r\n\r\n`],
  ["a signed length", `POST ${PATH} HTTP/1.1\r\n${HOST}\r\nContent-Length: +5\r\n\r\nhello`],
  [
    "a length and chunks",
    `POST ${PATH} HTTP/1.1\r\n${HOST}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ],
  [
    "chunks that are not the last coding",
    `POST ${PATH} HTTP/1.1\r\n${HOST}\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
  ],
  [
    "a blank before the colon",
    `POST ${PATH} HTTP/1.1\r\n${HOST}\r\nContent-Length : 5\r\n\r\nhello`,
  ],
  ["a folded header", `POST ${PATH} HTTP/1.1\r\n${HOST}\r\nX-A: a\r\n b\r\n\r\n`],
  ["a bare line feed", `POST ${PATH} HTTP/1.1\n${HOST}\nContent-Length: 0\n\n`],
  [
    "a chunk of no size",
    `POST ${PATH} HTTP/1.1\r\n${HOST}\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n`,
  ],
])("the server answers 4xx to %s, in our form, and closes", async (_, request) => {
  connection.write(request);
  const status = await connection.status();
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  await connection.waitUntilClosed();
  expect(connection.text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  expect(running.dispatcher.events).toEqual([]);
  expect((await running.post(eventBody())).status).toBe(200);
});

test("the server refuses headers that are too large", async () => {
  connection.write(
    `POST ${PATH} HTTP/1.1\r\n${HOST}\r\nX-A: ${"a".repeat(HEADER_BYTES_MAX)}\r\n\r\n`,
  );
  expect(await connection.status()).toBe(431);
  await connection.waitUntilClosed();
  expect(connection.text).toMatch(/\{"error":"headers_too_large","message":"[^"]+"\}$/);
});

test.each([
  ["malformed_request", `POST ${PATH}?token=secret HTTP/1.1\r\n${HOST}\r\nX A: a\r\n\r\n`, 400],
  [
    "headers_too_large",
    `POST ${PATH}?token=secret HTTP/1.1\r\n${HOST}\r\nX-A: ${"a".repeat(HEADER_BYTES_MAX)}\r\n\r\n`,
    431,
  ],
])("the server logs and counts a request that it cannot read: %s", async (error, bytes, status) => {
  connection.write(bytes);
  await connection.waitUntilClosed();
  const line = running.lines.find(({ msg }) => msg === "request refused, it could not be read");
  const from = { address: "127.0.0.1", method: "POST", path: PATH };
  expect(line).toMatchObject({ level: "info", status, error, ...from, omitted: 0 });
  expect(JSON.stringify(line)).not.toContain("secret");
  expect(await running.metrics.text()).toContain(
    `hookgate_requests_total{source="",outcome="${error}",status="${status}"} 1`,
  );
});

test("the server cuts headers that come too slowly", async () => {
  const drip = setInterval(() => connection.write("X"), 50);
  try {
    connection.write(`POST ${PATH} HTTP/1.1\r\n`);
    expect(await connection.status()).toBe(408);
    await connection.waitUntilClosed();
  } finally {
    clearInterval(drip);
  }
});

test("the server cuts a connection that sends nothing", async () => {
  await connection.waitUntilClosed();
  expect(connection.text).toMatch(/^(HTTP\/1\.1 408 |$)/);
});

test.each([
  ["headers", 4],
  ["a body", 0],
])("the server stores an event whose %s arrived while it did not run", async (_, missing) => {
  const { body, headers } = signedGenericRequest({ secret: SECRET, body: eventBody() });
  const fields = Object.entries({ ...headers, "content-length": String(body.length) });
  const head = `POST ${PATH} HTTP/1.1\r\n${HOST}\r\n${fields.map((field) => `${field.join(": ")}\r\n`).join("")}\r\n`;
  const sent = head.length - missing;
  connection.write(head.slice(0, sent));
  // Accepted after the connection, so its first bytes have been read.
  await running.post(eventBody());
  connection.write(head.slice(sent));
  connection.write(body);
  pauseProcess(1_500);
  expect(await connection.status()).toBe(200);
});

test("the server answers requests that arrive in one packet, in their order", async () => {
  const get = (path: string) => `GET ${path} HTTP/1.1\r\n${HOST}\r\n\r\n`;
  connection.write(get("/nowhere") + get(PATH) + get("/nowhere"));
  const statuses = () => connection.text.match(/HTTP\/1\.1 (\d+)/g) ?? [];
  await waitFor(() => statuses().length === 3, { what: "three answers" });
  expect(statuses()).toEqual(["HTTP/1.1 404", "HTTP/1.1 405", "HTTP/1.1 404"]);
});

test.each([
  ["has no host", `POST ${PATH} HTTP/1.1\r\nContent-Length: 0\r\n\r\n`, 400],
  [
    "has two hosts",
    `POST ${PATH} HTTP/1.1\r\n${HOST}\r\n${HOST}\r\nContent-Length: 0\r\n\r\n`,
    400,
  ],
])("the server takes nothing behind a request that %s", async (_, first, status) => {
  const { body, headers } = signedGenericRequest({ secret: SECRET, body: eventBody() });
  const fields = Object.entries({ ...headers, "content-length": String(body.length) });
  const head = `POST ${PATH} HTTP/1.1\r\n${HOST}\r\n${fields.map((field) => `${field.join(": ")}\r\n`).join("")}\r\n`;
  connection.write(Buffer.concat([Buffer.from(first + head, "latin1"), body]));
  expect(await connection.status()).toBe(status);
  await connection.waitUntilClosed();
  expect(connection.text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  // A later one is stored alone.
  expect((await running.post(eventBody())).status).toBe(200);
  expect(running.dispatcher.events).toHaveLength(1);
});

test("the server closes on CONNECT", async () => {
  connection.write(`CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n`);
  await connection.waitUntilClosed();
  expect(running.dispatcher.events).toEqual([]);
});

test("a request that comes on a connection which has been refused is not taken", async () => {
  const taken: string[] = [];
  const options = { count: { add() {} }, log: keptLog().log, monotonic: () => 0 };
  const server = createServer((req) => void taken.push(req.url ?? ""), options);
  let parsed = 0;
  server.prependListener("request", () => {
    parsed += 1;
  });
  // As `answerSocket` does, but slower to close.
  server.on("connection", (socket) => socket.end("HTTP/1.1 503 Service Unavailable\r\n\r\n"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const refused = await RawConnection.open((server.address() as AddressInfo).port);
  try {
    refused.write(`POST ${PATH} HTTP/1.1\r\n${HOST}\r\nContent-Length: 0\r\n\r\n`);
    expect(await refused.status()).toBe(503);
    await waitFor(() => parsed > 0, { what: "the request" });
    expect(taken).toEqual([]);
  } finally {
    refused.destroy();
    server.close();
  }
});

test("keepAccepting() keeps a server alive whose accept() fails, and bounds its log", () => {
  const { log, lines } = keptLog();
  let now = 0;
  const server = createServer(() => {}, { count: { add() {} }, log, monotonic: () => now });
  keepAccepting(server, { log, monotonic: () => now });
  const fail = () => server.emit("error", new Error("accept EMFILE"));
  for (let failure = 0; failure < 100; failure += 1) fail();
  now = 1_000;
  fail();
  const message = "cannot accept a connection, still listening";
  expect(lines).toMatchObject([
    { level: "error", msg: message, omitted: 0 },
    { level: "error", msg: message, omitted: 99 },
  ]);
});
