import { parseHeaderBlock } from "@hookgate/providers";
import { waitFor } from "@hookgate/testing";
import { afterEach, expect, test } from "@jest/globals";
import { RawConnection } from "../suite/raw_connection.ts";
import { eventBody, type RunningEdge, runEdge } from "../suite/run_edge.ts";

const NOW = 1_767_225_600_000;
const clock = { now: () => NOW, monotonic: () => performance.now() };

let running: RunningEdge;

afterEach(() => running.stop());

const FORGED = { "x-webhook-signature": "0".repeat(64), "x-note": "a\u00e9" };

/** The refused requests that were reported to the dispatcher, once there are this many. */
async function quarantined(count: number) {
  const refused = () => running.dispatcher.reports.flatMap((report) => report.refused);
  await waitFor(() => refused().length >= count, { what: "refused requests in a report" });
  return refused();
}

test("noteRefusals() keeps a refused request as it was, and why", async () => {
  running = await runEdge({ clock, trustedProxies: ["127.0.0.1"] });
  const body = Uint8Array.of(0xff, 0x00, 0x0d, 0x0a);
  const answer = await running.ask("/api/webhooks/academy?a=%20b", {
    method: "POST",
    headers: { ...FORGED, "x-forwarded-for": "203.0.113.7, 10.0.0.1" },
    body,
  });
  expect(answer.status).toBe(401);
  const [kept] = await quarantined(1);
  expect(kept).toMatchObject({
    id: expect.stringMatching(/^qtn_[0-9a-f]{32}$/),
    source: "academy",
    provider: "generic",
    receivedAtMs: NOW,
    reason: "no_match",
    diagnosis: [],
    address: "10.0.0.1",
    addressChain: "203.0.113.7, 10.0.0.1, 127.0.0.1",
    method: "POST",
    url: `http://127.0.0.1:${running.port}/api/webhooks/academy?a=%20b`,
    releasedAs: "",
    bodyBytes: 4,
  });
  expect(Uint8Array.from(kept?.body ?? [])).toEqual(body);
  const headers = new Map(parseHeaderBlock(kept?.headers ?? new Uint8Array(0)));
  expect(headers.get("x-note")).toBe("a\u00e9");
  expect(headers.get("x-webhook-signature")).toBe(FORGED["x-webhook-signature"]);
});

test("noteRefusals() keeps what an allow list refuses, with its body, even if it is signed", async () => {
  running = await runEdge({ clock, allowedIps: { mode: "enforce", ranges: ["203.0.113.7"] } });
  const body = eventBody();
  expect((await running.post(body)).status).toBe(403);
  const [kept] = await quarantined(1);
  expect(kept).toMatchObject({ reason: "address_not_allowed", address: "127.0.0.1" });
  expect(Buffer.from(kept?.body ?? []).toString()).toBe(body);
  expect(running.dispatcher.events).toEqual([]);
});

test("checkAddress() answers 403 to a refused address, even if its body is bad, too, and keeps its headers", async () => {
  running = await runEdge({ clock, allowedIps: { mode: "enforce", ranges: ["203.0.113.7"] } });
  const statuses = [
    (await running.post("x".repeat(1024 * 1024 + 1))).status,
    (await running.post("{}", { headers: { ...FORGED, "content-encoding": "gzip" } })).status,
  ];
  expect(statuses).toEqual([403, 403]);
  // A client that waits with its body is not asked for it.
  const connection = await RawConnection.open(running.port);
  connection.write(
    "POST /api/webhooks/academy HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n" +
      "Expect: 100-continue\r\n\r\n",
  );
  expect(await connection.status()).toBe(403);
  connection.destroy();
  const kept = await quarantined(3);
  expect(kept.map(({ reason, body }) => [reason, body.length])).toEqual(
    Array.from({ length: 3 }, () => ["address_not_allowed_unread", 0]),
  );
  const [, compressed] = kept.map(({ headers }) => new Map(parseHeaderBlock(headers)));
  expect(compressed?.get("x-note")).toBe("a\u00e9");
});

test("noteRefusals() keeps nothing that was no event for a source", async () => {
  running = await runEdge({ clock });
  const headers = FORGED;
  await running.ask("/api/webhooks/nobody", { method: "POST", headers, body: "{}" });
  for (const method of ["GET", "HEAD", "OPTIONS"]) {
    await running.ask("/api/webhooks/academy", { method, headers });
  }
  await running.post(eventBody());
  await running.ask("/api/webhooks/academy", { method: "POST", headers, body: "last" });
  const kept = await quarantined(1);
  expect(kept.map(({ body }) => Buffer.from(body).toString())).toEqual(["last"]);
});

test.each<[string, number, RequestInit]>([
  ["method_not_allowed", 405, { method: "PUT", body: "{}" }],
  ["method_not_allowed", 405, { method: "DELETE" }],
  ["unsupported_encoding", 415, { method: "POST", headers: { "content-encoding": "gzip" } }],
  ["body_too_large", 413, { method: "POST", body: "x".repeat(1024 * 1024 + 1) }],
])(
  "noteRefusals() keeps the headers of what is refused unread: %s",
  async (reason, status, init) => {
    running = await runEdge({ clock });
    const headers = { ...FORGED, ...(init.headers as Record<string, string>) };
    const answer = await running.ask("/api/webhooks/academy?a=b", { ...init, headers });
    expect(answer.status).toBe(status);
    const [kept] = await quarantined(1);
    expect(kept).toMatchObject({
      reason,
      source: "academy",
      method: init.method,
      receivedAtMs: NOW,
    });
    expect(kept?.body).toHaveLength(0);
    expect(kept?.url).toMatch(/\?a=b$/);
    const sent = new Map(parseHeaderBlock(kept?.headers ?? new Uint8Array(0)));
    expect(sent.get("x-note")).toBe("a\u00e9");
  },
);

test("noteRefusals() keeps no body that the stores cannot take as one record", async () => {
  running = await runEdge({ clock, limits: { bodyBytesMax: 9 * 1024 * 1024 } });
  const body = new Uint8Array(8 * 1024 * 1024 + 1);
  const init = { method: "POST", headers: FORGED, body };
  expect((await running.ask("/api/webhooks/academy", init)).status).toBe(401);
  const [kept] = await quarantined(1);
  expect([kept?.reason, kept?.body.length]).toEqual(["body_not_kept", 0]);
});

test("noteRefusals() still keeps well-formed requests of an address over its limit, and nothing else", async () => {
  running = await runEdge({ clock, rateLimit: { max: 3 } });
  const statuses: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    const init = { method: "POST", headers: FORGED, body: `${round}` };
    statuses.push((await running.ask("/api/webhooks/academy", init)).status);
  }
  expect(statuses).toEqual([401, 401, 401, 429, 429, 429]);
  await running.ask("/api/webhooks/academy", { method: "POST", body: "no signature" });
  await running.ask("/api/webhooks/academy", { method: "PUT", body: "no event" });
  await quarantined(6);
  await running.stop();
  const reported = running.dispatcher.reports.flatMap(({ refused }) => refused);
  expect(reported.map(({ body }) => Buffer.from(body).toString())).toEqual([..."012345"]);
});

test("noteRefusals() delays no answer while the dispatcher takes no report", async () => {
  running = await runEdge({ clock });
  running.dispatcher.report = () => new Promise(() => {});
  for (let round = 0; round < 20; round += 1) {
    const init = { method: "POST", headers: FORGED, body: `${round}` };
    expect((await running.ask("/api/webhooks/academy", init)).status).toBe(401);
  }
  expect((await running.post(eventBody())).status).toBe(200);
});
