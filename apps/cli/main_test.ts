import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { formatHeaderBlock } from "@hookgate/providers";
import {
  type AdminHandlers,
  deliveryToMessage,
  eventToMessage,
  RpcError,
  type RpcServer,
  startRpcServer,
} from "@hookgate/rpc";
import { freePort, makeEvent } from "@hookgate/testing";
import type { Attempt, Delivery, ReceivedEvent, Skipped } from "@hookgate/types";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type CallOptions, callHookgate } from "./suite/call_hookgate.ts";
import { endedDelivery } from "./suite/fixtures.ts";
import { refusingAdmin } from "./suite/scripted_dispatcher.ts";
import { type Ran, spawnHookgate } from "./suite/spawn_hookgate.ts";

const NOW = Date.now();
const quiet = { error() {} };

interface Stored {
  event: ReceivedEvent;
  deliveries: Delivery[];
  skipped?: Skipped[];
}

/** What the fake dispatcher has, newest first, and what it was asked. */
let stored: Stored[] = [];
let notes: string[] = [];
let asked: unknown[] = [];
let health: Awaited<ReturnType<AdminHandlers["getHealth"]>>;
let dispatcher: RpcServer;

/** A page is never longer than this, and every other one is empty, as the protocol allows. */
const PAGE_EVENTS_MAX = 2;

const admin: AdminHandlers = refusingAdmin({
  async listEvents(request) {
    asked.push(request);
    const [at = 0, empty = 0] = request.pageToken.split(":").map(Number);
    if (at > 0 && empty === 0) return { events: [], nextPageToken: `${at}:1`, notes: [] };
    const end = at + Math.min(request.pageSize, PAGE_EVENTS_MAX);
    const events = stored.slice(at, end).map(({ event, deliveries }) => ({
      event: eventToMessage({ ...event, headers: new Uint8Array(), body: new Uint8Array() }),
      bodyBytes: event.body.length,
      deliveries: deliveries.map(deliveryToMessage),
    }));
    return { events, nextPageToken: end < stored.length ? `${end}:0` : "", notes };
  },
  async getEvent({ id }) {
    const found = stored.find(({ event }) => event.id === id);
    if (found === undefined) throw new RpcError("NOT_FOUND", `there is no event ${id}`);
    return {
      event: eventToMessage(found.event),
      deliveries: found.deliveries.map(deliveryToMessage),
      skipped: found.skipped ?? [],
    };
  },
  async retryDelivery({ id }) {
    const delivery = stored.flatMap(({ deliveries }) => deliveries).find((each) => each.id === id);
    if (delivery === undefined) throw new RpcError("NOT_FOUND", `there is no delivery ${id}`);
    if (delivery.state === "delivered") {
      throw new RpcError("FAILED_PRECONDITION", `delivery ${id} is delivered`);
    }
    if (delivery.order !== null && delivery.nextAttemptAt === null) {
      const problem = `delivery ${id} is held back by an earlier one with its order key: retry or cancel that one`;
      throw new RpcError("FAILED_PRECONDITION", problem);
    }
    return { delivery: deliveryToMessage({ ...delivery, state: "waiting", nextAttemptAt: NOW }) };
  },
  async getMetrics(request) {
    asked.push(request);
    const { windowMs } = request;
    return {
      received: 7,
      processed: 5,
      failed: 1,
      retried: 2,
      avgProcessingTimeMs: 12.5,
      windowMs,
    };
  },
  async getMetricSeries(request) {
    asked.push(request);
    const counts = { received: 9, duplicates: 1, processed: 8, dead: 1, retried: 3 };
    const requests = { requests: 12, refused: 2 };
    const attemptTimes = { count: 8, meanMs: 9, p50Ms: 10, p95Ms: 2_500, p99Ms: 5_000 };
    const attempts = { attempts: 12, failedAttempts: 4, attemptTimes };
    const total = { atMs: NOW, ...counts, ...requests, ...attempts };
    const { groupBy: name } = request;
    return { fromMs: NOW, toMs: NOW, stepMs: 1, series: [{ name, total, points: [total] }] };
  },
  async getHealth() {
    return health;
  },
});

/** Runs the real command against the fake dispatcher. */
function hookgate(...args: string[]): Promise<Ran> {
  return spawnHookgate(args, { DISPATCHER_ADDRESS: dispatcher.address });
}

/** The same within this process, into a pipe or a terminal. */
function call(args: readonly string[], options: CallOptions = {}): Promise<Ran> {
  return callHookgate(args, { DISPATCHER_ADDRESS: dispatcher.address }, options);
}

beforeAll(async () => {
  dispatcher = await startRpcServer({
    address: "127.0.0.1:0",
    security: { tokens: null, tls: null },
    ingest: null,
    admin,
    subscription: null,
    log: quiet,
  });
});
afterAll(() => dispatcher.close({ graceMs: 0 }));
beforeEach(() => {
  stored = [];
  asked = [];
  health = {
    status: "HEALTH_STATUS_HEALTHY",
    lastProcessedAtMs: NOW,
    failureRate: 0.125,
    queueSize: 3,
    problems: [],
    notes: [],
    queueCountedMax: 100,
    faults: [],
  };
});

test("hookgate events and dead note a name that the dispatcher does not know", async () => {
  stored = [];
  notes = ['no source is called "acadamy" now: did you mean academy?'];
  const err = 'Note: no source is called "acadamy" now: did you mean academy?\n';
  const args = ["--source", "acadamy"];
  expect(await hookgate("events", ...args)).toMatchObject({ code: 0, err: `${err}No events.\n` });
  expect(await hookgate("events", "--json", ...args)).toMatchObject({ code: 0, out: "", err });
  expect((await hookgate("dead", ...args)).err).toBe(`${err}No dead deliveries.\n`);
  notes = [];
});

test("hookgate events --json prints one object per line, newest first, across pages", async () => {
  const waiting = endedDelivery({ state: "waiting", nextAttemptAt: NOW, attempt: 2 });
  stored = [
    { event: makeEvent({ type: "course.enrolled", receivedAt: NOW }), deliveries: [waiting] },
    ...Array.from({ length: 4 }, () => ({ event: makeEvent(), deliveries: [] })),
  ];
  const { code, out, err } = await hookgate("events", "--json");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const lines = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ id }) => id)).toEqual(stored.map(({ event }) => event.id));
  const at = new Date(NOW).toISOString();
  expect(lines[0]).toEqual({
    id: stored[0]?.event.id,
    source: "academy",
    type: "course.enrolled",
    receivedAt: at,
    flags: [],
    deliveries: [
      {
        id: waiting.id,
        subscription: "enrolments",
        state: "waiting",
        attempt: 2,
        nextAttemptAt: at,
      },
    ],
  });
  expect(lines[1].deliveries).toEqual([]);
});

test("hookgate events stops at its limit", async () => {
  stored = Array.from({ length: 7 }, () => ({ event: makeEvent(), deliveries: [] }));
  const { out } = await call(["events", "--json", "--limit", "3"]);
  expect(out.trimEnd().split("\n")).toHaveLength(3);
  expect(asked.map((request) => (request as { pageSize: number }).pageSize)).toEqual([3, 1, 1]);
});

test("hookgate events asks for 50 events, of what its options say", async () => {
  await call(["events", "--source", "stripe/eu", "--type", "payment.success", "--state", "dead"]);
  await call(["events", "--state", "unhandled"]);
  expect(asked).toMatchObject([
    {
      pageSize: 50,
      source: "stripe/eu",
      type: "payment.success",
      state: "DELIVERY_STATE_DEAD",
      unhandled: false,
    },
    { pageSize: 50, source: "", type: "", state: "DELIVERY_STATE_UNSPECIFIED", unhandled: true },
  ]);
});

test("hookgate events asks for a subscription and a span of time", async () => {
  const day = Date.parse("2026-01-02");
  await call(["events", "--subscription", "crm", "--from", "2026-01-02", "--to", "2h"]);
  await call(["events", "--from", "2026-01-02T03:04:05+02:00"]);
  const [both, one] = asked as { toMs?: number }[];
  expect(both).toMatchObject({ subscription: "crm", fromMs: day });
  expect(Math.abs((both?.toMs ?? 0) + 7_200_000 - Date.now())).toBeLessThan(60_000);
  expect(one).toMatchObject({ subscription: "", fromMs: day + 3_845_000 });
  expect(one).not.toHaveProperty("toMs");
});

test("hookgate events shows a table that sums up each event's deliveries", async () => {
  const dead = endedDelivery({ state: "dead" });
  const [crm, mail] = [
    endedDelivery({ subscription: "crm" }),
    endedDelivery({ subscription: "mail" }),
  ];
  // What crm's second generation repeats no longer counts.
  const repeated = endedDelivery({ subscription: "crm", state: "dead", generation: 0 });
  stored = [
    {
      event: makeEvent({ type: "course.enrolled" }),
      deliveries: [crm, dead, mail, repeated],
    },
    { event: makeEvent({ type: "\x1b[2J\u009b\u202e" }), deliveries: [] },
  ];
  const { code, out } = await call(["events"]);
  expect(code).toBe(0);
  const [title, first, second] = out.split("\n").map((line) => line.split(/ {2,}/));
  expect(title).toEqual(["EVENT", "TYPE", "SOURCE", "STATE", "RECEIVED"]);
  expect(first?.slice(0, 4)).toEqual([
    stored[0]?.event.id,
    "course.enrolled",
    "academy",
    "dead +2",
  ]);
  expect(second?.slice(1, 4)).toEqual(["\\u001b[2J\\u009b\\u202e", "academy", "unhandled"]);
  const stateOf = async (...filter: string[]) =>
    (await call(["events", ...filter])).out.split("\n")[1]?.split(/ {2,}/)[3];
  expect(await stateOf("--subscription", "crm")).toBe("delivered");
  expect(await stateOf("--state", "delivered")).toBe("delivered +1");
});

test("hookgate events says that there are none, and prints nothing for a program to stumble over", async () => {
  expect(await call(["events"])).toMatchObject({ code: 0, out: "", err: "No events.\n" });
  expect(await call(["events", "--json"])).toMatchObject({ code: 0, out: "", err: "" });
});

test("hookgate event shows the event, its deliveries and their attempts", async () => {
  const failed = {
    number: 1,
    startedAt: NOW,
    durationMs: 12.5,
    outcome: "timed_out" as const,
    error: "Error: no\n\x1b[31mred",
    response: null,
  };
  const event = makeEvent({
    flags: ["seen_before"],
    providerType: "charge.\x1b[2Jsucceeded",
    addressChain: "203.0.113.7, 10.0.0.1",
  });
  stored = [
    {
      event,
      deliveries: [endedDelivery({ state: "dead", reason: "gave up", attempts: [failed] })],
    },
  ];
  const { code, out } = await call(["event", event.id]);
  expect(code).toBe(0);
  const digest = Buffer.from(event.bodySha256).toString("hex");
  for (const part of [event.id, digest, "seen_before", "enrolments", "dead", "gave up"]) {
    expect(out).toContain(part);
  }
  expect(out).toContain(
    `${new Date(NOW).toISOString()}, 12 ms, timed out: Error: no\\n\\u001b[31mred`,
  );
  expect(out).toContain("payment.success (charge.\\u001b[2Jsucceeded)\n");
  expect(out).toMatch(/came through +203\.0\.113\.7, 10\.0\.0\.1\n/);
  expect(out).not.toContain("x-webhook-signature");
});

test("hookgate event shows order, lineage, an endpoint's answer, and who was skipped", async () => {
  const attempt: Attempt = {
    ...{ number: 1, startedAt: NOW, durationMs: 1, outcome: "failed", error: "" },
    response: { status: 503, body: `\x1b[31m<h1>Busy</h1>\n${"é".repeat(4_000)}` },
  };
  const answered = endedDelivery({ state: "dead", attempts: [attempt], replay: "rpl_1" });
  const held = endedDelivery({ state: "waiting", order: { key: '"o\x9b"', position: 2 } });
  const keyless = endedDelivery({ order: { key: "", position: 7 } });
  const skipped = [{ subscription: "crm\x9b", reason: "/data/amount gte 100" }];
  const event = makeEvent();
  stored = [{ event, deliveries: [answered, held, keyless], skipped }];
  const { out } = await call(["event", event.id]);
  expect(out).toMatch(/made by +rpl_1\n/);
  expect(out).toMatch(/response +503: \\u001b\[31m<h1>Busy<\/h1>\\né{100,200}…\n/);
  expect(out).toMatch(
    /due +held back by an earlier one of its order key; if that one is dead: npx hookgate dead --subscription enrolments\n/,
  );
  expect(out).toMatch(/order +key "o\\u009b", position 2\n/);
  expect(out).toMatch(/order +no key, position 7\n/);
  expect(out).toMatch(/\n\nskipped\n {2}crm\\u009b +\/data\/amount gte 100\n$/);

  const whole = JSON.parse((await call(["event", event.id, "--json"])).out);
  expect(whole).toMatchObject({
    deliveries: [
      { replay: "rpl_1", order: null, attempts: [{ response: attempt.response }] },
      { replay: null, order: { key: '"o\x9b"', position: 2 }, attempts: [] },
      {},
    ],
    skipped,
  });
});

test("hookgate event --headers shows the headers, in their order", async () => {
  const headers = formatHeaderBlock(["Host", "here", "X-Odd", "a\x9bb", "host", "again"]);
  const event = makeEvent({ headers });
  stored = [{ event, deliveries: [] }];
  const { out } = await call(["event", event.id, "--headers"]);
  expect(out).toContain("  Host: here\n  X-Odd: a\\u009bb\n  host: again\n");
  const { out: json } = await call(["event", event.id, "--headers", "--json"]);
  expect(JSON.parse(json).headers).toEqual([
    ["Host", "here"],
    ["X-Odd", "a\x9bb"],
    ["host", "again"],
  ]);
});

test("hookgate event --json prints the whole event on one line", async () => {
  const event = makeEvent({ providerEventId: "p1", receivedAt: NOW });
  stored = [{ event, deliveries: [endedDelivery({ replayOf: "dlv_0", generation: 2 })] }];
  const { out } = await call(["event", event.id, "--json"]);
  expect(out.indexOf("\n")).toBe(out.length - 1);
  expect(JSON.parse(out)).toMatchObject({
    id: event.id,
    provider: "generic",
    providerEventId: "p1",
    receivedAt: new Date(NOW).toISOString(),
    bodyBytes: event.body.length,
    bodySha256: Buffer.from(event.bodySha256).toString("hex"),
    deliveries: [
      {
        subscription: "enrolments",
        state: "delivered",
        replayOf: "dlv_0",
        generation: 2,
        attempts: [],
      },
    ],
  });
  expect(JSON.parse(out)).not.toHaveProperty("headers");
});

test("hookgate event --body writes the exact bytes and nothing else", async () => {
  const body = Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x0d, 0x0a, 0xff, 0x00, 0x1b, 0x5b]);
  const event = makeEvent({ body });
  stored = [{ event, deliveries: [] }];
  const { code, bytes, err } = await hookgate("event", event.id, "--body");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(bytes.equals(body)).toBe(true);
});

test("hookgate retry makes a delivery due", async () => {
  const dead = endedDelivery({ state: "dead", attempt: 4 });
  stored = [{ event: makeEvent(), deliveries: [dead] }];
  expect(await call(["retry", dead.id])).toMatchObject({
    code: 0,
    out: `${dead.id} for enrolments is waiting, due now, after 4 attempts\n`,
    err: "",
  });
});

test("hookgate retry says what holds a delivery back", async () => {
  const held = endedDelivery({ state: "waiting", order: { key: '"o-1"', position: 2 } });
  stored = [{ event: makeEvent(), deliveries: [held] }];
  expect(await call(["retry", held.id])).toMatchObject({
    code: 1,
    out: "",
    err: `Cannot retry: delivery ${held.id} is held back by an earlier one with its order key: retry or cancel that one\n`,
  });
});

test("hookgate metrics counts over a window", async () => {
  const { code, out } = await call(["metrics", "--json", "--window", "1h"]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({
    received: 7,
    processed: 5,
    failed: 1,
    retried: 2,
    avgProcessingTime: 12.5,
    windowMs: 3_600_000,
  });
  const { out: text } = await call(["metrics"]);
  expect(text).toMatch(
    /^window +5 min\nreceived +7\nprocessed +5\nfailed +1\nretried +2\nmean time +12 ms\n$/,
  );
});

test("hookgate metrics --by has a line for each, with times", async () => {
  const { code, out } = await call(["metrics", "--by", "type", "--source", "academy"]);
  expect(code).toBe(0);
  expect(out.replaceAll(/ +/g, " ")).toBe(
    "type received duplicates refused processed dead retried failed attempts p50 p95 p99\n" +
      "type 9 1 2 8 1 3 4 10 ms 2.5 s 5 s\n",
  );
  expect(asked.at(-1)).toMatchObject({ groupBy: "type", source: "academy", windowMs: 300_000 });
  const { out: reasons } = await call(["metrics", "--by", "reason"]);
  expect(reasons.replaceAll(/ +/g, " ")).toBe("reason requests\nreason 12\n");
  const { out: all } = await call(["metrics", "--source", "academy", "--json"]);
  expect(JSON.parse(all)).toMatchObject({ series: [{ name: "", total: { received: 9 } }] });
});

test("hookgate health tells, and exits with 1 only when unhealthy", async () => {
  const { code, out } = await call(["health", "--json"]);
  expect(code).toBe(0);
  const lastProcessed = new Date(NOW).toISOString();
  const problems: string[] = [];
  expect(JSON.parse(out)).toEqual({
    status: "healthy",
    lastProcessed,
    failureRate: 0.125,
    queueSize: 3,
    problems,
    notes: [],
    faults: [],
  });
  const fault = { whose: "handler", name: "mail", problem: "It fails.", advice: "Fix it." };
  health = { ...health, faults: [fault] };
  const { out: blamed } = await call(["health"]);
  expect(blamed).toContain("handler mail: It fails.\n    Fix it.\n");
  const over = { ...fault, name: "crm", sinceMs: NOW - 5_000, untilMs: NOW };
  health = { ...health, faults: [{ ...fault, sinceMs: NOW - 5_000 }, over] };
  const { out: dated } = await call(["health"]);
  const since = new Date(NOW - 5_000).toISOString();
  expect(dated).toContain(`handler mail: It fails. Since ${since}.\n`);
  expect(dated).toContain(`handler crm: It fails. Ended ${lastProcessed}.\n`);
  health = { ...health, faults: [] };
  const { lastProcessedAtMs: _, ...never } = health;
  health = { ...never, status: "HEALTH_STATUS_DEGRADED", problems: ["the queue grows"] };
  expect(await call(["health"])).toMatchObject({
    code: 0,
    out: expect.stringMatching(
      /^status +degraded\nlast processed +never\n.*12\.5 %.*- the queue grows\n$/s,
    ),
  });
  health = { ...health, status: "HEALTH_STATUS_UNHEALTHY" };
  expect(await hookgate("health", "--json")).toMatchObject({
    code: 1,
    out: expect.stringContaining(`"lastProcessed":null`),
    err: "Unhealthy: the queue grows\n",
  });
});

test("hookgate health says when the queue may be longer than it was counted", async () => {
  health = { ...health, queueSize: 99 };
  expect((await call(["health"])).out).toMatch(/queue +99 waiting or running\n/);
  health = { ...health, queueSize: 100 };
  expect((await call(["health"])).out).toMatch(/queue +100\+ waiting or running\n/);
});

const OTHER = `dlv_${"0".repeat(32)}`;

test.each([
  [1, ["event", "evt_none"], "Cannot show the event: there is no event evt_none"],
  [1, ["retry", "dlv_none"], "Cannot retry: there is no delivery dlv_none"],
  [1, ["event", OTHER], `; this is the id of a delivery: npx hookgate find ${OTHER}`],
  [2, ["replay", "flr_1", "--reason", "x"], "flr_1 is a failure; all of it: --failure flr_1"],
  [
    2,
    ["events", "--state", "lost"],
    "Allowed choices are waiting, running, delivered, dead, cancelled, unhandled",
  ],
  [2, ["events", "--limit", "0"], "whole number from 1 to 100000"],
  [2, ["events", "--limit", "1e9"], "whole number from 1 to 100000"],
  [2, ["events", "--from", "yesterday"], "It must be a time such as 2026-01-02T03:04:05Z"],
  [2, ["events", "--source", ""], "It must not be empty."],
  [2, ["wait", ""], "It must not be empty."],
  [2, ["send", ""], "It must not be empty."],
  [2, ["events", "--colour"], "unknown option '--colour'"],
  [2, ["events", "extra"], "too many arguments"],
  [2, ["event"], "missing required argument 'id'"],
  [2, ["event", "evt_1", "--body", "--json"], "cannot be used with option '--json'"],
  [2, ["metrics", "--window", "31d"], "at most 30d"],
  [2, ["send", "a", "--url", "ftp://x"], "http:// or https://"],
  [2, ["explode"], "unknown command 'explode'; npx hookgate help lists what there is"],
])("hookgate exits with %d and one line for %j", async (code, args, line) => {
  const ran = await call(args);
  expect(ran).toMatchObject({ code, out: "" });
  expect(ran.err).toContain(line);
  expect(ran.err.trimEnd().split("\n")).toHaveLength(1);
});

test("hookgate shows help without a command, and exits with 0 only where it was asked for", async () => {
  expect(await call([])).toMatchObject({
    code: 2,
    err: expect.stringContaining("Usage: hookgate"),
  });
  expect(await call(["--help"])).toMatchObject({
    code: 0,
    out: expect.stringContaining("Usage: hookgate"),
  });
  expect(await hookgate("--version")).toMatchObject({ code: 0, out: "0.1.0\n" });
});

test("hookgate says where no dispatcher answers", async () => {
  const address = `127.0.0.1:${await freePort()}`;
  for (const args of [
    ["events"],
    ["event", "evt_1"],
    ["retry", "dlv_1"],
    ["dead"],
    ["replay", "evt_1", "--reason", "x"],
    ["replay", "--state", "dead", "--dry-run"],
    ["replays"],
    ["subscriptions"],
    ["pause", "crm"],
    ["resume", "rpl_1"],
    ["cancel", "dlv_1"],
    ["metrics"],
    ["health"],
    ["quarantine"],
    ["quarantine", "show", "qtn_1"],
    ["quarantine", "verify", "qtn_1"],
    ["quarantine", "release", "--source", "academy"],
    ["secrets"],
    ["enrol", "asana"],
  ]) {
    expect(await callHookgate(args, { DISPATCHER_ADDRESS: address })).toMatchObject({
      code: 1,
      out: "",
      err: `Cannot reach the dispatcher at ${address}: is it running? Start it with npm start\n`,
    });
  }
});

test("hookgate events fits its table into a terminal of 80 columns", async () => {
  stored = [
    {
      event: makeEvent({ type: "course.enrolled", receivedAt: NOW - 65_000 }),
      deliveries: [endedDelivery()],
    },
    { event: makeEvent({ type: "long.".repeat(30), source: "shop/eu/north" }), deliveries: [] },
  ];
  const { out } = await call(["events"], { columns: 80 });
  const lines = out.trimEnd().split("\n");
  expect(lines).toHaveLength(3);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines[0]).toMatch(/^EVENT +TYPE +SOURCE +STATE +AGE$/);
  // Ids stay whole: they are what one copies.
  for (const { event } of stored) expect(out).toContain(event.id);
  const { out: one } = await call(["events", "--limit", "1"], { columns: 80 });
  expect(one).toContain(`${stored[0]?.event.id}  course.enrolled  academy  delivered  1m\n`);
});

test("hookgate events shows flags if an event of the list has some, and fits them into 80 columns", async () => {
  const flags = ["id_not_signed", "type_not_signed", "may_repeat", "seen_before"] as const;
  const event = makeEvent({ type: "push.to.a.branch", source: "github/organisation", flags });
  const [flagged, plain] = [
    { event, deliveries: [endedDelivery()] },
    { event: makeEvent(), deliveries: [] },
  ];
  stored = [flagged, plain];
  const { out } = await call(["events"]);
  const [title, first, second] = out.split("\n").map((line) => line.split(/ {2,}/));
  expect(title?.at(-1)).toBe("FLAGS");
  expect(first?.at(-1)).toBe("seen_before,id_not_signed,type_not_signed,may_repeat");
  expect(second).toHaveLength(5);
  const { out: narrow } = await call(["events"], { columns: 80 });
  const lines = narrow.trimEnd().split("\n");
  expect(lines[0]).toMatch(/^EVENT +TYPE +SOURCE +STATE +AGE +FLAGS$/);
  expect(lines[1]).toMatch(/ see[^ ]*…$/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  stored = [plain];
  expect((await call(["events"])).out).not.toContain("FLAGS");
});

test("hookgate event --body never drives a terminal", async () => {
  const harmless = makeEvent({ body: Buffer.from(`{"city":\t"Zürich"}\r\n`) });
  const harmful = ["\x1b[2J", "\u009b2J", "a\rb", "\u202e"].map((text) => Buffer.from(text));
  const events = [...harmful, Buffer.from([0x9b, 0x32])].map((body) => makeEvent({ body }));
  stored = [harmless, ...events].map((event) => ({ event, deliveries: [] }));
  const show = (id: string) => call(["event", id, "--body"], { columns: 80 });
  expect((await show(harmless.id)).bytes).toEqual(Buffer.from(harmless.body));
  for (const { id } of events) {
    expect(await show(id)).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringContaining(
        "Cannot show the body: it has characters that control a terminal",
      ),
    });
  }
});

test("hookgate shows its token, and says what is wrong with it", async () => {
  const admins = "token-of-the-operators-long-enough-to-be-one";
  const edges = "token-of-the-edges-which-is-long-enough-as-well";
  const guarded = await startRpcServer({
    address: "127.0.0.1:0",
    security: {
      tokens: new Map([
        [admins, { name: "ops", scopes: ["admin"] }],
        [edges, { name: "edge", scopes: ["ingest"] }],
      ]),
      tls: null,
    },
    ingest: null,
    admin,
    subscription: null,
    log: quiet,
  });
  const env = { DISPATCHER_ADDRESS: guarded.address, DATA_DIR: "/nowhere" };
  try {
    const bearing = (token: string) => callHookgate(["events"], { ...env, RPC_TOKEN: token });
    expect(await bearing(admins)).toMatchObject({ code: 0 });
    expect(await bearing(edges)).toMatchObject({
      code: 1,
      err: `Cannot list events: RPC_TOKEN lacks the scope "view" or "admin" at the dispatcher at ${guarded.address}; use a token that has it, or add it in RPC_TOKENS_FILE and reload\n`,
    });
    expect(await callHookgate(["events"], env)).toMatchObject({
      code: 1,
      err: `Cannot list events: the dispatcher at ${guarded.address} needs a token: set RPC_TOKEN, or DATA_DIR to the dispatcher's if it runs on this machine\n`,
    });
  } finally {
    await guarded.close({ graceMs: 0 });
  }
});

test("hookgate names a certificate that cannot be read", async () => {
  const env = { DISPATCHER_ADDRESS: dispatcher.address, RPC_TLS_CA: "/nowhere/ca.pem" };
  expect(await callHookgate(["events"], env)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^Cannot read the file of RPC_TLS_CA[^\n]*\n$/),
  });
});

test("hookgate names every problem of its environment", async () => {
  const { code, err } = await callHookgate(["events"], { EDGE_PORT: "x", DISPATCHER_ADDRESS: "y" });
  expect(code).toBe(2);
  expect(err).toContain("EDGE_PORT");
  expect(err).toContain("DISPATCHER_ADDRESS");
});

test("hookgate ends quietly when nobody reads on", async () => {
  stored = Array.from({ length: 2_000 }, () => ({
    event: makeEvent(),
    deliveries: [endedDelivery()],
  }));
  const command = `"${process.execPath}" "${join(import.meta.dirname, "main.ts")}"`;
  const pipe = `set -o pipefail; ${command} events --json --limit 2000 | head -n 1`;
  const child = spawn("bash", ["-c", pipe], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], DISPATCHER_ADDRESS: dispatcher.address },
  });
  const [out, err, [code]] = await Promise.all([
    buffer(child.stdout),
    buffer(child.stderr),
    once(child, "close"),
  ]);
  expect({ code, err: err.toString() }).toEqual({ code: 0, err: "" });
  expect(out.toString().split("\n")).toHaveLength(2);
});

/** Runs the real command in a shell, with these redirections. */
async function inShell(args: string, redirections: string) {
  const command = `"${process.execPath}" "${join(import.meta.dirname, "main.ts")}" ${args}`;
  const child = spawn("bash", ["-c", `${command} ${redirections}`], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], DISPATCHER_ADDRESS: dispatcher.address },
  });
  const [out, err, [code]] = await Promise.all([
    buffer(child.stdout),
    buffer(child.stderr),
    once(child, "close"),
  ]);
  return { code, out: out.toString(), err: err.toString() };
}

test.each([
  "events --json",
  "events",
  "event evt_1 --body",
  "health --json",
  "--help",
  "--version",
])("hookgate %s says that its output cannot be written, and exits with 3", async (args) => {
  stored = [{ event: makeEvent({ id: "evt_1" }), deliveries: [] }];
  expect(await inShell(args, ">/dev/full")).toEqual({
    code: 3,
    out: "",
    err: "Cannot write the output: no space left on device (ENOSPC)\n",
  });
});

test("hookgate exits as ever when its errors cannot be written", async () => {
  expect(await inShell("event evt_none", "2>/dev/full")).toEqual({ code: 1, out: "", err: "" });
  expect(await inShell("events --nothing", "2>/dev/full")).toEqual({ code: 2, out: "", err: "" });
  expect(await inShell("events", "2>/dev/full")).toEqual({ code: 0, out: "", err: "" });
  expect(await inShell("events --json", ">/dev/full 2>&1")).toMatchObject({ out: "" });
});
