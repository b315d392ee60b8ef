import { nextTurn } from "@hookgate/async";
import { createLog } from "@hookgate/telemetry";
import { makeEvent, temporaryDirectory, waitFor } from "@hookgate/testing";
import { newId, type Pause, type ReceivedEvent, type Subscription } from "@hookgate/types";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Outcome } from "../store/contract/deliveries.ts";
import { type EventStore, StoreUnavailableError } from "../store/contract/event_store.ts";
import { openSqliteStore } from "../store/sqlite/sqlite_store.ts";
import { recordingLog } from "../suite/recording_log.ts";
import { sampleSubscription } from "../suite/sample_claimed.ts";
import type {
  DeliveryTarget,
  Room,
  SubscriptionOf,
  TargetAttempt,
  TargetResult,
} from "../targets/target.ts";
import type { Admission } from "./admission.ts";
import { DeliveryLoop, type DeliveryLoopOptions } from "./delivery_loop.ts";

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
  /** Bodies that may run at once. */
  bytes = 1_000;

  readonly settledEvents: string[] = [];

  room({ concurrency }: SubscriptionOf<"handler">, running: Room): Room {
    const free = this.open ? (concurrency ?? 0) - running.deliveries : 0;
    return { deliveries: free, bytes: this.bytes - running.bytes };
  }

  async attempt(
    { event }: { event: ReceivedEvent },
    _subscription: Subscription,
    { number }: { number: number },
  ): Promise<TargetAttempt> {
    this.running += 1;
    this.runningMax = Math.max(this.runningMax, this.running);
    const ended = new Promise<TargetResult>((resolve) => {
      this.started.push({ event: event.id, number, end: resolve });
      if (this.instantly) resolve(this.instantly);
    });
    const result = await ended;
    this.running -= 1;
    return { result, settled: () => void this.settledEvents.push(event.id) };
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

function makeLoop(over: EventStore, options: Partial<DeliveryLoopOptions> = {}): DeliveryLoop {
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
    ...options,
  });
}

/** The store, with other operations in place of some. */
function storeWith(changes: Partial<EventStore>): EventStore {
  const own = {
    now: () => store.now(),
    claimDue: (options) => store.claimDue(options),
    nextDueAt: (names) => store.nextDueAt(names),
    settle: (outcomes) => store.settle(outcomes),
    reclaim: (options) => store.reclaim(options),
  } satisfies Partial<EventStore>;
  return Object.assign(Object.create(store) as EventStore, own, changes);
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

const admissions: Admission[] = [];

/** Takes a slot for a fresh event, as a commit does. */
function reserve(name: string, bytes: number): boolean {
  const admission = loop.admit();
  const reserved = admission.reserve(newId("dlv"), name, bytes) !== null;
  if (reserved) admissions.push(admission);
  else admission[Symbol.dispose]();
  return reserved;
}

/** Gives the slot that was taken last back. */
function release(): void {
  admissions.pop()?.[Symbol.dispose]();
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

test("DeliveryLoop learns when each subscription is next due, also while others are", async () => {
  const asked: string[] = [];
  loop = makeLoop(
    storeWith({
      nextDueAt: (names) => {
        asked.push(...names);
        return store.nextDueAt(names);
      },
    }),
  );
  await storeWaiting(1);
  const two = { ...SUBSCRIPTION, name: "two" };
  loop.serve([SUBSCRIPTION, two]);
  await until("the first to start", () => target.started.length === 1);
  await until("both to be asked for", () => asked.includes("one"));
  expect(asked).toContain("two");
});

test("DeliveryLoop rests between looks of its timer that take long, however often something is due", async () => {
  let claims = 0;
  let now = 0;
  let asked = 0;
  const monotonic = () => {
    asked += 1;
    return now;
  };
  loop = makeLoop(
    storeWith({
      async claimDue() {
        claims += 1;
        now += 15;
        return [];
      },
      nextDueAt: async () => store.now() + 1,
    }),
    { monotonic },
  );
  loop.serve([SUBSCRIPTION]);
  await until("first claim", () => claims > 0);
  // The time stands still: the timer ends again and again, and finds that it has to rest.
  const before = asked;
  await until("several timers", () => asked > before + 5);
  expect(claims).toBe(1);
  now += 25;
  await until("next claim", () => claims === 2);
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
  await until("the first look", () => reserve("one", 10));
  expect([reserve("one", 10), reserve("one", 10), reserve("one", 10)]).toEqual([true, true, false]);
  release();
  expect(reserve("one", 10)).toBe(true);
  loop.expectBacklog("one");
  release();
  expect(reserve("one", 10)).toBe(false);
  expect(reserve("unknown", 10)).toBe(false);
});

test("tick() gives back what was claimed by a call whose answer was lost", async () => {
  let lost = false;
  const forgetful = storeWith({
    claimDue: async (options) => {
      const claimed = await store.claimDue(options);
      if (lost || claimed.length === 0) return claimed;
      lost = true;
      throw new StoreUnavailableError("the answer was lost");
    },
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

test("what is claimed next shares the commit of the last outcomes, and no more runs than there are slots", async () => {
  const order: string[] = [];
  const { promise: written, resolve: write } = Promise.withResolvers<void>();
  loop = makeLoop(
    storeWith({
      async settle(outcomes) {
        order.push(`settle ${outcomes.length}`);
        await written;
        return store.settle(outcomes);
      },
      claimDue(options) {
        order.push(`claim ${options.slots.get("one")?.deliveries}`);
        return store.claimDue(options);
      },
    }),
  );
  const events = await storeWaiting(7);
  loop.serve([SUBSCRIPTION]);
  await until("all slots to be taken", () => target.started.length === 3);
  order.length = 0;
  for (const { end } of target.started) end({ kind: "succeeded" });
  await until("others to run in their place", () => target.started.length === 6);
  expect(order).toEqual(["settle 3", "claim 3"]);
  for (const { end } of target.started) end({ kind: "succeeded" });
  await until("their outcomes to be sent", () => order.length === 3);
  // Nothing is lent twice: as many outcomes wait as there are slots, and those of the second three hold theirs.
  expect([target.runningMax, loop.running, target.started.length]).toEqual([3, 6, 6]);
  target.instantly = { kind: "succeeded" };
  write();
  await until("all to be delivered", () => target.settledEvents.length === events.length);
});

test("claims and writes are small while events are stored, so that no commit waits long, and large otherwise", async () => {
  target.bytes = 1_000_000;
  const clock = { ms: 0 };
  const claimed: number[] = [];
  const written: number[] = [];
  loop = makeLoop(
    storeWith({
      async claimDue(options) {
        const found = await store.claimDue(options);
        if (found.length > 0) claimed.push(found.length);
        return found;
      },
      settle(outcomes) {
        written.push(outcomes.length);
        return store.settle(outcomes);
      },
    }),
    { monotonic: () => clock.ms },
  );
  const wide = { ...SUBSCRIPTION, concurrency: 1_000 };
  const drain = async (count: number) => {
    claimed.length = 0;
    written.length = 0;
    await storeWaiting(count);
    const before = target.settledEvents.length;
    loop.serve([wide]);
    await until("all to start", () => target.started.length === before + count);
    for (const { end } of target.started.slice(before)) end({ kind: "succeeded" });
    await until("all outcomes", () => target.settledEvents.length === before + count);
  };
  loop.admit()[Symbol.dispose]();
  await drain(200);
  expect(claimed).toEqual([64, 64, 64, 8]);
  expect(Math.max(...written)).toBeLessThanOrEqual(64);
  // Nothing was stored for a while.
  clock.ms += 1_000;
  await drain(200);
  expect(claimed).toEqual([200]);
  expect(Math.max(...written)).toBeGreaterThan(64);
});

test("attempts that end together are decided over several turns, so that nobody waits for all of them", async () => {
  target.bytes = 1_000_000;
  const { log: recording, lines } = recordingLog();
  loop = makeLoop(store, { log: recording });
  await storeWaiting(600);
  loop.serve([{ ...SUBSCRIPTION, concurrency: 1_000 }]);
  await until("all to start", () => target.started.length === 600);
  expect(lines).toEqual([]);
  for (const { end } of target.started) end({ kind: "succeeded" });
  const inTurn: number[] = [];
  for (let seen = 0; seen < 600; seen += inTurn.at(-1) ?? 0) {
    await nextTurn();
    inTurn.push(lines.length - seen);
  }
  expect(Math.max(...inTurn)).toBeLessThanOrEqual(256);
  await until("all outcomes", () => target.settledEvents.length === 600);
});

test("an outcome that the store does not take is written once it does, and the slot is held until then", async () => {
  let failures = 2;
  const faulty = storeWith({
    settle: async (outcomes) => {
      failures -= 1;
      if (failures >= 0) throw new StoreUnavailableError("the disk is full");
      return store.settle(outcomes);
    },
  });
  const { log: recording, lines } = recordingLog();
  loop = makeLoop(faulty, { log: recording });
  target.instantly = { kind: "succeeded" };
  const [event = ""] = await storeWaiting(1);
  loop.serve([SUBSCRIPTION]);
  await until("a first failure", () => failures < 2);
  expect(loop.running).toBe(1);
  expect(loop.runningOf("one")).toBe(1);
  await until("it to be delivered", async () => (await stateOf(event)) === "delivered");
  expect(target.started).toHaveLength(1);
  const failed = lines.filter(({ level }) => level === "error");
  expect(failed.map(({ message }) => message)).toEqual(
    Array(2).fill("settle failed, retrying in 250 ms"),
  );
});

test("stop() interrupts what does not end, and leaves it due without a charge", async () => {
  const [event = ""] = await storeWaiting(1);
  loop.serve([SUBSCRIPTION]);
  await until("it to start", () => target.started.length === 1);
  await loop.stop({ graceMs: 50 });
  const detail = await store.getEvent(event);
  expect(detail?.deliveries).toMatchObject([{ state: "waiting", attempt: 0, interruptions: 1 }]);
});

test("reserve() keeps to the target's bytes, and lets a single one in at any size", async () => {
  loop.serve([SUBSCRIPTION]);
  await until("the first look", () => reserve("one", 5_000));
  expect(reserve("one", 10)).toBe(false);
  release();
  expect(reserve("one", 600)).toBe(true);
  expect(reserve("one", 600)).toBe(false);
  expect(reserve("one", 400)).toBe(true);
});

test("nothing is claimed while the target has no room, and all is once it says that it has", async () => {
  target.open = false;
  target.instantly = { kind: "succeeded" };
  const [event = ""] = await storeWaiting(1);
  loop.serve([SUBSCRIPTION]);
  await loop.tick();
  expect(reserve("one", 10)).toBe(false);
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

test("a step of the clock while the pause is under way moves the delivery's wait along", async () => {
  let steps = 0;
  const written: Outcome[] = [];
  const over = storeWith({
    clockSteps: () => steps,
    async settle(outcomes) {
      written.push(...outcomes);
      return store.settle(outcomes);
    },
  });
  loop = makeLoop(over, {
    pause: async () => {
      steps = -3_600_000;
    },
  });
  target.instantly = { kind: "gone", error: "410 Gone" };
  await storeWaiting(1);
  const before = store.now();
  loop.serve([SUBSCRIPTION]);
  await until("the outcome", () => written.length > 0);
  const [next] = written.map((one) => one.next);
  const waitMs = next?.state === "waiting" ? next.nextAttemptAt - before : null;
  expect(waitMs).toBeLessThan(-3_600_000 + 60_000);
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

test("a failed nextDueAt frees no slot twice", async () => {
  let failures = 0;
  loop = makeLoop(
    storeWith({
      async nextDueAt() {
        failures += 1;
        throw new StoreUnavailableError("the disk is slow");
      },
    }),
  );
  loop.serve([SUBSCRIPTION]);
  await until("five failures", () => failures >= 5);
  await storeWaiting(20);
  await loop.tick();
  await until("some to start", () => target.started.length >= 3);
  await loop.tick();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(target.runningMax).toBe(3);
  expect(loop.runningOf("one")).toBe(3);
});

test("a pause that fails is tried again before the delivery is given back", async () => {
  let failures = 2;
  loop = makeLoop(store, {
    async pause(name, pause) {
      failures -= 1;
      if (failures >= 0) throw new StoreUnavailableError("the disk is slow");
      pauses.push([name, pause]);
      loop.serve([]);
    },
  });
  target.instantly = { kind: "gone", error: "410 Gone" };
  const [event = ""] = await storeWaiting(1);
  loop.serve([SUBSCRIPTION]);
  await until("the pause", () => pauses.length > 0);
  await until("it to wait", async () => (await stateOf(event)) === "waiting");
  expect(target.started).toHaveLength(1);
});

test("a failed claim frees its slots, says so, and is tried again", async () => {
  let failures = 5;
  const { log: recording, lines } = recordingLog();
  loop = makeLoop(
    storeWith({
      claimDue: async (options) => {
        failures -= 1;
        if (failures >= 0) throw new StoreUnavailableError("the disk is slow");
        return store.claimDue(options);
      },
    }),
    { log: recording },
  );
  await storeWaiting(20);
  loop.serve([SUBSCRIPTION]);
  await until("three to start", () => target.started.length === 3);
  expect(loop.runningOf("one")).toBe(3);
  expect(target.runningMax).toBe(3);
  const failed = lines.filter(({ level }) => level === "error");
  expect(failed.map(({ message }) => message)).toEqual(
    Array(5).fill("claimDue failed, retrying in 250 ms"),
  );
});

test("a failed reclaim is tried again at the next tick", async () => {
  let failures = 1;
  const { log: recording, lines } = recordingLog();
  loop = makeLoop(
    storeWith({
      reclaim: async (options) => {
        failures -= 1;
        if (failures >= 0) throw new StoreUnavailableError("the disk is slow");
        return store.reclaim(options);
      },
    }),
    { log: recording },
  );
  target.instantly = { kind: "succeeded" };
  loop.serve([SUBSCRIPTION]);
  await until("the first look", () => reserve("one", 10));
  const event = await commitLost();
  await loop.tick();
  expect(lines.map(({ message }) => message)).toEqual([
    "reclaim failed, retrying at the next tick",
  ]);
  expect(await stateOf(event)).toBe("running");
  await loop.tick();
  await until("it to be delivered", async () => (await stateOf(event)) === "delivered");
});

test("a commit that was given up and has its effect much later is reclaimed", async () => {
  let now = 0;
  loop = makeLoop(store, { monotonic: () => now });
  target.instantly = { kind: "succeeded" };
  loop.serve([SUBSCRIPTION]);
  await until("the first look", () => reserve("one", 10));
  const commit = giveUpCommit();
  await loop.tick();
  const event = await commit();
  now = 9_000;
  await loop.tick();
  expect(await stateOf(event)).toBe("running");
  now = 11_000;
  await loop.tick();
  await until("it to be delivered", async () => (await stateOf(event)) === "delivered");
});

test("what is announced while a claim is under way is looked for after it", async () => {
  const gate = Promise.withResolvers<void>();
  let claims = 0;
  loop = makeLoop(
    storeWith({
      claimDue: async (options) => {
        claims += 1;
        const claimed = await store.claimDue(options);
        if (claims === 1) await gate.promise;
        return claimed;
      },
    }),
  );
  target.instantly = { kind: "succeeded" };
  loop.serve([SUBSCRIPTION]);
  await until("the first claim", () => claims === 1);
  const [event = ""] = await storeWaiting(1);
  loop.look("one");
  gate.resolve();
  await until("it to be delivered", async () => (await stateOf(event)) === "delivered");
});

test("fresh events do not overtake what was stored while their subscription was not served", async () => {
  await storeWaiting(1);
  loop.serve([SUBSCRIPTION]);
  await until("one to start", () => target.started.length === 1);
  await until("the next look", () => reserve("one", 10));
  release();
  loop.serve([]);
  loop.serve([SUBSCRIPTION]);
  expect(reserve("one", 10)).toBe(false);
});

/** Stores an event whose delivery is claimed, and loses the answer. */
async function commitLost(): Promise<string> {
  const { commit, admission } = claimFresh();
  using _ = admission;
  return commit();
}

/** Gives a commit up before it has had its effect. Returns what then makes it have it. */
function giveUpCommit(): () => Promise<string> {
  const { commit, admission } = claimFresh();
  admission[Symbol.dispose]();
  return commit;
}

function claimFresh(): { admission: Admission; commit: () => Promise<string> } {
  const admission = loop.admit();
  const event = makeEvent();
  const id = newId("dlv");
  const claim = admission.reserve(id, "one", event.body.length);
  expect(claim).not.toBeNull();
  const commit = async () => {
    const { revision } = await store.subscriptions();
    const deliveries = [{ id, subscription: "one", claim, orderKey: null }];
    await store.commit([{ event, deliveries, skipped: [] }], { revision });
    return event.id;
  };
  return { admission, commit };
}
