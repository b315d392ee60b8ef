import { createHash, createHmac } from "node:crypto";
import { parseHeaderBlock } from "@hookgate/providers";
import { signedGenericRequest } from "@hookgate/testing";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { eventBody, type RunningEdge, readAnswer, runEdge, SECRET } from "./suite/run_edge.ts";

let running: RunningEdge;

beforeEach(async () => {
  running = await runEdge({ clock: { now: () => 1_767_225_600_000, monotonic } });
});

afterEach(() => running.stop());

function monotonic(): number {
  return performance.now();
}

test("the edge answers 200 once an event is stored, and stores all of it", async () => {
  const body = eventBody();
  const answer = await running.post(body, { headers: { "X-Trace": "a\u00e9" } });

  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
  const [event] = running.dispatcher.events;
  expect(await answer.json()).toEqual({ received: true, eventId: event?.id });
  expect(event).toEqual({
    id: expect.stringMatching(/^evt_[0-9a-f]{32}$/),
    source: "academy",
    provider: "generic",
    type: "course.enrolled",
    providerType: "course.enrolled",
    receivedAt: 1_767_225_600_000,
    providerEventId: "",
    secretId: "new",
    address: "127.0.0.1",
    addressChain: "127.0.0.1",
    headers: expect.anything(),
    body: Buffer.from(body),
    bodySha256: createHash("sha256").update(body).digest(),
    flags: [],
    dedupe: "body",
    bodyWindowMs: 90_000_000,
  });
  const headers = new Map(parseHeaderBlock(event?.headers ?? new Uint8Array(0)));
  expect(headers.get("content-type")).toBe("application/json");
  expect(headers.get("x-trace") ?? headers.get("X-Trace")).toBe("a\u00e9");
});

test("the edge answers the same event again as a duplicate, with the id of the first", async () => {
  const body = eventBody();
  const first = await readAnswer(await running.post(body));
  const again = await running.post(body);
  expect(again.status).toBe(200);
  expect(await again.json()).toEqual({ ...first, duplicate: true });
});

test("the edge answers 64 identical posts at once with 200, 63 of them as duplicates", async () => {
  const body = eventBody();
  const answers = await Promise.all(Array.from({ length: 64 }, () => running.post(body)));
  expect(answers.map(({ status }) => status)).toEqual(Array(64).fill(200));
  const bodies = await Promise.all(answers.map(readAnswer));
  expect(bodies.filter(({ duplicate }) => duplicate === true)).toHaveLength(63);
  expect(new Set(bodies.map(({ eventId }) => eventId)).size).toBe(1);
  expect(running.dispatcher.events).toHaveLength(1);
});

test("the edge accepts events of a source whose name is a path", async () => {
  expect((await running.post(eventBody(), { source: "shop/eu/main" })).status).toBe(200);
  expect(running.dispatcher.events[0]?.source).toBe("shop/eu/main");
});

test("the edge accepts every secret of a source, and records which one it was", async () => {
  await running.post(eventBody(), { secret: "the secret of yesterday" });
  expect(running.dispatcher.events[0]?.secretId).toBe("old");
});

test.each([
  ["not JSON", "{"],
  ["no object", "[]"],
  ["no type", '{"data":{}}'],
  ["nothing", ""],
  ["invalid UTF-8", new Uint8Array([0xff, 0xfe, 0x00])],
])("the edge stores a verified body that is unreadable: %s", async (_, body) => {
  const answer = await running.post(body);
  expect(answer.status).toBe(200);
  expect(running.dispatcher.events).toMatchObject([
    { type: "unknown", flags: ["unreadable", "may_repeat"] },
  ]);
});

test.each([
  ["invalid UTF-8", '{"type":"payment.success","data":"\xff\xc3\x28"}'],
  ["CRLF", '{\r\n"type":"payment.success",\r\n"data":{}}\r\n'],
  ["a BOM", '\xef\xbb\xbf{"type":"payment.success","data":{}}'],
  ["1e400", '{"type":"payment.success","data":1e400}'],
  ["duplicate keys", '{"type":"payment.success","data":{"a":1,"a":2},"data":{}}'],
  ["__proto__", '{"__proto__":{"type":"x"},"type":"payment.success"}'],
  ["a lone surrogate", '{"type":"payment.success","data":"\\ud800"}'],
  ["NUL", '{"type":"payment.success","data":"\\u0000"}\0'],
])("the edge keeps every byte of %s, and refuses it with one byte changed", async (_, text) => {
  const body = Buffer.from(text, "latin1");
  expect((await running.post(body)).status).toBe(200);
  expect(running.dispatcher.events[0]?.body).toEqual(body);

  const { headers } = signedGenericRequest({ secret: SECRET, body });
  for (const at of [0, body.length >> 1, body.length - 1]) {
    const changed = Buffer.from(body);
    changed[at] = (changed[at] ?? 0) ^ 1;
    const init = { method: "POST", headers, body: changed };
    expect((await running.ask("/api/webhooks/academy", init)).status).toBe(401);
  }
  expect(running.dispatcher.events).toHaveLength(1);
});

const SIGNED = signedGenericRequest({ secret: SECRET, body: "{}" });
const SIGNATURE = SIGNED.headers["x-webhook-signature"] ?? "";

function macOf(body: string, secret: string): string {
  return createHmac("sha256", secret).update(body).digest("hex");
}

test.each([
  ["none", {}],
  ["an empty one", { "x-webhook-signature": "" }],
  ["rubbish", { "x-webhook-signature": "rubbish" }],
  ["another scheme's prefix", { "x-webhook-signature": SIGNATURE.replace("sha256=", "sha512=") }],
  ["one digit less", { "x-webhook-signature": SIGNATURE.slice(0, -1) }],
  ["one digit more", { "x-webhook-signature": `${SIGNATURE}0` }],
  ["a very long one", { "x-webhook-signature": "0".repeat(8_000) }],
  ["two of them", { "x-webhook-signature": `${SIGNATURE}, ${SIGNATURE}` }],
  ["an empty secret's", { "x-webhook-signature": macOf("{}", "") }],
])("the edge answers 401 to a signature that is wrong: %s", async (_, headers) => {
  const init = { method: "POST", headers: headers as Record<string, string>, body: "{}" };
  const answer = await running.ask("/api/webhooks/academy", init);
  expect(answer.status).toBe(401);
  // The answer is always the same: a forger learns nothing.
  expect(await answer.json()).toEqual({
    error: "invalid_signature",
    message: "The signature is missing or not valid.",
  });
  expect(running.dispatcher.events).toEqual([]);
});

test("the edge accepts a signature with its prefix and without", async () => {
  for (const signature of [SIGNATURE, SIGNATURE.replace("sha256=", "")]) {
    const headers = { "x-webhook-signature": signature };
    const answer = await running.ask("/api/webhooks/academy", {
      method: "POST",
      headers,
      body: "{}",
    });
    expect(answer.status).toBe(200);
  }
});

test.each([
  "/",
  "/api/webhooks",
  "/api/webhooks/",
  "/api/webhooks/nobody",
  "/api/webhooks/academy//",
  "/api/webhooks/nobody/",
  "/api/webhooks//academy",
  "/api/webhooks/Academy",
  "/api/webhooks/acad%65my",
  "/api/webhooks/shop%2Feu%2Fmain",
  "/api/webhooks/shop/eu",
  "/api/webhooks/shop/eu/main/x",
  "/api/webhooks/a/b/c/d/e/f",
  "/api/webhooks/constructor",
  "/api/webhooks/__proto__",
  "/API/webhooks/academy",
  "/api/webhooks/academy%00",
  "/api/webhooks/academy;x",
  "/healthz",
])("the edge answers 404 if there is no source: %s", async (path) => {
  const answer = await running.ask(path, { method: "POST", headers: SIGNED.headers, body: "{}" });
  expect(answer.status).toBe(404);
  expect(await answer.json()).toEqual({
    error: "unknown_source",
    message: "There is no such source.",
  });
  expect(running.dispatcher.events).toEqual([]);
});

test("the edge ignores the query", async () => {
  const { headers } = SIGNED;
  const init = { method: "POST", headers, body: "{}" };
  expect((await running.ask("/api/webhooks/academy?a=/../b", init)).status).toBe(200);
});

test.each(["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"])(
  "the edge answers 405 to %s on a source, with what is allowed",
  async (method) => {
    const answer = await running.ask("/api/webhooks/academy", { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("POST");
    const text = await answer.text();
    const expected = { error: "method_not_allowed", message: "Events are sent with POST." };
    expect(text === "" ? null : JSON.parse(text)).toEqual(method === "HEAD" ? null : expected);
  },
);

test("the edge answers 404, not 405, to GET if there is no source", async () => {
  expect((await running.ask("/api/webhooks/nobody")).status).toBe(404);
});

test.each(["overloaded", "disk_reserve", "store"])(
  "the edge answers 503 with Retry-After if the dispatcher stores nothing: %s",
  async (reason) => {
    running.dispatcher.behaviour = reason;
    const answer = await running.post(eventBody());
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await answer.json()).toEqual({
      error: "unavailable",
      message: "The event could not be stored. Try again later.",
    });
    const line = running.lines.find(({ msg }) => msg === "event not stored, answered 503");
    expect(line).toMatchObject({ level: "warn", source: "academy", reason });
  },
);

test("the edge logs refused requests, without bodies and signatures, and bounds that log", async () => {
  const headers = { "x-webhook-signature": SIGNATURE, "x-note": "line\tbreaker" };
  for (let round = 0; round < 60; round += 1) {
    await running.ask(`/api/webhooks/academy?key=hidden`, {
      method: "POST",
      headers,
      body: `{"secret":"hidden ${round}"}`,
    });
  }
  const refused = running.lines.filter(({ msg }) => msg === "request refused");
  expect(refused[0]).toMatchObject({
    level: "info",
    status: 401,
    error: "invalid_signature",
    reason: "no_match",
    source: "academy",
    address: "127.0.0.1",
    method: "POST",
    path: "/api/webhooks/academy",
  });
  expect(refused.length).toBeLessThan(60);
  const text = JSON.stringify(running.lines);
  expect(text).not.toContain("hidden");
  expect(text).not.toContain(SIGNATURE.replace("sha256=", ""));
});

test("the edge logs nothing at info for an event that is stored", async () => {
  const before = running.lines.length;
  await running.post(eventBody());
  const written = running.lines.slice(before);
  expect(written.map(({ level }) => level)).toEqual(["debug"]);
});
