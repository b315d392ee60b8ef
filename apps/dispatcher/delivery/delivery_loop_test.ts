import { createLog } from "@hookgate/telemetry";
import { makeEvent, temporaryDirectory, waitFor } from "@hookgate/testing";
import { newId, type Pause, type ReceivedEvent, type Subscription } from "@hookgate/types";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Deliveries } from "../store/contract/deliveries.ts";
import { type EventStore, StoreUnavailableError } from "../store/contract/event_store.ts";
import { openSqliteStore } from "../store/sqlite/sqlite_store.ts";
import type { DeliveryTarget, Room, SubscriptionOf, TargetResult } from "../targets/target.ts";
import { DeliveryLoop } from "./delivery_loop.ts";
import { sampleSubscription } from "./suite/sample_claimed.ts";

const log = createLog({ name: "test", level: "silent" });
const SUBSCRIPTION: Subscription = sampleSubscription({
  name: "one",
  retry: { name: "quick", delaysMs: [50, 50], jitter: 0 },
  timeoutMs: 1_000,
  concurrency: 3,
});

/** A target whose attempts end when the test says so. */
class FakeTarget implements DeliveryTarget {
  readonly started: { event: string; number: number; end: (result: TargetResult) => void }[] = [];
  running = 0;
  runningMax = 0;
  /** What attempts end with at once; null lets them run. */
  instantly: TargetResult | null = null;
  /** False: nothing may begin. */
  open = true;

  readonly settledEvents: string[] = [];

  settled({ event }: { event: ReceivedEvent }): void {
    this.settledEvents.push(event.id);
  }

  room({ concurrency }: SubscriptionOf<"handler">, running: Room): Room {
    const free = this.open ? concurrency - running.deliveries : 0;
    return { deliveries: free, bytes: 1_000 - running.bytes };
  }

  async attempt(
    { event }: { event: ReceivedEvent },
    _subscription: Subscription,
    { number }: { number: number },
  ): Promise<TargetResult> {
    this.running += 1;
    this.runningMax = Math.max(this.runningMax, this.running);
    const ended = new Promise<TargetResult>((resolve) => {
      this.started.push({ event: event.id, number, end: resolve });
      if (this.instantly) resolve(this.instantly);
    });
    const result = await ended;
    this.running -= 1;
    return result;
  }

  async close(): Promise<void> {
    for (const { end } of this.started) end({ kind: "interrupted" });
  }
}

let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
let store: EventStore;
let target: FakeTarget;
let loop: DeliveryLoop;
let alarms: number[];
let pauses: [name: string, pause: Omit<Pause, "at">][];

beforeEach(async () => {
  folder = await temporaryDirectory();
  store = await openSqliteStore({ dataDir: folder.path, dispatcherId: "d", log });
  await store.publishSubscriptions([SUBSCRIPTION]);
  target = new FakeTarget();
  loop = makeLoop(store);
});

afterEach(async () => {
  await loop.stop({ graceMs: 100 });
  await store.close();
  await folder[Symbol.asyncDispose]();
});

function makeLoop(over: EventStore): DeliveryLoop {
  alarms = [];
  pauses = [];
  return new DeliveryLoop({
    store: over,
    targets: { handler: target, endpoint: target, stream: target },
    dispatcherId: "d",
    log,
    random: () => 0.5,
    wakeAt: (time) => void alarms.push(time),
    pause: async (name, pause) => void pauses.push([name, pause]),
  });
}

/** Stores events whose deliveries wait. */
async function storeWaiting(count: number, orderKey: string | null = null): Promise<string[]> {
  const captures = Array.from({ length: count }, () => ({
    event: makeEvent(),
    deliveries: [{ id: newId("dlv"), subscription: "one", claim: null, orderKey }],
    skipped: [],
  }));
  const { revision } = await store.subscriptions();
  await store.commit(captures, { revision });
  return captures.map(({ event }) => event.id);
}

async function stateOf(event: string): Promise<string | undefined> {
  return (await store.getEvent(event))?.deliveries[0]?.state;
}

const until = (what: string, condition: () => boolean | Promise<boolean>) =>
  waitFor(condition, { timeoutMs: 10_000, what });

test("DeliveryLoop never runs more than the subscription has slots, and drains a backlog in order", async () => {
  const events = await storeWaiting(10);
  loop.serve([SUBSCRIPTION]);
  await until("three to start", () => target.started.length === 3);
  target.instantly = { kind: "succeeded" };
  for (const { end } of target.started) end({ kind: "succeeded" });
  await until("all to be delivered", async () => {
    const states = await Promise.all(events.map(stateOf));
    return states.every((state) => state === "delivered");
  });
  expect(target.runningMax).toBe(3);
  expect(target.started.map(({ event }) => event)).toEqual(events);
});

test("DeliveryLoop retries after the policy's waits by its own timer, and asks for no alarm", async () => {
  target.instantly = { kind: "failed", error: "no", permanent: false };
  const [event = ""] = await storeWaiting(1);
  loop.serve([SUBSCRIPTION]);
  await until("it to be dead", async () => (await stateOf(event)) === "dead");
  expect(target.started.map(({ number }) => number)).toEqual([1, 2, 3]);
  expect(alarms).toEqual([]);
});

test("DeliveryLoop asks for an alarm where a retry is further off", async () => {
  target.instantly = { kind: "failed", error: "no", permanent: false };
  const retry = { name: "slow", delaysMs: [60_000], jitter: 0 };
  const before = store.now();
  await storeWaiting(1);
  loop.serve([{ ...SUBSCRIPTION, retry }]);
  await until("an alarm", () => alarms.length === 1);
  expect(alarms[0]).toBeGreaterThanOrEqual(before + 60_000);
});

test("reserve() gives slots to fresh events only while none waits in the store", async () => {
  loop.serve([SUBSCRIPTION]);
  await until("the first look", () => loop.reserve("one", 10));
  expect([loop.reserve("one", 10), loop.reserve("one", 10), loop.reserve("one", 10)]).toEqual([
    true,
    true,
    false,
  ]);
  loop.release("one", 10);
  expect(loop.reserve("one", 10)).toBe(true);
  loop.expectBacklog("one");
  loop.release("one", 10);
  expect(loop.reserve("one", 10)).toBe(false);
  expect(loop.reserve("unknown", 10)).toBe(false);
});

test("tick() gives back what was claimed by a call whose answer was lost", async () => {
  let lost = false;
  const forgetful = Object.assign(Object.create(store) as EventStore, {
    now: () => store.now(),
    claimDue: async (options: Parameters<Deliveries["claimDue"]>[0]) => {
      const claimed = await store.claimDue(options);
      if (lost || claimed.length === 0) return claimed;
      lost = true;
      throw new StoreUnavailableError("the answer was lost");
    },
    nextDueAt: (names: readonly string[]) => store.nextDueAt(names),
    settle: (outcomes: Parameters<Deliveries["settle"]>[0]) => store.settle(outcomes),
    reclaim: (options: Parameters<Deliveries["reclaim"]>[0]) => store.reclaim(options),
  });
  loop = makeLoop(forgetful);
  target.instantly = { kind: "succeeded" };
  const [event = ""] = await storeWaiting(1);
  loop.serve([SUBSCRIPTION]);
  await until("the claim to be lost", async () => lost && (await stateOf(event)) === "running");
  await loop.tick();
  await until("it to be delivered", async () => (await stateOf(event)) === "delivered");
  expect(target.started.map(({ number }) => number)).toEqual([1]);
});

test("an outcome that the store does not take is written once it does, and the slot is held until then", async () => {
  let failures = 2;
  const faulty = Object.assign(Object.create(store) as EventStore, {
    now: () => store.now(),
    claimDue: (options: Parameters<Deliveries["claimDue"]>[0]) => store.claimDue(options),
    nextDueAt: (names: readonly string[]) => store.nextDueAt(names),
    settle: async (outcomes: Parameters<Deliveries["settle"]>[0]) => {
      failures -= 1;
      if (failures >= 0) throw new StoreUnavailableError("the disk is full");
      return store.settle(outcomes);
    },
  });
  loop = makeLoop(faulty);
  target.instantly = { kind: "succeeded" };
  const [event = ""] = await storeWaiting(1);
  loop.serve([SUBSCRIPTION]);
  await until("a first failure", () => failures < 2);
  expect(loop.running).toBe(1);
  await until("it to be delivered", async () => (await stateOf(event)) === "delivered");
  expect(target.started).toHaveLength(1);
});

test("stop() interrupts what does not end, and leaves it due without a charge", async () => {
  const [event = ""] = await storeWaiting(1);
  loop.serve([SUBSCRIPTION]);
  await until("it to start", () => target.started.length === 1);
  await loop.stop({ graceMs: 50 });
  const detail = await store.getEvent(event);
  expect(detail?.deliveries).toMatchObject([{ state: "waiting", attempt: 0, interruptions: 1 }]);
});

test("reserve() keeps to the target's bytes, and lets one in whatever its size", async () => {
  loop.serve([SUBSCRIPTION]);
  await until("the first look", () => loop.reserve("one", 5_000));
  expect(loop.reserve("one", 10)).toBe(false);
  loop.release("one", 5_000);
  expect(loop.reserve("one", 600)).toBe(true);
  expect(loop.reserve("one", 600)).toBe(false);
  expect(loop.reserve("one", 400)).toBe(true);
});

test("nothing is claimed while the target has no room, and all is once it says that it has", async () => {
  target.open = false;
  target.instantly = { kind: "succeeded" };
  const [event = ""] = await storeWaiting(1);
  loop.serve([SUBSCRIPTION]);
  await loop.tick();
  expect(loop.reserve("one", 10)).toBe(false);
  expect(await stateOf(event)).toBe("waiting");
  expect(target.started).toEqual([]);
  target.open = true;
  loop.look("one");
  await until("it to be settled", () => target.settledEvents.length === 1);
  expect(await stateOf(event)).toBe("delivered");
});

test("a target that is gone pauses the subscription, and its delivery waits", async () => {
  target.instantly = { kind: "gone", error: "410 Gone" };
  const [event = ""] = await storeWaiting(1);
  loop.serve([SUBSCRIPTION]);
  await until("the pause", () => pauses.length > 0);
  loop.serve([]);
  expect(pauses[0]).toEqual(["one", { by: "endpoint", reason: "410 Gone" }]);
  await until("it to wait", async () => (await stateOf(event)) === "waiting");
});

test("deliveries of one key run one after the other, of other keys beside them", async () => {
  const first = await storeWaiting(3, "a");
  const other = await storeWaiting(1, "b");
  loop.serve([SUBSCRIPTION]);
  await until("two to start", () => target.started.length === 2);
  expect(target.started.map(({ event }) => event)).toEqual([first[0], other[0]]);
  target.started[0]?.end({ kind: "succeeded" });
  await until("the next of the key", () => target.started.length === 3);
  expect(target.started[2]?.event).toBe(first[1]);
  target.started[2]?.end({ kind: "succeeded" });
  await until("the last of the key", () => target.started.length === 4);
  expect(target.started[3]?.event).toBe(first[2]);
});

test("a subscription that is served again keeps the count of what still runs", async () => {
  await storeWaiting(3);
  loop.serve([SUBSCRIPTION]);
  await until("three to start", () => target.started.length === 3);
  loop.serve([]);
  loop.serve([SUBSCRIPTION]);
  await storeWaiting(3);
  await loop.tick();
  expect(loop.runningOf("one")).toBe(3);
  target.instantly = { kind: "succeeded" };
  for (const { end } of target.started) end({ kind: "succeeded" });
  await until("all to start", () => target.started.length === 6);
  expect(target.runningMax).toBe(3);
});
