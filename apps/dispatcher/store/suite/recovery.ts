import { expect, test } from "@jest/globals";
import type { DispatcherActivity } from "../contract/deliveries.ts";
import type { EventStore } from "../contract/event_store.ts";
import {
  claimDue,
  commitRunning,
  deliveryNow,
  newClaim,
  outcomeOf,
  type SuiteContext,
  settle,
  until,
} from "./fixtures.ts";

const LONG_MS = 3_600_000;

/** `heartbeat`, `activity`, `takeOver`, `reclaim`: finding dispatchers that live, and deliveries that run nowhere. */
export function testRecovery(context: SuiteContext): void {
  test("takeOver() takes from a dispatcher without a heartbeat: due now, one more interruption", async () => {
    const { store } = context;
    const claimed = await commitRunning(store, { claim: newClaim("lost") });
    const before = store.now();
    expect(await store.takeOver({ dispatcherId: "me", staleMs: LONG_MS })).toBe(1);
    const found = await deliveryNow(store, claimed.delivery);
    expect(found).toEqual({
      ...claimed.delivery,
      state: "waiting",
      nextAttemptAt: expect.any(Number),
      interruptions: 1,
    });
    expect(found.nextAttemptAt).toBeGreaterThanOrEqual(before);
    expect(found.nextAttemptAt).toBeLessThanOrEqual(store.now());
    expect(await claimDue(store, { claim: newClaim("me") })).toMatchObject([
      { delivery: { id: claimed.delivery.id, interruptions: 1, attempt: 0 } },
    ]);
  });

  test("takeOver() fences off the one that was taken from", async () => {
    const { store } = context;
    const claimed = await commitRunning(store, { claim: newClaim("frozen") });
    await store.takeOver({ dispatcherId: "me", staleMs: LONG_MS });
    expect(await store.settle([outcomeOf(claimed, { state: "delivered" })])).toEqual([false]);
    const [mine] = await claimDue(store, { claim: newClaim("me") });
    expect(await store.settle([outcomeOf(claimed, { state: "delivered" })])).toEqual([false]);
    if (!mine) throw new Error("Cannot continue the test: nothing was claimed");
    expect(await store.settle([outcomeOf(mine, { state: "delivered" })])).toEqual([true]);
  });

  test("takeOver() leaves its own alone, and those with a recent heartbeat", async () => {
    const { store } = context;
    await commitRunning(store, { claim: newClaim("me") });
    await commitRunning(store, { claim: newClaim("alive") });
    await store.heartbeat("alive");
    expect(await store.takeOver({ dispatcherId: "me", staleMs: LONG_MS })).toBe(0);
    expect(await claimDue(store)).toEqual([]);
  });

  test("takeOver() takes from a dispatcher whose heartbeat is old", async () => {
    const { store } = context;
    await commitRunning(store, { claim: newClaim("dead") });
    await store.heartbeat("me");
    await store.heartbeat("dead");
    await until(async () => (await store.takeOver({ dispatcherId: "me", staleMs: 0 })) === 1);
    expect(await store.takeOver({ dispatcherId: "me", staleMs: 0 })).toBe(0);
  });

  context.testWithClock(
    "takeOver() counts a heartbeat as old past staleMs, from the latest one",
    async () => {
      const { store, advance } = context;
      await commitRunning(store, { claim: newClaim("other") });
      await store.heartbeat("other");
      await advance(6_000);
      expect(await store.takeOver({ dispatcherId: "me", staleMs: 8_000 })).toBe(0);
      await store.heartbeat("other");
      await advance(5_000);
      expect(await store.takeOver({ dispatcherId: "me", staleMs: 8_000 })).toBe(0);
      await advance(4_000);
      expect(await store.takeOver({ dispatcherId: "me", staleMs: 8_000 })).toBe(1);
    },
  );

  test("activity() is what each living dispatcher said with its last heartbeat", async () => {
    const { store } = context;
    const mail = {
      name: "a.b/$c",
      running: 2,
      streams: 1,
      breaker: null,
      heldUntil: null,
      counted: null,
    };
    const crm = {
      name: "crm",
      running: 0,
      streams: 0,
      breaker: "half_open" as const,
      heldUntil: 1_763_950_009_000,
      counted: { deliveries: 7, at: 1_763_950_000_000 },
    };
    await store.heartbeat("two", [mail]);
    await store.heartbeat("one", [mail, crm]);
    expect(await activityOf(store, ["one", "two"])).toEqual([
      { dispatcherId: "one", subscriptions: [mail, crm] },
      { dispatcherId: "two", subscriptions: [mail] },
    ]);
    await store.heartbeat("one", [crm]);
    await store.heartbeat("two");
    expect(await activityOf(store, ["one", "two"])).toEqual([
      { dispatcherId: "one", subscriptions: [crm] },
      { dispatcherId: "two", subscriptions: [] },
    ]);
  });

  context.testWithClock("activity() leaves dispatchers out that are dead", async () => {
    const { store, advance } = context;
    await store.heartbeat("dead");
    await advance(6_000);
    await store.heartbeat("alive");
    const ids = async (staleMs: number) =>
      (await activityOf(store, ["alive", "dead"], staleMs)).map(({ dispatcherId }) => dispatcherId);
    expect(await ids(8_000)).toEqual(["alive", "dead"]);
    await advance(3_000);
    expect(await ids(8_000)).toEqual(["alive"]);
  });

  test("takeOver() takes every running delivery, in any number, and nothing else", async () => {
    const { store } = context;
    const claim = newClaim("lost");
    const claimed = [];
    for (let n = 0; n < 12; n += 1) claimed.push(await commitRunning(store, { claim }));
    const [delivered, dead, later] = claimed;
    if (!delivered || !dead || !later) throw new Error("Cannot happen");
    await settle(store, delivered, { state: "delivered" });
    await settle(store, dead, { state: "dead", reason: "out of attempts" });
    await settle(store, later, { state: "waiting", nextAttemptAt: store.now() + LONG_MS });
    expect(await store.takeOver({ dispatcherId: "me", staleMs: LONG_MS })).toBe(9);
    expect(await claimDue(store, { claim: newClaim("me") })).toHaveLength(9);
    expect(await deliveryNow(store, later.delivery)).toMatchObject({
      state: "waiting",
      interruptions: 0,
    });
  });

  test("takeOver() at once by two counts each delivery once", async () => {
    const { store } = context;
    for (let n = 0; n < 6; n += 1) await commitRunning(store, { claim: newClaim("lost") });
    const taken = await Promise.all(
      ["one", "two"].map((dispatcherId) => store.takeOver({ dispatcherId, staleMs: LONG_MS })),
    );
    expect(taken.reduce((sum, count) => sum + count, 0)).toBe(6);
    const claimed = await claimDue(store);
    expect(claimed.map(({ delivery }) => delivery.interruptions)).toEqual(Array(6).fill(1));
  });

  test("takeOver() keeps the mark of a suspect, and adds to its interruptions", async () => {
    const { store } = context;
    const first = await commitRunning(store, { claim: newClaim("lost") });
    const next = { state: "waiting" as const, nextAttemptAt: store.now() };
    await settle(store, first, next, { attempt: null, interruptions: 2, suspect: true });
    await claimDue(store, { claim: newClaim("lost too") });
    await store.takeOver({ dispatcherId: "me", staleMs: LONG_MS });
    expect(await deliveryNow(store, first.delivery)).toMatchObject({
      interruptions: 3,
      suspect: true,
    });
  });

  test("reclaim() returns own claims that are not live to the queue, charging nothing", async () => {
    const { store } = context;
    const lost = await commitRunning(store, { claim: newClaim("me") });
    const live = await commitRunning(store, { claim: newClaim("me") });
    const others = await commitRunning(store, { claim: newClaim("other") });
    const liveTokens = new Set([live.claim.token, newClaim().token]);
    const before = store.now();
    expect(await store.reclaim({ dispatcherId: "me", liveTokens })).toBe(1);
    const found = await deliveryNow(store, lost.delivery);
    expect(found).toEqual({
      ...lost.delivery,
      state: "waiting",
      nextAttemptAt: expect.any(Number),
    });
    expect(found.nextAttemptAt).toBeGreaterThanOrEqual(before);
    expect(found.nextAttemptAt).toBeLessThanOrEqual(store.now());
    for (const { delivery } of [live, others]) {
      expect(await deliveryNow(store, delivery)).toEqual(delivery);
    }
    expect(await store.settle([outcomeOf(lost, { state: "delivered" })])).toEqual([false]);
    expect(await store.reclaim({ dispatcherId: "me", liveTokens })).toBe(0);
    expect(await store.reclaim({ dispatcherId: "me", liveTokens: new Set() })).toBe(1);
  });
}

/** What these dispatchers do: a store may have reported its own owner too. */
async function activityOf(
  store: EventStore,
  dispatchers: readonly string[],
  staleMs = LONG_MS,
): Promise<DispatcherActivity[]> {
  const reports = await store.activity({ staleMs });
  return reports.filter(({ dispatcherId }) => dispatchers.includes(dispatcherId));
}
