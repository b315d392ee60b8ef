import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { eventToMessage } from "@hookgate/rpc";
import { freePorts, makeEvent } from "@hookgate/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type ScriptedDispatcher, startScriptedDispatcher } from "../suite/scripted_dispatcher.ts";

const BODY = Buffer.from('{"x": "\xe9\u0000"}', "latin1");
const HEADERS = Buffer.from(
  "X-A: 1\r\nX-A: 2\r\nHost: h\r\nContent-Length: 9\r\nHookgate-Event: evt_9\r\nX-Sig: s\r\n",
);
const event = makeEvent({ body: BODY, headers: HEADERS, source: "academy é", type: "a" });
const EVENT = eventToMessage(event);
const SUMMARY = { event: EVENT, bodyBytes: 1, deliveries: [] };
const NONE = {
  replay: null,
  quarantined: null,
  failure: null,
  proposal: null,
  change: null,
  auditRecord: null,
};

let dispatcher: ScriptedDispatcher;
let server: Server;
let url: string;
let status: number;
let isEndless: boolean;
let posted: { path: string; headers: string[]; body: Buffer }[];

beforeAll(async () => {
  // Only calls that read: anything else would be refused.
  dispatcher = await startScriptedDispatcher({
    async find({ text }) {
      if (text !== event.id) return { found: [], notes: [] };
      return { found: [{ ...NONE, what: "event", id: event.id, event: SUMMARY }], notes: [] };
    },
    async listEvents() {
      return { events: [SUMMARY, SUMMARY], nextPageToken: "", notes: [] };
    },
    async getEvent() {
      return { event: EVENT, deliveries: [], skipped: [] };
    },
  });
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const { url: path = "", rawHeaders: headers } = request;
      posted.push({ path, headers, body: Buffer.concat(chunks) });
      response.statusCode = status;
      if (isEndless) response.write("x".repeat(100_000));
      else response.end("no \u001b[2J");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks?a=1`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await dispatcher.close();
});
beforeEach(() => {
  status = 200;
  isEndless = false;
  posted = [];
});

test("hookgate replay --to a URL posts the exact bytes and headers, and changes nothing", async () => {
  const { code, out } = await dispatcher.call(["replay", event.id, "--to", url]);
  expect(code).toBe(0);
  expect(out).toMatch(new RegExp(`^${event.id}  academy é  a  200 in [\\d.]+ m?s\n$`));
  expect(posted[0]?.path).toBe("/hooks?a=1");
  expect(posted[0]?.body.equals(BODY)).toBe(true);
  const { headers = [] } = posted[0] ?? {};
  const start = headers.slice(2, 8);
  expect(start).toEqual(["X-A", "1", "X-A", "2", "X-Sig", "s"]);
  expect(headers).toEqual(expect.arrayContaining(["hookgate-event", event.id, "academy ?"]));
  expect(headers.filter((name) => name === "h" || name === "evt_9")).toEqual([]);
});

test("hookgate replay --to a URL says what was refused, and fails", async () => {
  status = 500;
  const { code, out, err } = await dispatcher.call(["replay", "--source", "academy", "--to", url]);
  expect(code).toBe(1);
  expect(out).toContain("500 in");
  expect(out).toContain(": no \\u001b[2J\n");
  expect(err).toBe("2 of 2 were not accepted\n");
  expect(posted).toHaveLength(2);
});

test("hookgate replay --to a URL stops if nothing listens there", async () => {
  const [port] = await freePorts(1);
  const args = ["replay", "--source", "academy", "--to", `http://127.0.0.1:${port}/`];
  const { code, err } = await dispatcher.call(args);
  expect(code).toBe(1);
  expect(err).toBe(
    `Nothing listens at http://127.0.0.1:${port}: start your server, then try again\n`,
  );
});

test("hookgate replay --to a URL with --dry-run only counts", async () => {
  const args = ["replay", "--source", "academy", "--to", url, "--dry-run"];
  const { code, out } = await dispatcher.call(args);
  expect([code, out]).toEqual([0, `2 events would be posted to ${url}\n`]);
  expect((await dispatcher.call([...args, "--json"])).out).toBe('{"events":2}\n');
  expect(posted).toEqual([]);
});

test.each(["--rate=5", "--detach"])("hookgate replay --to a URL refuses %s", async (option) => {
  const args = ["replay", event.id, "--to", url, option];
  expect(await dispatcher.call(args)).toMatchObject({ code: 2 });
  expect(posted).toEqual([]);
});

test("hookgate replay --to a URL posts nothing if an id names no event", async () => {
  const { code, err } = await dispatcher.call(["replay", event.id, "evt_0", "--to", url]);
  expect([code, err]).toEqual([1, "Cannot replay evt_0: it names no event\n"]);
  expect(posted).toEqual([]);
});

test("hookgate replay --to a URL does not wait for an answer without an end", async () => {
  isEndless = true;
  const { code, out } = await dispatcher.call(["replay", event.id, "--to", url]);
  expect(code).toBe(0);
  expect(out).toContain("200 in");
});

test("hookgate replay --to a URL says that a server speaks no TLS", async () => {
  const { out } = await dispatcher.call(["replay", event.id, "--to", url.replace("http", "https")]);
  expect(out).toContain("not answered: it speaks no TLS: give a URL with http://\n");
});

test("hookgate replay --to says of what is neither a time nor a URL that it may be one", async () => {
  const { code, err } = await dispatcher.call(["replay", event.id, "--to", "localhost:3000"]);
  expect([code, err]).toEqual([2, expect.stringContaining("a URL such as http://localhost:3000,")]);
  expect(posted).toEqual([]);
});
