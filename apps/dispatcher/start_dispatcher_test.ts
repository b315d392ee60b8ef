import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatHeaderBlock } from "@hookgate/providers";
import { quarantinedToMessage } from "@hookgate/rpc";
import { captureOf } from "@hookgate/telemetry";
import { recordedTracing } from "@hookgate/telemetry/suite";
import { makeEvent, signedGenericRequest, temporaryDirectory, waitFor } from "@hookgate/testing";
import type { CapturedEvent, QuarantinedRequest, RetryPolicy, Subscription } from "@hookgate/types";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { exampleRefused } from "./suite/example_refused.ts";
import { exampleSecret, exampleSource } from "./suite/example_source.ts";
import { configOf, RunningDispatcher } from "./suite/running_dispatcher.ts";
import { sampleSubscription } from "./suite/sample_claimed.ts";

type Folder = Awaited<ReturnType<typeof temporaryDirectory>>;

let folder: Folder;
let running: RunningDispatcher | null = null;

beforeEach(async () => {
  folder = await temporaryDirectory();
});

afterEach(async () => {
  await stop();
  await folder[Symbol.asyncDispose]();
});

async function stop(): Promise<void> {
  await running?.[Symbol.asyncDispose]();
  running = null;
}

const SECRET = exampleSecret();
const SOURCES = [
  exampleSource(),
  exampleSource({ name: "shop", secrets: [exampleSecret({ value: "secret of the shop" })] }),
];
const QUICK: RetryPolicy = { name: "quick", delaysMs: [100, 100, 100], jitter: 0 };

/** Notes what it is given, then does what `body` says. */
function writeHandler(name: string, body = ""): string {
  const path = join(folder.path, `${name}.ts`);
  const notes = JSON.stringify(join(folder.path, name));
  writeFileSync(
    path,
    `import { appendFileSync } from "node:fs";
    export async function handle(event, context) {
      appendFileSync(${notes}, JSON.stringify({ event: event.id, attempt: context.attempt, at: Date.now() }) + "\\n");
      ${body}
    }\n`,
  );
  return path;
}

interface Note {
  event: string;
  attempt: number;
  at: number;
}

/** What a handler noted. */
function notesOf(name: string): Note[] {
  try {
    const lines = readFileSync(join(folder.path, name), "utf8").trim().split("\n");
    return lines.map((line) => JSON.parse(line) as Note);
  } catch {
    return [];
  }
}

function subscribe(name: string, path: string, fields: Partial<Subscription> = {}): Subscription {
  return {
    ...sampleSubscription({ name, target: { kind: "handler", path }, retry: QUICK }),
    ...fields,
  };
}

async function start(subscriptions: Subscription[]): Promise<void> {
  running = await RunningDispatcher.start(folder.path, { sources: SOURCES, subscriptions });
}

function current(): RunningDispatcher {
  if (!running) throw new Error("there is no dispatcher");
  return running;
}

const capture = (...events: CapturedEvent[]) => current().capture(...events);
const eventOf = (id: string) => current().eventOf(id);
const waitForState: RunningDispatcher["waitForState"] = (...args) =>
  current().waitForState(...args);

function eventOver(text: string, fields: Partial<CapturedEvent> = {}): CapturedEvent {
  const body = Buffer.from(text);
  const bodySha256 = createHash("sha256").update(body).digest();
  return makeEvent({ body, bodySha256, ...fields });
}

test("a captured event is stored with its bytes, handled once and delivered", async () => {
  await start([subscribe("notes", writeHandler("notes"))]);
  const event = eventOver('{"type":"a","x":"\u0000\ufeff"}');
  expect(await capture(event)).toMatchObject([
    { outcome: "CAPTURE_OUTCOME_STORED", eventId: event.id },
  ]);
  const [delivery] = await waitForState(event.id, "DELIVERED");
  expect(delivery).toMatchObject({
    attempt: 1,
    attempts: [{ outcome: "ATTEMPT_OUTCOME_SUCCEEDED" }],
  });
  const stored = await eventOf(event.id);
  expect(Buffer.from(stored.event?.body ?? [])).toEqual(event.body);
  expect(notesOf("notes")).toMatchObject([{ event: event.id, attempt: 1 }]);
});

test("the same event 64 times at once is one event, one run, 63 duplicates", async () => {
  await start([subscribe("notes", writeHandler("notes"))]);
  const events = Array.from({ length: 64 }, () => eventOver('{"type":"same"}'));
  const answers = await capture(...events);
  const first = answers.filter(({ outcome }) => outcome === "CAPTURE_OUTCOME_STORED");
  expect(first).toHaveLength(1);
  expect(answers.filter(({ outcome }) => outcome === "CAPTURE_OUTCOME_DUPLICATE")).toHaveLength(63);
  expect(new Set(answers.map(({ eventId }) => eventId)).size).toBe(1);
  await waitForState(first[0]?.eventId ?? "", "DELIVERED");
  expect(notesOf("notes")).toHaveLength(1);
});

test("an event that no subscription wants is stored as unhandled", async () => {
  await start([subscribe("notes", writeHandler("notes"), { events: ["other.*"] })]);
  const event = eventOver("{}");
  await capture(event);
  expect((await eventOf(event.id)).deliveries).toEqual([]);
  const all = { source: "", type: "", subscription: "", pageSize: 0, pageToken: "" };
  const request = { ...all, unhandled: true };
  const page = await current().client.admin.listEvents({
    ...request,
    state: "DELIVERY_STATE_UNSPECIFIED",
  });
  expect(page?.events.map(({ event: listed }) => listed?.id)).toEqual([event.id]);
});

test("a handler that fails twice and then works has three attempts, on schedule and never early", async () => {
  const path = writeHandler("twice", "if (context.attempt < 3) throw new Error('not yet');");
  await start([subscribe("twice", path)]);
  const event = eventOver("{}");
  await capture(event);
  const [delivery] = await waitForState(event.id, "DELIVERED");
  expect(delivery?.attempt).toBe(3);
  const notes = notesOf("twice");
  expect(notes.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  delivery?.attempts.slice(1).forEach((attempt, index) => {
    const before = delivery.attempts[index];
    const waitedMs = attempt.startedAtMs - ((before?.startedAtMs ?? 0) + (before?.durationMs ?? 0));
    expect(waitedMs).toBeGreaterThanOrEqual(99);
  });
});

test("a handler that always fails is dead after its retries, and an operator revives it", async () => {
  await start([subscribe("never", writeHandler("never", "throw new Error('out of order');"))]);
  const event = eventOver("{}");
  await capture(event);
  const [dead] = await waitForState(event.id, "DEAD");
  expect(dead?.attempts.map(({ error }) => error)).toEqual(
    Array.from({ length: 4 }, () => expect.stringContaining("out of order")),
  );
  expect(dead?.reason).toContain("out of order");
  await current().client.admin.retryDelivery({ id: dead?.id ?? "" });
  await waitFor(() => notesOf("never").length === 8, { timeoutMs: 10_000, what: "a fresh budget" });
  const [again] = await waitForState(event.id, "DEAD");
  expect(again).toMatchObject({ id: dead?.id, attempt: 8 });
});

test("a permanent error ends a delivery at once", async () => {
  const path = writeHandler("broken", "throw Object.assign(new Error('no'), { retry: false });");
  await start([subscribe("broken", path)]);
  const event = eventOver("{}");
  await capture(event);
  const [delivery] = await waitForState(event.id, "DEAD");
  expect(delivery?.attempt).toBe(1);
});

test("hostile handlers end dead, their neighbours are delivered, ingest continues", async () => {
  const once: RetryPolicy = { name: "once", delaysMs: [50], jitter: 0 };
  const hostile = {
    loop: "for (;;) {}",
    exit: "process.exit(0);",
    memory:
      "const all = []; for (;;) { all.push(Buffer.alloc(2 ** 24, 1)); await new Promise((r) => setTimeout(r, 1)); }",
    hang: "await new Promise(() => {});",
  };
  await start([
    ...Object.entries(hostile).map(([name, body]) =>
      subscribe(name, writeHandler(name, body), { retry: once, events: [name], timeoutMs: 1_500 }),
    ),
    subscribe("innocent", writeHandler("innocent", "await new Promise((r) => setTimeout(r, 5));"), {
      events: ["innocent"],
    }),
  ]);
  const bad = Object.keys(hostile).map((type) => eventOver(`{"type":"${type}"}`, { type }));
  const good = Array.from({ length: 200 }, (_, n) => eventOver(`{"n":${n}}`, { type: "innocent" }));
  await capture(...good.slice(0, 50), ...bad, ...good.slice(50));
  for (const { id } of good) await waitForState(id, "DELIVERED", 30_000);
  for (const { id } of bad) {
    const [delivery] = await waitForState(id, "DEAD", 60_000);
    expect(delivery?.attempt).toBe(2);
  }
}, 120_000);

test("what waits when the dispatcher stops is delivered by the next one, on time", async () => {
  const retry: RetryPolicy = { name: "late", delaysMs: [2_000], jitter: 0 };
  const path = writeHandler("late", "if (context.attempt < 2) throw new Error('once');");
  await start([subscribe("late", path, { retry })]);
  const event = eventOver("{}");
  await capture(event);
  const [waiting] = await waitForState(event.id, "WAITING");
  await stop();
  await start([subscribe("late", path, { retry })]);
  const [delivered] = await waitForState(event.id, "DELIVERED");
  const dueAt = waiting?.nextAttemptAtMs ?? 0;
  // When the attempt began: the handler's own time has the start of its host in it.
  const startedAt = delivered?.attempts[1]?.startedAtMs;
  expect(startedAt).toBeGreaterThanOrEqual(dueAt);
  expect(startedAt).toBeLessThan(dueAt + 1_000);
});

test("a dispatcher that stops is not ready, as long as something still runs", async () => {
  const path = writeHandler("slow", "await new Promise((resolve) => setTimeout(resolve, 2_500));");
  await start([subscribe("slow", path)]);
  const { dispatcher } = current();
  expect(dispatcher.ready()).toEqual({ ready: true, problems: [] });
  await capture(eventOver("{}"));
  await waitFor(() => notesOf("slow").length === 1, { timeoutMs: 10_000, what: "the attempt" });
  let stopped = false;
  const stopping = dispatcher.stop().then(() => {
    stopped = true;
  });
  // The look-out, which looks each second, does not change it.
  for (let looks = 0; !stopped; looks += 1) {
    const problems = ["the dispatcher is stopping"];
    expect(dispatcher.ready()).toEqual({ ready: false, problems });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(looks).toBeLessThan(60);
  }
  await stopping;
});

/** Has a process do this with the store, after it committed one event for a subscription, and then kills it. */
async function commitAndDie(claim: boolean, after: string): Promise<string> {
  const at = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
  const program = `
    import { openSqliteStore } from ${at("./store/sqlite/sqlite_store.ts")};
    import { newId } from ${at("../../libs/types/new_id.ts")};
    import { makeEvent } from ${at("../../libs/testing/make_event.ts")};
    const log = { info() {}, warn() {}, error() {} };
    const dataDir = ${JSON.stringify(join(folder.path, "data"))};
    const store = await openSqliteStore({ dataDir, dispatcherId: "victim", log });
    const claim = { dispatcherId: "victim", token: "victim:1" };
    const fields = { id: newId("dlv"), subscription: "notes", orderKey: null };
    const delivery = { ...fields, claim: ${claim} ? claim : null };
    const { revision } = await store.subscriptions();
    const event = makeEvent();
    await store.commit([{ event, deliveries: [delivery], skipped: [] }], { revision });
    ${after}
    process.stdout.write(event.id, () => process.kill(process.pid, "SIGKILL"));
    setInterval(() => {}, 1_000);
  `;
  const file = join(folder.path, "victim.mjs");
  writeFileSync(file, program);
  const child = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "inherit"] });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  const [, signal] = await once(child, "close");
  expect(signal).toBe("SIGKILL");
  return Buffer.concat(chunks).toString();
}

test.each([
  ["between the ack and its first attempt", true],
  ["between the commit and the wake-up", false],
])(
  "an event whose dispatcher was killed %s is delivered within a second of the next start",
  async (_, claim) => {
    const id = await commitAndDie(claim, "");
    await start([subscribe("notes", writeHandler("notes"))]);
    const startedAt = Date.now();
    const [delivery] = await waitForState(id, "DELIVERED");
    expect(delivery).toMatchObject({ attempt: 1, generation: 1 });
    // When it was begun: how long a handler host takes to start is the machine's affair.
    expect(delivery?.attempts[0]?.startedAtMs).toBeLessThan(startedAt + 1_000);
    expect(notesOf("notes")).toHaveLength(1);
  },
);

test("a retry whose dispatcher was killed before it set the alarm comes on time", async () => {
  const dueAt = Date.now() + 4_000;
  const attempt = {
    number: 1,
    startedAt: Date.now(),
    durationMs: 1,
    outcome: "failed",
    error: "no",
  };
  const id = await commitAndDie(
    true,
    `await store.settle([{ deliveryId: delivery.id, source: "s", type: "t", subscription: "notes", claim, attempt: ${JSON.stringify(attempt)},
      next: { state: "waiting", nextAttemptAt: ${dueAt} }, failure: null, interruptions: 0, suspect: false }]);`,
  );
  await start([subscribe("notes", writeHandler("notes"))]);
  const [delivery] = await waitForState(id, "DELIVERED");
  expect(notesOf("notes").map(({ attempt }) => attempt)).toEqual([2]);
  const startedAt = delivery?.attempts[1]?.startedAtMs;
  expect(startedAt).toBeGreaterThanOrEqual(dueAt);
  expect(startedAt).toBeLessThan(dueAt + 1_000);
});

test("a changed configuration matches new events, and a removed subscription keeps its backlog", async () => {
  const retry: RetryPolicy = { name: "far", delaysMs: [60_000], jitter: 0 };
  const failing = subscribe("old", writeHandler("old", "throw new Error('no');"), { retry });
  await start([failing]);
  const first = eventOver('{"n":1}');
  await capture(first);
  await waitForState(first.id, "WAITING");
  const subscriptions = [subscribe("new", writeHandler("new"))];
  await current().dispatcher.reload(configOf({ subscriptions }));
  const second = eventOver('{"n":2}');
  await capture(second);
  const [delivery] = await waitForState(second.id, "DELIVERED");
  expect(delivery?.subscription).toBe("new");
  expect((await eventOf(first.id)).deliveries).toMatchObject([{ subscription: "old" }]);
});

test("an event of a source that is not in the configuration is not stored until it is", async () => {
  await start([]);
  const event = eventOver('{"n":1}', { source: "new" });
  expect(await current().capture(event)).toMatchObject([{ reason: "unknown_source" }]);
  const sources = [exampleSource(), exampleSource({ name: "new" })];
  await current().dispatcher.reload(configOf({ sources }));
  expect(await current().capture(event)).toMatchObject([{ eventId: event.id, reason: "" }]);
  await current().dispatcher.reload(configOf());
  expect(await current().capture(event)).toMatchObject([{ reason: "unknown_source" }]);
});

test("which sources may name a trace follows a changed configuration", async () => {
  const { tracing, spans } = recordedTracing();
  running = await RunningDispatcher.start(folder.path, {}, { tracing });
  const upstream = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const headers = formatHeaderBlock(["traceparent", upstream]);
  for (const trustTraceparent of [undefined, true, undefined]) {
    const source = { ...exampleSource(), ...(trustTraceparent && { trustTraceparent }) };
    await current().dispatcher.reload(configOf({ sources: [source] }));
    const event = eventOver(`{"n":${spans.length}}`, { headers });
    await capture(event);
    const request = tracing.requestOf(event.id, trustTraceparent ? upstream : null);
    expect(spans.at(-1)).toMatchObject({ name: "commit", parent: captureOf(request) });
  }
});

test("metrics and health say what happened", async () => {
  await start([
    subscribe("good", writeHandler("good"), { events: ["good"] }),
    subscribe("bad", writeHandler("bad", "throw new Error('no');"), { events: ["bad"] }),
  ]);
  const good = eventOver("{}", { type: "good" });
  const bad = eventOver('{"bad":1}', { type: "bad" });
  await capture(good, bad);
  await waitForState(good.id, "DELIVERED");
  await waitForState(bad.id, "DEAD");
  expect(await current().client.admin.getMetrics({ windowMs: 0 })).toMatchObject({
    received: 2,
    processed: 1,
    failed: 1,
    retried: 3,
  });
  expect(await current().client.admin.getHealth({})).toMatchObject({
    status: "HEALTH_STATUS_DEGRADED",
    queueSize: 0,
    failureRate: 0.8,
    faults: [{ whose: "handler", name: "bad" }],
  });
});

/** A request that is signed with `secret`, refused. */
function refusedWith(secret: string, data: unknown): QuarantinedRequest {
  const { headers, body } = signedGenericRequest({ secret, data });
  const block = formatHeaderBlock(Object.entries(headers).flat());
  return exampleRefused({ headers: block, body, receivedAt: Date.now() - 60_000 });
}

async function report(...refused: QuarantinedRequest[]) {
  const nothing = { secretUses: [], handshakes: [], enrolled: [] };
  return current().client.report({ ...nothing, refused: refused.map(quarantinedToMessage) });
}

test("a refused request is kept, diagnosed, verified again and released, once", async () => {
  await start([subscribe("notes", writeHandler("notes"))]);
  const request = refusedWith("secret of the shop", { n: 1 });
  const hopeless = refusedWith("secret of nobody", { n: 2 });
  expect(await report(request, hopeless)).toMatchObject({ refusedKept: 2 });
  const all = { source: "", reason: "", includeReleased: false, pageSize: 0, pageToken: "" };
  const page = await current().client.admin.listQuarantine(all);
  expect(page?.requests.map(({ id }) => id)).toEqual([hopeless.id, request.id]);
  expect(page?.requests[1]?.diagnosis[0]).toContain("shop");

  const verify = async (release: boolean) => {
    const ids = [request.id, hopeless.id];
    const answer = await current().client.admin.verifyQuarantined({
      ids,
      release,
      staleReason: "",
    });
    return answer?.results.map(({ outcome }) => outcome);
  };
  expect(await verify(true)).toEqual(["no_match", "no_match"]);
  // The operator fixes the secret.
  const secrets = [SECRET, exampleSecret({ id: "2", value: "secret of the shop" })];
  const subscriptions = [subscribe("notes", join(folder.path, "notes.ts"))];
  await current().dispatcher.reload(
    configOf({ sources: [exampleSource({ secrets })], subscriptions }),
  );
  expect(await verify(false)).toEqual(["verified", "no_match"]);
  expect(await verify(true)).toEqual(["released", "no_match"]);
  expect(await verify(true)).toEqual(["already_released", "no_match"]);

  const { request: released } =
    (await current().client.admin.getQuarantined({ id: request.id })) ?? {};
  const eventId = released?.releasedAs ?? "";
  await waitForState(eventId, "DELIVERED");
  expect((await eventOf(eventId)).event).toMatchObject({
    source: "academy",
    secretId: "2",
    receivedAtMs: request.receivedAt,
    flags: ["released"],
  });
  expect(notesOf("notes")).toMatchObject([{ event: eventId }]);

  // From now on it counts for dedupe: the provider's own retry is a duplicate.
  const again = eventOver(Buffer.from(request.body).toString());
  expect(await capture(again)).toMatchObject([{ outcome: "CAPTURE_OUTCOME_DUPLICATE", eventId }]);
  expect((await current().client.admin.listQuarantine(all))?.requests).toHaveLength(1);
});

test("a refused request whose event is stored already is answered so, and not dispatched", async () => {
  await start([subscribe("notes", writeHandler("notes"))]);
  const request = refusedWith(SECRET.value, { n: 3 });
  const event = eventOver(Buffer.from(request.body).toString());
  await capture(event);
  await waitForState(event.id, "DELIVERED");
  await report(request);
  const answer = await current().client.admin.verifyQuarantined({
    ids: [request.id],
    release: true,
    staleReason: "",
  });
  expect(answer?.results).toEqual([
    { id: request.id, outcome: "already_stored", eventId: event.id },
  ]);
  expect((await eventOf(event.id)).deliveries).toHaveLength(1);
  expect(notesOf("notes")).toHaveLength(1);
});

test("an enrolment keeps one secret while it is open, and edges are told", async () => {
  await start([]);
  const asana = exampleSource({ name: "asana", provider: "asana", secrets: [] });
  await current().dispatcher.reload(configOf({ sources: [asana] }));
  let word = "guessed";
  const tell = (...values: string[]) =>
    current().client.report({
      refused: [],
      secretUses: [],
      handshakes: [],
      enrolled: values.map((value) => ({ source: "asana", value, word, address: "192.0.2.7" })),
    });
  expect(await tell("too early")).toMatchObject({ enrolmentsOpen: [], enrolled: [], trials: [] });
  const opened = await current().client.admin.openEnrolment({ source: "asana", openMs: 0 });
  expect(await tell("a stranger's")).toMatchObject({
    enrolmentsOpen: ["asana"],
    enrolled: [],
    trials: [],
  });
  word = opened.word;
  expect(await tell()).toMatchObject({ enrolmentsOpen: ["asana"], enrolled: [], trials: [] });
  expect(await tell("in time", "too late")).toMatchObject({
    enrolmentsOpen: [],
    trials: [],
    enrolled: [{ source: "asana", value: "in time" }],
  });
  const listed = await current().client.admin.listSecrets({ source: "asana" });
  expect(listed?.secrets).toMatchObject([
    { state: "enrolled", safeToDrop: false, deliveredBy: "192.0.2.7" },
  ]);
  const { secrets } = await current().client.admin.revokeEnrolment({ source: "asana" });
  expect([secrets, (await tell()).enrolled]).toEqual([1, []]);
  const { entries } = await current().client.admin.listAudit({ pageSize: 0, pageToken: "" });
  expect(entries).toMatchObject([
    { action: "revoke enrolment", target: "asana", caller: "anybody", outcome: "done" },
    { action: "enrol", target: "asana", outcome: "done" },
  ]);
  const whatChanged = async () => {
    const asked = { kinds: ["secret"], subject: "asana", pageSize: 0, pageToken: "" };
    const { changes } = await current().client.admin.listChanges(asked);
    return changes.map(({ text }) => text);
  };
  await waitFor(async () => (await whatChanged()).length === 3, { what: "three changes" });
  expect(await whatChanged()).toEqual([
    "enrolment revoked: 1 delivered secret verifies nothing",
    expect.stringMatching(/^enrolled-[0-9a-f]{8} enrolled, delivered by 192\.0\.2\.7$/),
    expect.stringMatching(/^enrolment opened until 20/),
  ]);
});
