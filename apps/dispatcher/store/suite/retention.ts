import { type DeliveryState, newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import type { PrunedKeys } from "../contract/events.ts";
import {
  backfillOf,
  claimDue,
  commit,
  commitRunning,
  deliveryNow,
  type EventPart,
  makeReplayed,
  newCapture,
  newClaim,
  newEvent,
  outcomeOf,
  repeatOf,
  type SuiteContext,
  settle,
  type TestEvent,
} from "./fixtures.ts";

/** When the oldest events of these tests are stored, in milliseconds since 1970. */
const BEGIN = Date.UTC(2026, 0, 1);

const HOUR_MS = 3_600_000;

/** `pruneEvents`: what goes, what stays, and what is known of it after that. */
export function testRetention(context: SuiteContext): void {
  /** An event that was stored so many hours after the beginning. */
  const eventAt = (hour: number, part: EventPart = {}) => {
    const receivedAt = Math.round(BEGIN + hour * HOUR_MS);
    return newEvent({ id: newId("evt", { now: receivedAt }), receivedAt, ...part });
  };

  /** Stores an event with a delivery in each of these states. */
  async function commitIn(states: readonly DeliveryState[], event: TestEvent): Promise<TestEvent> {
    const { store } = context;
    const claim = newClaim();
    const names = states.map((_, n) => `subscription ${n}`);
    const [result] = await commit(store, [newCapture(event, names, claim)]);
    for (const [n, state] of states.entries()) {
      const delivery = result?.deliveries[n];
      if (!delivery) throw new Error("Cannot continue the test: nothing was stored");
      const claimed = { delivery, claim };
      if (state === "delivered") await settle(store, claimed, { state });
      if (state === "dead") await settle(store, claimed, { state, reason: "out of attempts" });
      if (state === "waiting" || state === "cancelled") {
        await settle(store, claimed, { state: "waiting", nextAttemptAt: store.now() + HOUR_MS });
      }
      if (state === "cancelled") await store.cancelDelivery(delivery.id, { reason: "" });
    }
    return event;
  }

  /** Removes all keys of events received before this hour. */
  const pruneKeys = async (hour: number) => {
    const receivedBefore = BEGIN + hour * HOUR_MS;
    let cursor: string | null = null;
    do {
      const step: PrunedKeys = await context.store.pruneKeys({
        receivedBefore,
        cursor,
        limit: 100,
      });
      cursor = step.cursor;
    } while (cursor !== null);
  };

  /** Prunes in one call that looks at all. */
  const prune = (deliveredHour: number, deadHour: number) =>
    context.store.pruneEvents({
      deliveredBefore: BEGIN + deliveredHour * HOUR_MS,
      deadBefore: BEGIN + deadHour * HOUR_MS,
      cursor: null,
      limit: 1_000,
    });

  async function isThere({ id }: TestEvent): Promise<boolean> {
    return (await context.store.getEvent(id)) !== null;
  }

  test("pruneEvents() of an empty store", async () => {
    expect(await prune(1, 1)).toEqual({ removed: 0, cursor: null });
  });

  const GOES: [DeliveryState[], { delivered: boolean; dead: boolean }][] = [
    [[], { delivered: true, dead: true }],
    [["delivered"], { delivered: true, dead: true }],
    [["cancelled"], { delivered: true, dead: true }],
    [["delivered", "cancelled"], { delivered: true, dead: true }],
    [["dead"], { delivered: false, dead: true }],
    [["delivered", "dead"], { delivered: false, dead: true }],
    [["dead", "cancelled"], { delivered: false, dead: true }],
    [["waiting"], { delivered: false, dead: false }],
    [["running"], { delivered: false, dead: false }],
    [["delivered", "waiting"], { delivered: false, dead: false }],
    [["dead", "running"], { delivered: false, dead: false }],
  ];

  test.each(GOES)(
    "pruneEvents() of deliveries that are %j, by each of the two times: %j",
    async (states, goes) => {
      const [early, late] = [1, 3];
      for (const time of ["delivered", "dead"] as const) {
        const old = await commitIn(states, eventAt(early));
        const young = await commitIn(states, eventAt(late));
        const isGone = goes[time];
        const result = time === "delivered" ? await prune(2, 0) : await prune(0, 2);
        expect(result).toEqual({ removed: isGone ? 1 : 0, cursor: null });
        expect({ time, old: await isThere(old), young: await isThere(young) }).toEqual({
          time,
          old: !isGone,
          young: true,
        });
        // Out of the way of the other time.
        await prune(0, 9);
      }
    },
  );

  test("pruneEvents() removes what was stored before the time, not at it", async () => {
    // Made in the order of their times: an id does not bear a time a little before that of the last one.
    const before = eventAt(2);
    const just = eventAt(3 - 1 / HOUR_MS);
    const at = eventAt(3);
    for (const event of [before, just, at]) await commitIn(["delivered"], event);
    expect(await prune(3, 0)).toEqual({ removed: 2, cursor: null });
    expect([await isThere(before), await isThere(just), await isThere(at)]).toEqual([
      false,
      false,
      true,
    ]);
  });

  test("pruneEvents() holds each event against its own time", async () => {
    const events = {
      delivered: await commitIn(["delivered"], eventAt(1)),
      dead: await commitIn(["dead"], eventAt(1)),
      youngDelivered: await commitIn(["delivered"], eventAt(5)),
      youngDead: await commitIn(["dead"], eventAt(5)),
    };
    expect(await prune(9, 3)).toEqual({ removed: 3, cursor: null });
    expect(await isThere(events.youngDead)).toBe(true);
    expect(await prune(0, 9)).toEqual({ removed: 1, cursor: null });
  });

  test("pruneEvents() removes all of an event: no list and no call shows it", async () => {
    const { store } = context;
    const event = await commitIn(["delivered", "cancelled"], eventAt(1));
    const deliveries = (await store.getEvent(event.id))?.deliveries ?? [];
    expect(deliveries).toHaveLength(2);
    await prune(2, 2);
    expect(await store.getEvent(event.id)).toBeNull();
    for (const { id } of deliveries) {
      expect(await store.getDelivery(id)).toBeNull();
      expect(await store.retryDelivery(id)).toEqual({ outcome: "missing" });
      expect(await store.cancelDelivery(id, { reason: "" })).toEqual({ outcome: "missing" });
    }
    const none = { events: [], cursor: null };
    expect(await store.listEvents({ limit: 9 })).toEqual(none);
    expect(await store.listEvents({ limit: 9, state: "delivered" })).toEqual(none);
    expect(await store.listEvents({ limit: 9, source: event.source })).toEqual(none);
    expect(await store.listEvents({ limit: 9, type: event.type })).toEqual(none);
    expect(await store.listEvents({ limit: 9, subscription: "subscription 0" })).toEqual(none);
  });

  test("pruneEvents() keeps what is due, and its event", async () => {
    const { store } = context;
    const event = eventAt(1);
    await commit(store, [newCapture(event)]);
    expect(await prune(9, 9)).toEqual({ removed: 0, cursor: null });
    expect(await claimDue(store)).toMatchObject([{ event: { id: event.id } }]);
  });

  test("pruneEvents() looks at what every generation has come to", async () => {
    const { store } = context;
    const event = await commitIn(["dead"], eventAt(1));
    const again = { ...event, id: newId("evt") };
    await commit(store, [newCapture(again, ["subscription 0"])]);
    expect(await prune(9, 9)).toEqual({ removed: 0, cursor: null });
    const [claimed] = await claimDue(store, { slots: { "subscription 0": 1 } });
    if (!claimed) throw new Error("Cannot continue the test: nothing was claimed");
    await settle(store, claimed, { state: "delivered" });
    expect(await prune(9, 0)).toEqual({ removed: 0, cursor: null });
    expect(await prune(0, 9)).toEqual({ removed: 1, cursor: null });
    expect(await isThere(event)).toBe(false);
  });

  test("pruneEvents() looks at no more than its limit, and continues where it was", async () => {
    const { store } = context;
    const events: TestEvent[] = [];
    for (const hour of [1, 2, 3, 4, 5]) {
      events.push(await commitIn(hour % 2 ? ["delivered"] : ["dead"], eventAt(hour)));
    }
    const young = await commitIn(["delivered"], eventAt(20));
    const options = { deliveredBefore: BEGIN + 10 * HOUR_MS, deadBefore: BEGIN };
    const first = await store.pruneEvents({ ...options, cursor: null, limit: 2 });
    expect(first).toEqual({ removed: 1, cursor: events[1]?.id });
    const second = await store.pruneEvents({ ...options, cursor: first.cursor, limit: 2 });
    expect(second).toEqual({ removed: 1, cursor: events[3]?.id });
    const third = await store.pruneEvents({ ...options, cursor: second.cursor, limit: 2 });
    expect(third).toEqual({ removed: 1, cursor: null });
    const left = (await store.listEvents({ limit: 9 })).events.map(({ event }) => event.id);
    expect(left).toEqual([young.id, events[3]?.id, events[1]?.id]);
  });

  test.each<[string, EventPart]>([
    ["the provider's id", { providerEventId: "p1", dedupe: "id" }],
    ["the provider's id and the body", { providerEventId: "p1" }],
    ["the body", { body: "the same" }],
  ])(
    "commit() of an event that was removed is a duplicate, by %s, until its key is removed",
    async (_key, part) => {
      const { store } = context;
      const event = await commitIn(["dead"], eventAt(1, part));
      const again = () => {
        const receivedAt = event.receivedAt + HOUR_MS;
        return { ...event, receivedAt, id: newId("evt", { now: receivedAt }) };
      };
      await prune(2, 2);
      expect(await commit(store, [newCapture(again())])).toEqual([
        { eventId: event.id, duplicate: true, deliveries: [] },
      ]);
      expect(await store.getEvent(event.id)).toBeNull();
      expect((await store.listEvents({ limit: 10 })).events).toEqual([]);
      await pruneKeys(0.5);
      expect(await commit(store, [newCapture(again())])).toMatchObject([{ duplicate: true }]);
      await pruneKeys(1.5);
      const copy = again();
      expect(await commit(store, [newCapture(copy)])).toMatchObject([
        { eventId: copy.id, duplicate: false, deliveries: [{ generation: 1, replayOf: null }] },
      ]);
      expect((await store.getEvent(copy.id))?.event.flags).toEqual([]);
      expect(await commit(store, [newCapture(again())])).toMatchObject([
        { duplicate: true, eventId: copy.id },
      ]);
    },
  );

  test("pruneKeys() looks at no more keys than it may, and comes to an end", async () => {
    const { store } = context;
    const events = Array.from({ length: 25 }, (_, hour) => eventAt(hour));
    await commit(
      store,
      events.map((event) => newCapture(event, [])),
    );
    await prune(30, 30);
    const receivedBefore = BEGIN + 20 * HOUR_MS;
    let removed = 0;
    let cursor: string | null = null;
    do {
      const step: PrunedKeys = await store.pruneKeys({ receivedBefore, cursor, limit: 4 });
      expect(step.removed).toBeLessThanOrEqual(4);
      removed += step.removed;
      cursor = step.cursor;
    } while (cursor !== null);
    expect(removed).toBe(20);
    const again = events.map((event) => newCapture({ ...event, id: newId("evt") }, []));
    const results = await commit(store, again);
    expect(results.map(({ duplicate }) => duplicate)).toEqual(events.map((_, hour) => hour >= 20));
  });

  test("pruneEvents() leaves nothing that a replay could repeat", async () => {
    const { store } = context;
    const event = await commitIn(["dead"], eventAt(1));
    const [dead] = (await store.getEvent(event.id))?.deliveries ?? [];
    if (!dead) throw new Error("Cannot continue the test: nothing was stored");
    await prune(2, 2);
    const repeated = [repeatOf(dead), backfillOf(dead.eventId, dead.subscription)];
    expect((await makeReplayed(store, repeated)).made).toEqual([]);
  });

  test("pruneEvents() of a dead delivery that held back its key makes the next one due", async () => {
    const { store } = context;
    const claim = newClaim();
    const [first] = await commit(store, [newCapture(eventAt(1), ["mail"], claim, "a")]);
    const [second] = await commit(store, [newCapture(eventAt(5), ["mail"], claim, "a")]);
    const [head, held] = [first?.deliveries[0], second?.deliveries[0]];
    if (!head || !held) throw new Error("Cannot continue the test: nothing was stored");
    await settle(store, { delivery: head, claim }, { state: "dead", reason: "out of attempts" });
    expect(await claimDue(store)).toEqual([]);
    expect(await prune(3, 3)).toEqual({ removed: 1, cursor: null });
    expect(await deliveryNow(store, held)).toMatchObject({
      state: "waiting",
      nextAttemptAt: expect.any(Number),
    });
    expect(await claimDue(store)).toHaveLength(1);
  });

  test("pruneEvents() of what a key has behind it leaves the order of the rest", async () => {
    const { store } = context;
    const claim = newClaim();
    const ends = async (hour: number) => {
      const [result] = await commit(store, [newCapture(eventAt(hour), ["mail"], claim, "a")]);
      const delivery = result?.deliveries[0];
      if (!delivery) throw new Error("Cannot continue the test: nothing was stored");
      return delivery;
    };
    const [first, second, third] = [await ends(1), await ends(5), await ends(6)];
    await settle(store, { delivery: first, claim }, { state: "delivered" });
    expect(await prune(3, 3)).toEqual({ removed: 1, cursor: null });
    const [claimed, ...others] = await claimDue(store);
    expect(others).toEqual([]);
    expect(claimed?.delivery.id).toBe(second.id);
    expect(await deliveryNow(store, third)).toEqual(third);
    if (claimed) await store.settle([outcomeOf(claimed, { state: "delivered" })]);
    expect(await claimDue(store)).toMatchObject([{ delivery: { id: third.id } }]);
    expect((await ends(7)).order).toEqual({ key: "a", position: 4 });
  });

  test("pruneEvents() counts nothing in the metrics", async () => {
    const { store } = context;
    await settle(store, await commitRunning(store), { state: "delivered" });
    const before = await store.metrics({ windowMs: HOUR_MS });
    const { removed } = await store.pruneEvents({
      deliveredBefore: Date.now() + HOUR_MS,
      deadBefore: 0,
      cursor: null,
      limit: 10,
    });
    expect(removed).toBe(1);
    expect(await store.metrics({ windowMs: HOUR_MS })).toEqual(before);
  });
}
