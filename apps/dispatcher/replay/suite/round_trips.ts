import { randomUUID } from "node:crypto";
import { replayFilterToMessage } from "@hookgate/rpc";
import { fakeClock, makeEvent, waitFor } from "@hookgate/testing";
import { newId, type Subscription } from "@hookgate/types";
import { afterEach, beforeEach, expect } from "@jest/globals";
import { replayCalls } from "../../admin/replay_calls.ts";
import { subscriptionCalls } from "../../admin/subscription_calls.ts";
import { pruneEvents } from "../../recurring/retention.ts";
import { watchBacklogs } from "../../recurring/watch_backlogs.ts";
import type { ClaimedDelivery, Next } from "../../store/contract/deliveries.ts";
import type { EventStore } from "../../store/contract/event_store.ts";
import type { SubscriptionSet } from "../../store/contract/subscriptions.ts";
import { matchSubscriptions } from "../../subscriptions/match_subscriptions.ts";
import { noJumps } from "../../suite/no_jumps.ts";
import { recordingLog } from "../../suite/recording_log.ts";
import { sampleSubscription } from "../../suite/sample_claimed.ts";
import { ReplayRunner } from "../replay_runner.ts";

const { log } = recordingLog();

/** Options for {@linkcode roundTrips}. */
export interface RoundTripsOptions {
  /** Opens an empty store. */
  open: () => Promise<EventStore>;
  /** Declares a test. */
  test: (name: string, body: () => Promise<void>) => void;
}

let store: EventStore;
let set: SubscriptionSet;
let runner: ReplayRunner;

const take = (changed: SubscriptionSet) => {
  set = changed;
};

async function publish(part: Partial<Subscription>): Promise<void> {
  const definition = { ...sampleSubscription(), ...part, target: { kind: "stream" } } as const;
  take(await store.publishSubscriptions([definition]));
}

/** Stores this many events, matched against the current set; returns their ids. */
async function commit(count: number, receivedAt = Date.now()): Promise<string[]> {
  const match = matchSubscriptions(set.subscriptions);
  const captures = Array.from({ length: count }, (_, n) => {
    const event = makeEvent({
      receivedAt,
      body: Buffer.from(`{"n":${n % 3},"id":"${randomUUID()}"}`),
    });
    const { wanted, skipped } = match(event);
    const deliveries = wanted.map((one) => ({ ...one, id: newId("dlv"), claim: null }));
    return { event, deliveries, skipped };
  });
  const results = await store.commit(captures, { revision: set.revision });
  return (results ?? []).map(({ eventId }) => eventId);
}

/** Attempts everything that is due until this many have ended like this; returns them in the order claimed. */
async function attempt(count: number, next: Next): Promise<ClaimedDelivery[]> {
  const attempted: ClaimedDelivery[] = [];
  const slots = { deliveries: 100, replayed: 100, bytes: 1e9 };
  const claimAndSettle = async () => {
    const claim = { dispatcherId: "one", token: randomUUID() };
    const claimed = await store.claimDue({
      claim,
      slots: new Map([["mail", slots]]),
      limit: 100,
      bytesMax: 1e9,
    });
    attempted.push(...claimed);
    const outcomes = claimed.map(({ delivery, event }) => ({
      deliveryId: delivery.id,
      source: event.source,
      type: event.type,
      subscription: delivery.subscription,
      claim,
      next,
      attempt: {
        number: 1,
        startedAt: store.now(),
        durationMs: 1,
        outcome: next.state === "delivered" ? ("succeeded" as const) : ("failed" as const),
        error: "",
        response: null,
      },
      failure: null,
      interruptions: 0,
      suspect: false,
      order: null,
    }));
    if (outcomes.length > 0) await store.settle(outcomes);
    return attempted.length >= count;
  };
  await waitFor(claimAndSettle, { what: `${count} attempts`, timeoutMs: 30_000 });
  return attempted;
}

function makeCalls() {
  const replays = replayCalls({
    store,
    sources: () => [],
    subscriptions: () => set.subscriptions,
    lookForReplays: () => runner.look(),
    log,
  });
  const subscriptions = subscriptionCalls({
    store,
    activity: { all: async () => new Map() },
    tryNow: () => {},
    adoptSubscriptions: take,
    lookForReplays: () => runner.look(),
    log,
  });
  return { ...replays, ...subscriptions };
}

/** A watch for which ten seconds pass before each look. */
function makeWatch(): () => Promise<void> {
  const clock = fakeClock({ now: 0 });
  const look = watchBacklogs({
    store,
    dueForMs: (at) => store.now() - at,
    adopt: take,
    clock: clock.now,
    log,
  });
  return async () => {
    clock.advance(10_000);
    await look();
  };
}

async function ended(id: string) {
  return waitFor(
    async () => (await store.replays()).find((one) => one.id === id && one.endedAt !== null),
    { what: "the end of the replay", timeoutMs: 30_000 },
  );
}

/** Tests replays, backlogs and retention over a real store. */
export function roundTrips({ open, test }: RoundTripsOptions): void {
  beforeEach(async () => {
    store = await open();
    const subscriptions = () => set.subscriptions;
    runner = new ReplayRunner({ store, subscriptions, wake: () => {}, log });
  });

  afterEach(async () => {
    await runner.stop();
    await store.close();
  });

  test("a replay repeats the dead of a subscription, in order of their keys, each once", async () => {
    await publish({ name: "mail", orderBy: "/n" });
    const ids = await commit(30);
    // The first of each key holds back those after it until it is retried.
    const dead = await attempt(3, { state: "dead", reason: "out of attempts" });
    expect(dead).toHaveLength(3);
    runner.start();
    const calls = makeCalls();
    const filter = replayFilterToMessage({ state: "dead", subscription: "mail" });
    const { replay, matched } = await calls.createReplay({
      filter,
      reason: "it was down",
      perSecond: 1_000,
      dryRun: false,
    });
    expect(matched).toBe(3);
    const attempted = await attempt(30, { state: "delivered" });
    expect(await ended(replay?.id ?? "")).toMatchObject({ state: "done", made: 3, seen: 3 });
    expect(attempted).toHaveLength(30);
    for (const key of ["0", "1", "2"]) {
      const ofKey = attempted.filter(({ delivery }) => delivery.order?.key === key);
      const expected = ids.filter((id) => ofKey.some(({ event }) => event.id === id));
      expect(ofKey.map(({ event }) => event.id)).toEqual(expected);
      expect(ofKey[0]?.delivery).toMatchObject({ generation: 2, replay: replay?.id });
    }
  });

  test("a replay of an event that nobody wanted delivers it to who wants it now, by its body, too", async () => {
    await publish({ name: "mail", events: ["another.type"] });
    const ids = await commit(3);
    await publish({
      name: "mail",
      orderBy: "/n",
      where: [{ pointer: "/n", test: "equals", value: 1 }],
    });
    runner.start();
    const calls = makeCalls();
    const asked = { reason: "it was missing", perSecond: 1_000, dryRun: false };
    const { replay, matched } = await calls.createReplay({
      filter: replayFilterToMessage({ ids }),
      ...asked,
    });
    expect(matched).toBe(1);
    const [attempted] = await attempt(1, { state: "delivered" });
    expect(await ended(replay?.id ?? "")).toMatchObject({ state: "done", made: 1, seen: 3 });
    expect(attempted).toMatchObject({
      event: { id: ids[1] },
      delivery: { generation: 1, replayOf: null, order: { key: "1" } },
    });
    const bare = await store.listEvents({ unhandled: true, limit: 10 });
    expect(bare.events.map(({ event }) => event.id).sort()).toEqual([ids[0], ids[2]].sort());
  });

  test("a backlog over its bound pauses the subscription; resumed, it gets all it missed, each once", async () => {
    const bound = { deliveriesMax: 10, bytesMax: 1e9, ageMsMax: 1e9 };
    await publish({ name: "mail", backlog: bound });
    const look = makeWatch();
    await look();
    const first = await commit(11);
    await look();
    expect(set.subscriptions[0]?.paused).toMatchObject({
      by: "backlog",
      reason: "11 or more deliveries wait; its bound is 10",
    });
    const missed = await commit(250);
    expect(await store.getEvent(missed[0] ?? "")).toMatchObject({
      deliveries: [],
      skipped: [{ subscription: "mail", reason: "paused: backlog" }],
    });
    runner.start();
    const calls = makeCalls();
    const { subscriptions: listed } = await calls.listSubscriptions({});
    expect(listed).toMatchObject([{ name: "mail", backlog: 11, pause: { by: "backlog" } }]);
    const { backfill } = await calls.resumeSubscription({ name: "mail" });
    const live = await commit(5);
    const attempted = await attempt(266, { state: "delivered" });
    expect(await ended(backfill)).toMatchObject({ state: "done", made: 250 });
    const got = attempted.map(({ event }) => event.id);
    expect(got.toSorted()).toEqual([...first, ...missed, ...live].toSorted());
  });

  test("a backlog over its bound takes the place of an operator's pause", async () => {
    await publish({ name: "mail", backlog: { deliveriesMax: 10, bytesMax: 1e9, ageMsMax: 1e9 } });
    const look = makeWatch();
    await look();
    await makeCalls().pauseSubscription({ name: "mail", reason: "they are moving" });
    await commit(11);
    await look();
    expect(set.subscriptions[0]?.paused).toMatchObject({
      by: "backlog",
      reason: expect.stringMatching(
        /its bound is 10; before, it was paused by operator: they are moving$/,
      ),
    });
  });

  test("a cancelled replay makes nothing more, and what waits of it is cancelled", async () => {
    await publish({ name: "mail" });
    await commit(400);
    await attempt(400, { state: "dead", reason: "out of attempts" });
    runner.start();
    const calls = makeCalls();
    const filter = replayFilterToMessage({ state: "dead" });
    const { replay } = await calls.createReplay({
      filter,
      reason: "it was down",
      perSecond: 50,
      dryRun: false,
    });
    const id = replay?.id ?? "";
    await waitFor(async () => (await store.replayBacklog(id, { limit: 1_000 })) > 10, {
      what: "steps",
    });
    const cancelled = await calls.setReplayState({ id, state: "cancelled" });
    expect(cancelled.replay?.made).toBeLessThanOrEqual(60);
    expect(await store.replayBacklog(id, { limit: 1_000 })).toBe(0);
    runner.look();
    await runner.pass();
    expect((await store.replays())[0]).toMatchObject({
      state: "cancelled",
      made: cancelled.replay?.made,
    });
  });

  test("a replay of ids repeats the deliveries of an event, and one delivery, each once", async () => {
    await publish({ name: "mail" });
    const [first = "", second = ""] = await commit(3);
    const delivered = await attempt(3, { state: "delivered" });
    const delivery = delivered.find(({ event }) => event.id === second)?.delivery.id ?? "";
    runner.start();
    const { replay } = await makeCalls().createReplay({
      filter: replayFilterToMessage({ ids: [delivery, first] }),
      reason: "they ask for it",
      perSecond: 1,
      dryRun: false,
    });
    const again = await attempt(2, { state: "delivered" });
    expect(again.map(({ event }) => event.id)).toEqual([first, second]);
    expect(await ended(replay?.id ?? "")).toMatchObject({ state: "done", seen: 2, made: 2 });
  });

  test("events that are old enough are removed, the dead later; what waits stays", async () => {
    await publish({ name: "mail" });
    const dayMs = 86_400_000;
    const before = (days: number) => store.now() - days * dayMs;
    const [delivered = ""] = await commit(1, before(31));
    await attempt(1, { state: "delivered" });
    const [longDead = ""] = await commit(1, before(91));
    await attempt(1, { state: "dead", reason: "out of attempts" });
    const [dead = ""] = await commit(1, before(31));
    await attempt(1, { state: "dead", reason: "out of attempts" });
    const [waiting = ""] = await commit(1, before(100));
    await pruneEvents({
      store,
      passed: noJumps(store),
      retention: () => ({ deliveredMs: 30 * dayMs, deadMs: 90 * dayMs }),
      log,
    })();
    const left = await Promise.all(
      [delivered, longDead, dead, waiting].map((id) => store.getEvent(id)),
    );
    expect(left.map((detail) => detail !== null)).toEqual([false, false, true, true]);
  });
}
