import type { ConfiguredSource } from "@hookgate/config";
import { waitFor } from "@hookgate/testing";
import { afterEach, expect, test } from "@jest/globals";
import { RawConnection } from "../suite/raw_connection.ts";
import {
  eventBody,
  type PostOptions,
  type RunEdgeOptions,
  type RunningEdge,
  readAnswer,
  runEdge,
  SECRET,
} from "../suite/run_edge.ts";

const FORGED: PostOptions = { headers: { "x-webhook-signature": "0".repeat(64) } };

let running: RunningEdge;

afterEach(() => running.stop());

async function run(options: RunEdgeOptions): Promise<void> {
  running = await runEdge({ trustedProxies: ["127.0.0.1"], ...options });
}

function from(address: string, { headers = {}, ...rest }: PostOptions = {}): PostOptions {
  return { ...rest, headers: { ...headers, "x-forwarded-for": address } };
}

test("limitAddresses() answers 429 to an address with too many refused requests", async () => {
  await run({ rateLimit: { max: 5, windowMs: 60_000 } });
  const statuses: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    statuses.push((await running.post("{}", FORGED)).status);
  }
  expect(statuses).toEqual(Array(5).fill(401));

  const limited = await running.post("{}", FORGED);
  expect(limited.status).toBe(429);
  const seconds = Number(limited.headers.get("retry-after"));
  expect(seconds).toBeGreaterThanOrEqual(55);
  expect(seconds).toBeLessThanOrEqual(60);
  expect(await readAnswer(limited)).toEqual({
    error: "rate_limited",
    message: `Too many requests. Try again in ${seconds} s.`,
  });
});

test("limitAddresses() allows a hundred in fifteen minutes by default", async () => {
  await run({});
  const statuses = new Map<number, number>();
  for (let round = 0; round < 102; round += 1) {
    const { status } = await running.post("{}", FORGED);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  expect([...statuses]).toEqual([
    [401, 100],
    [429, 2],
  ]);
});

test("limitAddresses() lets every verified request pass, even from an address that sends forged ones", async () => {
  await run({ rateLimit: { max: 2 } });
  for (let round = 0; round < 4; round += 1) {
    await running.post("{}", FORGED);
    expect((await running.post(eventBody())).status).toBe(200);
  }
  expect((await running.post("{}", FORGED)).status).toBe(429);
  expect(running.dispatcher.events).toHaveLength(4);
});

test("limitAddresses() counts every kind of refusal together", async () => {
  await run({ rateLimit: { max: 4 }, limits: { bodyBytesMax: 1_000 } });
  const statuses = [
    (await running.ask("/nowhere")).status,
    (await running.ask("/api/webhooks/academy")).status,
    (await running.post(new Uint8Array(1_001))).status,
    (await running.post("{}", FORGED)).status,
    (await running.ask("/nowhere", { method: "POST", body: "{}" })).status,
    (await running.post("{}", FORGED)).status,
  ];
  expect(statuses).toEqual([404, 405, 413, 401, 429, 429]);
});

test("limitAddresses() does not count faults of ours", async () => {
  await run({ rateLimit: { max: 2 } });
  running.dispatcher.behaviour = "store";
  for (let round = 0; round < 5; round += 1) {
    expect((await running.post(eventBody())).status).toBe(503);
  }
  expect((await running.post("{}", FORGED)).status).toBe(401);
});

test("limitAddresses() counts each IPv4 address and each IPv6 network by itself", async () => {
  await run({ rateLimit: { max: 1 } });
  const statusOf = async (address: string) =>
    (await running.post("{}", from(address, FORGED))).status;
  expect(await statusOf("203.0.113.1")).toBe(401);
  expect(await statusOf("203.0.113.1")).toBe(429);
  expect(await statusOf("203.0.113.2")).toBe(401);
  expect(await statusOf("2001:db8::1")).toBe(401);
  expect(await statusOf("2001:db8::2")).toBe(429);
  expect(await statusOf("2001:db8:0:1::1")).toBe(401);
  // Only the hop that our proxy wrote counts.
  expect(await statusOf("203.0.113.1, 203.0.113.3")).toBe(401);
});

test("limitAddresses() closes the connection of an address over its limit", async () => {
  await run({ rateLimit: { max: 1 } });
  const connection = await RawConnection.open(running.port);
  const request = "GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n";
  connection.write(request);
  expect(await connection.status()).toBe(404);
  connection.text = "";
  connection.write(request);
  expect(await connection.status()).toBe(429);
  await connection.waitUntilClosed();
});

test.each([-3_600_000, 3_600_000])(
  "a clock that was set by %d ms makes nobody wait for longer than the window",
  async (stepMs) => {
    await run({ rateLimit: { max: 1, windowMs: 60_000 } });
    expect((await running.post("{}", FORGED)).status).toBe(401);
    const now = Date.now;
    Date.now = () => now() + stepMs;
    try {
      const limited = await running.post("{}", FORGED);
      expect(limited.status).toBe(429);
      const seconds = Number(limited.headers.get("retry-after"));
      expect(seconds).toBeGreaterThanOrEqual(1);
      expect(seconds).toBeLessThanOrEqual(60);
    } finally {
      Date.now = now;
    }
  },
);

test("limitAddresses() starts again when its window is over", async () => {
  await run({ rateLimit: { max: 1, windowMs: 300 } });
  expect((await running.post("{}", FORGED)).status).toBe(401);
  const limited = await running.post("{}", FORGED);
  expect(limited.status).toBe(429);
  expect(limited.headers.get("retry-after")).toBe("1");
  await waitFor(async () => (await running.post("{}", FORGED)).status === 401, {
    what: "the next window",
  });
});

test("rateLimit.countVerified counts everything, as the specification does", async () => {
  await run({ rateLimit: { max: 3, countVerified: true } });
  const first = await running.post(eventBody());
  expect(first.status).toBe(200);
  expect(first.headers.get("x-ratelimit-limit")).toBe("3");
  expect(first.headers.get("x-ratelimit-remaining")).toBe("2");
  expect((await running.post("{}", FORGED)).status).toBe(401);
  expect((await running.post(eventBody())).status).toBe(200);
  const limited = await running.post(eventBody());
  expect(limited.status).toBe(429);
  expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await running.post(eventBody(), from("203.0.113.1"))).status).toBe(200);
  expect(running.dispatcher.events).toHaveLength(3);
});

test("limitSources() limits a source to its own rate, after its burst", async () => {
  await run({ rateLimit: { sourcePerSecond: 0.01, sourceBurst: 3 } });
  const statuses: number[] = [];
  for (let round = 0; round < 4; round += 1)
    statuses.push((await running.post(eventBody())).status);
  expect(statuses).toEqual([200, 200, 200, 429]);
  const limited = await running.post(eventBody());
  expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(90);
  expect(await readAnswer(limited)).toMatchObject({ error: "rate_limited" });
  // Each source has a bucket of its own, and forged requests take nothing from it.
  expect((await running.post(eventBody(), { source: "shop/eu/main" })).status).toBe(200);
  expect((await running.post("{}", FORGED)).status).toBe(401);
});

test("limitSources() takes no token for a forged request", async () => {
  await run({ rateLimit: { sourcePerSecond: 0.01, sourceBurst: 1 } });
  for (let round = 0; round < 5; round += 1) await running.post("{}", FORGED);
  expect((await running.post(eventBody())).status).toBe(200);
});

const MIB = 1024 * 1024;

test("an address has a share of unproven bytes from its first refused request on", async () => {
  const time = { ms: 0 };
  const clock = { now: () => Date.now(), monotonic: () => time.ms };
  await run({ clock });
  const forge = async () => (await running.post(new Uint8Array(MIB / 2), FORGED)).status;
  const statuses = new Map<number, number>();
  for (let round = 0; round < 6; round += 1) {
    // What is proven is free.
    if (round < 4) expect((await running.post(eventBody())).status).toBe(200);
    const status = await forge();
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  expect([...statuses]).toEqual([
    [401, 4],
    [429, 2],
  ]);
  const limited = await running.post(eventBody());
  expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "1"]);

  // It is told before its body is read.
  const connection = await RawConnection.open(running.port);
  connection.write("POST /api/webhooks/academy HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n");
  expect(await connection.status()).toBe(429);
  await connection.waitUntilClosed();

  expect((await running.post(eventBody(), from("203.0.113.1"))).status).toBe(200);
  time.ms += 1_000;
  expect((await running.post(eventBody())).status).toBe(200);
  expect(await forge()).toBe(401);
});

test("an address is told how long its share takes to come back after one large forged body", async () => {
  const time = { ms: 0 };
  const clock = { now: () => Date.now(), monotonic: () => time.ms };
  await run({ clock, limits: { bodyBytesMax: 8 * MIB } });
  expect((await running.post(new Uint8Array(5 * MIB), FORGED)).status).toBe(401);
  const limited = await running.post(eventBody());
  expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "4"]);
  time.ms += 4_000;
  expect((await running.post(eventBody())).status).toBe(200);
});

test("many unproven bodies that were received at once are looked into only as far as the share reaches", async () => {
  const clock = { now: () => Date.now(), monotonic: () => 0 };
  await run({ clock });
  const posts = Array.from({ length: 30 }, () => running.post(new Uint8Array(MIB / 2), FORGED));
  const statuses = (await Promise.all(posts)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 401)).toHaveLength(4);
  expect(statuses.filter((status) => status === 429)).toHaveLength(26);
});

const FORM = { "content-type": "application/x-www-form-urlencoded" };

test("so are forms, which are looked into in turns", async () => {
  const clock = { now: () => Date.now(), monotonic: () => 0 };
  await run({ clock });
  const forged = { headers: { ...FORGED.headers, ...FORM } };
  const posts = Array.from({ length: 16 }, () => running.post("a&".repeat(MIB / 4), forged));
  const statuses = (await Promise.all(posts)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 401)).toHaveLength(4);
  expect(statuses.filter((status) => status === 429)).toHaveLength(12);
});

test("bodies of many addresses that are complete at once are looked into in turns of the event loop", async () => {
  let turn = 0;
  const turns: number[] = [];
  const look = () => {
    turns.push(turn);
    return null;
  };
  const looking: ConfiguredSource = {
    name: "looking",
    provider: "custom",
    secrets: [{ id: "1", value: SECRET, state: "active", until: null }],
    scheme: null,
    publicUrl: null,
    settings: {},
    allowedIps: { mode: "off", ranges: [] },
    recipe: {
      kind: "hmac",
      scheme: "own",
      signature: { header: "x-sign" },
      digest: "sha256",
      encoding: "hex",
      signed: [{ compute: look }],
    },
  };
  await run({ sources: [looking] });
  const bytes = 128 * 1024;
  const addresses = Array.from({ length: 16 }, (_, at) => `203.0.113.${at}`);
  const connections = await Promise.all(
    addresses.map(async (address) => {
      const connection = await RawConnection.open(running.port);
      const head = `POST /api/webhooks/looking HTTP/1.1\r\nHost: a\r\nContent-Length: ${bytes}\r\n`;
      const sent = `X-Sign: ${"ab".repeat(32)}\r\nX-Forwarded-For: ${address}\r\n\r\n`;
      connection.write(head + sent + " ".repeat(bytes - 1));
      return connection;
    }),
  );
  const received = `hookgate_in_flight_bytes ${addresses.length * (bytes - 1)}\n`;
  const isReceived = async () => (await running.metrics.text()).includes(received);
  await waitFor(isReceived, { what: "all but the last bytes" });
  let counting = setImmediate(function count() {
    turn += 1;
    counting = setImmediate(count);
  });
  for (const connection of connections) connection.write(" ");
  const statuses = await Promise.all(connections.map((connection) => connection.status()));
  clearImmediate(counting);
  for (const connection of connections) connection.destroy();
  expect(statuses).toEqual(Array(16).fill(401));
  expect(turns).toHaveLength(16);
  // One, and one more if the turn was counted between the two.
  const most = Math.max(...turns.map((one) => turns.filter((other) => other === one).length));
  expect(most).toBeLessThanOrEqual(2);
});

test("forms that are proven are all stored, however many come at once", async () => {
  const clock = { now: () => Date.now(), monotonic: () => 0 };
  await run({ clock, limits: { bodyBytesMax: 4 * MIB } });
  const posts = Array.from({ length: 16 }, (_, at) =>
    running.post(`n=${at}&payload=${"%7B".repeat(MIB)}`, { headers: FORM }),
  );
  const statuses = (await Promise.all(posts)).map(({ status }) => status);
  expect(statuses).toEqual(Array(16).fill(200));
});

test("what a client sends and never ends counts against its address's share", async () => {
  const clock = { now: () => Date.now(), monotonic: () => 0 };
  await run({ clock, limits: { bodyBytesMax: 32 * MIB } });
  const head = `POST /api/webhooks/academy HTTP/1.1\r\nHost: a\r\nContent-Length: ${32 * MIB}\r\n\r\n`;
  const piece = new Uint8Array(31 * MIB);
  let rounds = 0;
  await waitFor(
    async () => {
      rounds += 1;
      const connection = await RawConnection.open(running.port);
      connection.write(head);
      connection.write(piece);
      await waitFor(() => connection.drained || connection.text !== "", { what: "the body" });
      connection.destroy();
      return /^HTTP\/1.1 429/.test(connection.text);
    },
    { what: "an answer of 429", timeoutMs: 25_000 },
  );
  expect(rounds).toBeGreaterThan(1);
  expect((await running.post(eventBody(), from("203.0.113.1"))).status).toBe(200);
});

test("a handshake counts against its address's share", async () => {
  const clock = { now: () => Date.now(), monotonic: () => 0 };
  const monday: ConfiguredSource = {
    name: "monday",
    provider: "monday",
    secrets: [{ id: "1", value: SECRET, state: "active", until: null }],
    scheme: null,
    publicUrl: null,
    settings: {},
    allowedIps: { mode: "off", ranges: [] },
  };
  await run({ clock, sources: [monday] });
  const body = `{${" ".repeat(200_000)}"challenge":"a"}`;
  const statuses: number[] = [];
  for (let round = 0; round < 60; round += 1) {
    statuses.push((await running.post(body, { source: "monday" })).status);
  }
  expect(statuses.at(0)).toBe(200);
  expect(statuses.at(-1)).toBe(429);
});

test("an overloaded edge charges nobody for its own 503", async () => {
  const clock = { now: () => Date.now(), monotonic: () => 0 };
  await run({ clock });
  running.dispatcher.behaviour = "store";
  for (let round = 0; round < 40; round += 1) {
    const body = JSON.stringify({ type: "payment.success", data: "a".repeat(MIB / 2) });
    expect((await running.post(body)).status).toBe(503);
  }
});
