import type { ReceivedEvent } from "@hookgate/types";
import { expect } from "@jest/globals";
import { type EventStore, StoreUnavailableError } from "../contract/event_store.ts";
import {
  claimDue,
  commit,
  commitRunning,
  newCapture,
  newClaim,
  newEvent,
  newReplay,
  newSubscription,
  outcomeOf,
  until,
} from "../suite/fixtures.ts";
import {
  newUri,
  openStore,
  quietLog,
  testOnOwnMongo,
  testServer,
} from "../suite/mongodb_fixtures.ts";
import { openMongoStore } from "./mongodb_store.ts";

const TEST_MS = 120_000;

/** Without a server a call rejects within about a second; the rest is for a busy machine. */
const GONE_MS_MAX = 2_500;

/** It takes a while to notice that a server is frozen. */
const FROZEN_MS_MAX = 6_000;

const CALLS: [string, (store: EventStore) => Promise<unknown>][] = [
  ["commit", (store) => store.commit([newCapture(newEvent())], { revision: 0 })],
  // Queued behind the first one: it fails with it instead of looking for a server again.
  ["commit", (store) => store.commit([newCapture(newEvent())], { revision: 0 })],
  ["commit", (store) => store.commit([newCapture(newEvent())], { revision: 0 })],
  ["claimDue", (store) => claimDue(store)],
  ["settle", (store) => store.settle([outcomeOf(NOBODYS, { state: "delivered" })])],
  ["nextDueAt", (store) => store.nextDueAt(["mail"])],
  ["dueSeconds", (store) => store.dueSeconds({ limit: 1 })],
  ["heartbeat", (store) => store.heartbeat("one")],
  ["activity", (store) => store.activity({ staleMs: 1_000 })],
  ["takeOver", (store) => store.takeOver({ dispatcherId: "one", staleMs: 1_000 })],
  ["reclaim", (store) => store.reclaim({ dispatcherId: "one", liveTokens: new Set() })],
  ["subscriptions", (store) => store.subscriptions()],
  ["publish", (store) => store.publishSubscriptions([newSubscription("mail")])],
  ["open", (store) => store.openSubscription(newSubscription("stream"))],
  ["pause", (store) => store.pauseSubscription("mail", { by: "operator", reason: "" })],
  ["resume", (store) => store.resumeSubscription("mail")],
  ["backlog", (store) => store.backlog("mail", { deliveriesMax: 1 })],
  ["listEvents", (store) => store.listEvents({ limit: 1 })],
  ["getEvent", (store) => store.getEvent("x")],
  ["getDelivery", (store) => store.getDelivery("x")],
  ["retryDelivery", (store) => store.retryDelivery("x")],
  ["cancelDelivery", (store) => store.cancelDelivery("x", { reason: "" })],
  ["createReplay", (store) => store.createReplay(newReplay())],
  ["replays", (store) => store.replays()],
  ["setReplayState", (store) => store.setReplayState("x", "paused")],
  ["stepReplay", (store) => store.stepReplay("x", NO_STEP)],
  ["replayBacklog", (store) => store.replayBacklog("x", { limit: 1 })],
  ["pruneEvents", (store) => store.pruneEvents(NOTHING_OLD)],
  ["metrics", (store) => store.metrics({ windowMs: 1 })],
  ["queueState", (store) => store.queueState()],
];

const NO_STEP = { from: null, to: null, seen: 0, deliveries: [], done: false };

const NOTHING_OLD = { deliveredBefore: 0, deadBefore: 0, cursor: null, limit: 1 };

const NOBODYS = { delivery: { id: "x", attempt: 0, order: null }, claim: newClaim() } as Parameters<
  typeof outcomeOf
>[0];

/** Makes all calls at once; each has to reject with the right error, in time. */
async function expectUnavailable(store: EventStore, { withinMs }: { withinMs: number }) {
  const calls = CALLS.map(async ([name, call]) => {
    const begun = performance.now();
    const error = await call(store).then(
      () => `${name} resolved`,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect((error as Error).message).toMatch(/^Cannot /);
    expect(performance.now() - begun).toBeLessThan(withinMs);
  });
  await Promise.all(calls);
}

/** Checks that the store works again, by itself. */
async function expectRecovered(store: EventStore): Promise<void> {
  await until(async () => {
    const results = await store.commit([newCapture(newEvent())], { revision: 0 }).catch(() => null);
    return results !== null;
  });
  for (const [name, call] of CALLS) {
    // After these, commits against revision 0 would be stale.
    if (name !== "publish" && name !== "open") await call(store);
  }
}

testOnOwnMongo(
  "every call rejects in time while the server is gone, and works once it is back",
  async () => {
    const store = await openStore("one");
    await store.commit([newCapture(newEvent())], { revision: 0 });
    await testServer().kill();
    await expectUnavailable(store, { withinMs: GONE_MS_MAX });
    await expectUnavailable(store, { withinMs: GONE_MS_MAX });
    await testServer().restart();
    await expectRecovered(store);
  },
  TEST_MS,
);

testOnOwnMongo(
  "every call rejects in time while the server is frozen, and works once it is back",
  async () => {
    const store = await openStore("one");
    await store.commit([newCapture(newEvent())], { revision: 0 });
    testServer().freeze();
    try {
      await expectUnavailable(store, { withinMs: FROZEN_MS_MAX });
      await expectUnavailable(store, { withinMs: GONE_MS_MAX });
    } finally {
      testServer().thaw();
    }
    await expectRecovered(store);
  },
  TEST_MS,
);

testOnOwnMongo(
  "running calls end in time when the server is killed",
  async () => {
    const store = await openStore("one");
    const begun = performance.now();
    const calls = CALLS.map(([, call]) => call(store));
    await testServer().kill();
    const ended = await Promise.allSettled(calls);
    expect(performance.now() - begun).toBeLessThan(GONE_MS_MAX);
    const faults = ended.flatMap((call) => (call.status === "rejected" ? [call.reason] : []));
    expect(faults.filter((fault) => !(fault instanceof StoreUnavailableError))).toEqual([]);
    await testServer().restart();
  },
  TEST_MS,
);

testOnOwnMongo(
  "close() resolves without a server",
  async () => {
    const uri = newUri();
    const store = await openMongoStore({ uri, dispatcherId: "one", log: quietLog });
    await testServer().kill();
    const call = store.commit([newCapture(newEvent())], { revision: 0 });
    const closed = store.close();
    await expect(call).rejects.toThrow(StoreUnavailableError);
    await closed;
    await testServer().restart();
  },
  TEST_MS,
);

/** What was acknowledged to one dispatcher. */
interface Ledger {
  sent: ReceivedEvent[];
  stored: ReceivedEvent[];
  /** Ids of deliveries whose outcome was written. */
  delivered: string[];
}

/** Stores and settles events until the server is gone. */
async function work(store: EventStore, name: string, ledger: Ledger): Promise<void> {
  for (;;) {
    const claim = newClaim(name);
    const events = Array.from({ length: 5 }, () => newEvent());
    ledger.sent.push(...events);
    const captures = events.map((event) => newCapture(event, ["mail"], claim));
    const results = await commit(store, captures);
    ledger.stored.push(...events);
    const deliveries = results.flatMap((result) => result.deliveries);
    const outcomes = deliveries.map((delivery) =>
      outcomeOf({ delivery, claim }, { state: "delivered" }),
    );
    const written = await store.settle(outcomes);
    expect(written).toEqual(Array(5).fill(true));
    ledger.delivered.push(...deliveries.map(({ id }) => id));
  }
}

testOnOwnMongo(
  "everything acknowledged survives kill -9 under load, complete",
  async () => {
    const uri = newUri();
    const ledger: Ledger = { sent: [], stored: [], delivered: [] };
    for (let round = 1; round <= 3; round += 1) {
      const stores = [await openStore("one", { uri }), await openStore("two", { uri })];
      const names = ["one", "two"];
      const working = stores.map((store, n) => work(store, names[n] ?? "", ledger));
      const ended = Promise.allSettled(working);
      await until(async () => ledger.delivered.length >= round * 60);
      await testServer().kill();
      for (const end of await ended) {
        expect(end).toMatchObject({ reason: expect.any(StoreUnavailableError) });
      }
      await testServer().restart();
    }

    const store = await openStore("three", { uri });
    const stored = new Set(ledger.stored.map(({ id }) => id));
    const delivered = new Set(ledger.delivered);
    let pending = 0;
    for (const event of ledger.sent) {
      const detail = await store.getEvent(event.id);
      // An event that was not acknowledged may be stored or not, but never in part.
      if (!detail) expect(stored.has(event.id)).toBe(false);
      if (!detail) continue;
      expect(Buffer.compare(detail.event.body, event.body)).toBe(0);
      expect(detail.deliveries).toHaveLength(1);
      for (const { id, state } of detail.deliveries) {
        if (delivered.has(id)) expect(state).toBe("delivered");
        if (state !== "delivered") pending += 1;
      }
    }
    // Deliveries of the dead dispatchers run elsewhere.
    await until(async () => {
      await store.takeOver({ dispatcherId: "three", staleMs: 0 });
      const claimed = await claimDue(store, { claim: newClaim("three") });
      const outcomes = claimed.map((one) => outcomeOf(one, { state: "delivered" }));
      pending -= (await store.settle(outcomes)).filter(Boolean).length;
      return pending === 0;
    });
    expect(await store.queueState()).toMatchObject({ size: 0, oldestDueAt: null });
  },
  TEST_MS,
);

testOnOwnMongo(
  "a claim whose answer was lost is reclaimed",
  async () => {
    const store = await openStore("one");
    await commitRunning(store, { claim: newClaim("one") });
    await testServer().kill();
    await testServer().restart();
    const reclaim = () => store.reclaim({ dispatcherId: "one", liveTokens: new Set() });
    // Its answer can be lost too; what counts is that the delivery can be claimed again.
    await until(async () => {
      await reclaim().catch(() => {});
      const claimed = await claimDue(store, { claim: newClaim("one") }).catch(() => []);
      return claimed.length === 1;
    });
  },
  TEST_MS,
);
