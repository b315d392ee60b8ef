import { readdirSync, readFileSync } from "node:fs";
import type { OpenSubscriptionMessage } from "@hookgate/rpc";
import { makeEvent, temporaryDirectory, waitFor } from "@hookgate/testing";
import type { CapturedEvent, Subscription } from "@hookgate/types";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { EndpointServer } from "./suite/endpoint_server.ts";
import { configOf, RunningDispatcher } from "./suite/running_dispatcher.ts";
import { sampleSubscription } from "./suite/sample_claimed.ts";

const NOTHING = { open: null, ackIds: [], nacks: [], extensions: [], drain: false };
const OPEN: Omit<OpenSubscriptionMessage, "subscription"> = {
  types: [],
  sources: [],
  startPosition: "START_POSITION_NOW",
  startTimeMs: 0,
  outstandingEventsMax: 0,
  outstandingBytesMax: 0,
  change: false,
};
const STREAM = { kind: "stream" } as const;

let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
let stack: AsyncDisposableStack;

beforeEach(async () => {
  folder = await temporaryDirectory();
  stack = new AsyncDisposableStack();
});

afterEach(async () => {
  await stack.disposeAsync();
  await folder[Symbol.asyncDispose]();
});

async function start(...subscriptions: Subscription[]): Promise<RunningDispatcher> {
  return stack.use(await RunningDispatcher.start(folder.path, { subscriptions }));
}

function endpoint(name: string, server: EndpointServer, part: Partial<Subscription> = {}) {
  const secrets = [{ id: "1", value: "a secret of some length", state: "active", until: null }];
  const target = {
    kind: "endpoint",
    url: server.url(),
    secrets,
    forwardHeaders: false,
    headers: [],
    ratePerSecond: null,
  } as const;
  const retry = { name: "quick", delaysMs: [50, 50], jitter: 0 };
  return { ...sampleSubscription({ name, target: target as never, retry }), ...part };
}

function eventOf(body: string, part: Partial<CapturedEvent> = {}): CapturedEvent {
  return makeEvent({ body: Buffer.from(body), type: "payment.success", ...part });
}

/** A subscriber that acknowledges what it is given, save what the test keeps. */
function subscribe(
  { client }: RunningDispatcher,
  subscription: string,
  { keeps = () => false, ...open }: { keeps?: (n: number) => boolean } & Partial<typeof OPEN> = {},
) {
  const call = client.subscribe();
  const got: { id: string; ackId: string; attempt: number }[] = [];
  call.receive({
    message({ events }) {
      for (const { ackId, attempt, event } of events) {
        got.push({ id: event?.id ?? "", ackId, attempt });
        if (!keeps(got.length)) call.send({ ...NOTHING, ackIds: [ackId] });
      }
    },
    end() {},
    error() {},
  });
  call.send({ ...NOTHING, open: { ...OPEN, ...open, subscription } });
  return { call, got };
}

test("an endpoint is posted the exact bytes; what it answers is kept, and what it was kept from", async () => {
  await using server = await EndpointServer.start([
    (response) => response.writeHead(500).end("not now"),
    (response) => response.end("thanks"),
  ]);
  const where = [{ pointer: "/amount", test: "gte", value: 100 } as const];
  const dispatcher = await start(
    endpoint("crm", server),
    endpoint("large", server, { where }),
    endpoint("others", server, { sources: ["shop"] }),
  );
  const event = eventOf('{"amount": 5}\n');
  await dispatcher.capture(event);
  const [delivery] = await dispatcher.waitForState(event.id, "DELIVERED");
  expect(server.seen.map(({ body }) => body)).toEqual([event.body, event.body]);
  expect(server.seen[1]?.headers).toMatchObject({
    "webhook-id": event.id,
    "hookgate-attempt": "2",
  });
  expect(delivery?.attempts.map(({ outcome, response }) => [outcome, response])).toEqual([
    ["ATTEMPT_OUTCOME_FAILED", null],
    ["ATTEMPT_OUTCOME_SUCCEEDED", { status: 200, body: "thanks" }],
  ]);
  const { skipped } = await dispatcher.eventOf(event.id);
  expect(skipped).toEqual([
    { subscription: "large", reason: "/amount gte 100" },
    { subscription: "others", reason: "source" },
  ]);
});

test("an endpoint that is gone is paused with the reason, and continues from there when resumed", async () => {
  await using server = await EndpointServer.start([
    (response) => response.writeHead(410).end(),
    (response) => response.end(),
  ]);
  const dispatcher = await start(endpoint("crm", server));
  const event = eventOf("{}");
  await dispatcher.capture(event);
  const status = async () =>
    (await dispatcher.client.admin.listSubscriptions({})).subscriptions.find(
      ({ name }) => name === "crm",
    );
  await waitFor(async () => (await status())?.pause?.by === "endpoint", { what: "the pause" });
  expect((await status())?.pause?.reason).toContain("410");
  expect((await status())?.backlog).toBe(1);
  // While it is paused, what comes waits.
  const later = eventOf("[]");
  await dispatcher.capture(later);
  await dispatcher.client.admin.resumeSubscription({ name: "crm" });
  await dispatcher.waitForState(event.id, "DELIVERED");
  await dispatcher.waitForState(later.id, "DELIVERED");
});

test("a subscriber gets what comes, from where it begins, and what a lost one owed", async () => {
  const dispatcher = await start();
  const before = eventOf("1");
  await dispatcher.capture(before);
  const first = subscribe(dispatcher, "crm", {
    startPosition: "START_POSITION_EARLIEST",
    keeps: () => true,
  });
  await waitFor(() => first.got.length === 1, { what: "what was stored before" });
  const after = eventOf("2");
  await dispatcher.capture(after);
  await waitFor(() => first.got.length === 2, { what: "what came after" });
  expect(first.got.map(({ id }) => id)).toEqual([before.id, after.id]);
  const second = subscribe(dispatcher, "crm");
  first.call.end();
  await waitFor(() => second.got.length === 2, { what: "what the first one owed" });
  await dispatcher.waitForState(before.id, "DELIVERED");
  const [delivery] = await dispatcher.waitForState(after.id, "DELIVERED");
  // It is not its fault that the first one left.
  expect(delivery).toMatchObject({ attempt: 1, interruptions: 0 });
});

test("what a subscriber does not answer comes again, and is dead after its attempts", async () => {
  const retry = { name: "quick", delaysMs: [10, 10], jitter: 0 };
  const dispatcher = await start(
    sampleSubscription({ name: "silent", target: STREAM, timeoutMs: 200, retry }),
  );
  const { got } = subscribe(dispatcher, "silent", { keeps: () => true });
  const event = eventOf("{}");
  await dispatcher.capture(event);
  const [delivery] = await dispatcher.waitForState(event.id, "DEAD");
  expect(got.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  expect(new Set(got.map(({ ackId }) => ackId)).size).toBe(3);
  expect(delivery?.attempts.map(({ outcome }) => outcome)).toEqual(
    Array(3).fill("ATTEMPT_OUTCOME_TIMED_OUT"),
  );
});

test("a key is held back by its dead delivery until that is cancelled; others go on", async () => {
  const retry = { name: "none", delaysMs: [], jitter: 0 };
  const dispatcher = await start(
    sampleSubscription({ name: "orders", target: STREAM, orderBy: "/who", retry }),
  );
  const [one, two, other] = [
    eventOf('{"who":1}'),
    eventOf('{"who":1,"n":2}'),
    eventOf('{"who":2}'),
  ];
  const { call, got } = subscribe(dispatcher, "orders", { keeps: (n) => n === 1 });
  await dispatcher.capture(one);
  await waitFor(() => got.length === 1, { what: "the first" });
  await dispatcher.capture(two, other);
  await dispatcher.waitForState(other.id, "DELIVERED");
  const nack = { ackId: got[0]?.ackId ?? "", reason: "no", permanent: true };
  call.send({ ...NOTHING, nacks: [nack] });
  const [dead] = await dispatcher.waitForState(one.id, "DEAD");
  const [held] = await dispatcher.waitForState(two.id, "WAITING");
  expect(held).toMatchObject({ order: { key: "1", position: 2 } });
  expect(held?.nextAttemptAtMs).toBeUndefined();
  const { admin } = dispatcher.client;
  await expect(admin.retryDelivery({ id: held?.id ?? "" })).rejects.toMatchObject({
    code: "FAILED_PRECONDITION",
  });
  const cancelled = await admin.cancelDelivery({ id: dead?.id ?? "", reason: "never mind" });
  expect(cancelled.dueNow).toBe(held?.id);
  await dispatcher.waitForState(two.id, "DELIVERED");
});

test("a replay makes the next generation of what is dead, under the same event", async () => {
  let broken = true;
  await using server = await EndpointServer.start((response) =>
    response.writeHead(broken ? 500 : 200).end(),
  );
  const retry = { name: "none", delaysMs: [], jitter: 0 };
  const dispatcher = await start(endpoint("crm", server, { retry }));
  const events = [eventOf("1"), eventOf("2"), eventOf("3")];
  await dispatcher.capture(...events);
  for (const { id } of events) await dispatcher.waitForState(id, "DEAD");
  broken = false;
  const filter = {
    ids: [],
    failure: "",
    source: "",
    type: "",
    subscription: "crm",
    state: "DELIVERY_STATE_DEAD",
  } as const;
  const { admin } = dispatcher.client;
  const asked = {
    filter: { ...filter, ids: [], failure: "" },
    reason: "crm was down",
    perSecond: 100,
  };
  const dry = await admin.createReplay({ ...asked, dryRun: true });
  expect(dry).toMatchObject({ matched: 3, bySubscription: [{ subscription: "crm" }] });
  const { replay } = await admin.createReplay({ ...asked, dryRun: false });
  await waitFor(
    async () => {
      const { replays } = await admin.listReplays({ limit: 0 });
      return replays.some(
        ({ id, state, made }) => id === replay?.id && state === "done" && made === 3,
      );
    },
    { what: "the replay to be done" },
  );
  for (const { id } of events) {
    await waitFor(
      async () =>
        (await dispatcher.eventOf(id)).deliveries.at(-1)?.state === "DELIVERY_STATE_DELIVERED",
      { what: "the replayed delivery" },
    );
    const [first, second] = (await dispatcher.eventOf(id)).deliveries;
    expect(second).toMatchObject({ generation: 2, replayOf: first?.id, replay: replay?.id });
  }
  expect(server.seen).toHaveLength(6);
});

test("a subscription that nobody reads is paused past its bound, the others go on, and resuming gives it what it missed", async () => {
  await using server = await EndpointServer.start((response) => response.end());
  const backlog = { deliveriesMax: 2, bytesMax: 1_000_000, ageMsMax: 1_000_000 };
  const dispatcher = await start(
    sampleSubscription({ name: "unread", target: STREAM, backlog }),
    endpoint("crm", server),
  );
  const early = Array.from({ length: 6 }, (_, n) => eventOf(`"early ${n}"`));
  await dispatcher.capture(...early);
  const { admin } = dispatcher.client;
  const pause = async () =>
    (await admin.listSubscriptions({})).subscriptions.find(({ name }) => name === "unread")?.pause;
  await waitFor(async () => (await pause())?.by === "backlog", {
    what: "the pause",
    timeoutMs: 25_000,
  });
  const late = eventOf('"late"');
  await dispatcher.capture(late);
  // The other one got it, and this one did not.
  await dispatcher.waitForState(late.id, "DELIVERED");
  expect((await dispatcher.eventOf(late.id)).skipped).toEqual([
    { subscription: "unread", reason: "paused: backlog" },
  ]);
  const { backfill } = await admin.resumeSubscription({ name: "unread" });
  expect(backfill).toMatch(/^rpl_/);
  const { got } = subscribe(dispatcher, "unread");
  await waitFor(() => got.length === 7, { what: "everything", timeoutMs: 20_000 });
  expect(new Set(got.map(({ id }) => id))).toEqual(new Set([...early, late].map(({ id }) => id)));
}, 60_000);

test("a changed secret of an endpoint signs at once, and is nowhere in the store", async () => {
  await using server = await EndpointServer.start((response) => response.end());
  const dispatcher = await start(endpoint("crm", server));
  const first = eventOf("{}");
  await dispatcher.capture(first);
  await dispatcher.waitForState(first.id, "DELIVERED");
  const changed = endpoint("crm", server);
  const secret = { id: "2", value: "another secret of some length", state: "active", until: null };
  const target = { ...changed.target, secrets: [secret] } as never;
  await dispatcher.dispatcher.reload(configOf({ subscriptions: [{ ...changed, target }] }));
  const second = eventOf("{}", {
    id: first.id.replace(/.$/, (digit) => (digit === "0" ? "1" : "0")),
  });
  await dispatcher.capture({ ...second, providerEventId: "second", dedupe: "id" });
  await waitFor(() => server.seen.length === 2, { what: "the second delivery" });
  const stored = readdirSync(`${folder.path}/data`).map((file) =>
    readFileSync(`${folder.path}/data/${file}`, "latin1"),
  );
  expect(stored.join("")).not.toContain("secret of some length");
});
