import { expect, test } from "@jest/globals";
import {
  backfillOf,
  claimDue,
  commit,
  commitRunning,
  makeReplayed,
  newCapture,
  newClaim,
  newEvent,
  newSubscription,
  type SuiteContext,
  serve,
  settle,
} from "./fixtures.ts";

/** `nextDueAt`, `dueSeconds`, `queueState`: what waits, and for when. */
export function testQueue(context: SuiteContext): void {
  async function waitingAt(nextAttemptAt: number, subscription = "mail"): Promise<void> {
    const claimed = await commitRunning(context.store, { subscription });
    await settle(context.store, claimed, { state: "waiting", nextAttemptAt });
  }

  /** Publishes `mail` and `crm`, and `removed`, which is paused. */
  async function pauseRemoved(): Promise<void> {
    const [mail, crm] = [newSubscription("mail"), newSubscription("crm")];
    await context.store.publishSubscriptions([mail, crm, newSubscription("removed")]);
    await context.store.publishSubscriptions([mail, crm]);
  }

  test("nextDueAt() is the earliest of the named subscriptions, past or future", async () => {
    const { store } = context;
    const now = store.now();
    expect(await store.nextDueAt(["mail"])).toBeNull();
    await waitingAt(now + 9_000);
    await waitingAt(now + 5_000);
    await waitingAt(now - 5_000, "crm");
    expect(await store.nextDueAt(["mail"])).toBe(now + 5_000);
    expect(await store.nextDueAt(["crm"])).toBe(now - 5_000);
    expect(await store.nextDueAt(["mail", "crm"])).toBe(now - 5_000);
    expect(await store.nextDueAt(["other"])).toBeNull();
    expect(await store.nextDueAt([])).toBeNull();
  });

  test("nextDueAt() leaves out what is not waiting, and paused subscriptions", async () => {
    const { store } = context;
    const now = store.now();
    await pauseRemoved();
    await waitingAt(now + 1_000, "removed");
    await waitingAt(now - 9_000);
    await claimDue(store);
    const claimed = await commitRunning(store);
    await settle(store, claimed, { state: "dead", reason: "out of attempts" });
    expect(await store.nextDueAt(["mail", "removed"])).toBeNull();
    await waitingAt(now + 2_000);
    expect(await store.nextDueAt(["mail", "removed"])).toBe(now + 2_000);
  });

  test("dueSeconds() returns each second once, earliest first, up to the limit", async () => {
    const { store } = context;
    expect(await store.dueSeconds({ limit: 10 })).toEqual([]);
    const second = Math.floor(store.now() / 1_000) * 1_000;
    await waitingAt(second + 60_999);
    await waitingAt(second + 3_600_000, "crm");
    await waitingAt(second + 60_000, "crm");
    await waitingAt(second + 61_000);
    await waitingAt(second - 1);
    const all = [second - 1_000, second + 60_000, second + 61_000, second + 3_600_000];
    expect(await store.dueSeconds({ limit: 10 })).toEqual(all);
    expect(await store.dueSeconds({ limit: 4 })).toEqual(all);
    expect(await store.dueSeconds({ limit: 3 })).toEqual(all.slice(0, 3));
    expect(await store.dueSeconds({ limit: 1 })).toEqual(all.slice(0, 1));
  });

  test("dueSeconds() leaves out what is not waiting, and paused subscriptions", async () => {
    const { store } = context;
    const second = Math.floor(store.now() / 1_000) * 1_000;
    await pauseRemoved();
    await waitingAt(second + 60_000, "removed");
    await waitingAt(second - 60_000);
    await claimDue(store);
    expect(await store.dueSeconds({ limit: 10 })).toEqual([]);
    await waitingAt(second + 70_000);
    expect(await store.dueSeconds({ limit: 10 })).toEqual([second + 70_000]);
  });

  test("queueState() of an empty store", async () => {
    expect(await context.store.queueState()).toEqual({
      size: 0,
      oldestDueAt: null,
      lastProcessedAt: null,
    });
  });

  test("queueState() counts what waits or runs, due or not, paused or not", async () => {
    const { store } = context;
    const now = store.now();
    await pauseRemoved();
    await waitingAt(now + 60_000);
    await waitingAt(now - 50_000, "removed");
    await commitRunning(store);
    await settle(store, await commitRunning(store), { state: "dead", reason: "out of attempts" });
    expect(await store.queueState()).toEqual({
      size: 3,
      oldestDueAt: now + 60_000,
      lastProcessedAt: null,
    });
    await waitingAt(now - 40_000, "unknown to the set");
    expect(await store.queueState()).toMatchObject({ size: 4, oldestDueAt: now - 40_000 });
  });

  test("queueState() has when a delivery last ended delivered", async () => {
    const { store } = context;
    const before = store.now();
    const claimed = await commitRunning(store);
    await settle(store, claimed, { state: "delivered" });
    const { size, lastProcessedAt } = await store.queueState();
    expect(size).toBe(0);
    expect(lastProcessedAt).toBeGreaterThanOrEqual(before);
    expect(lastProcessedAt).toBeLessThanOrEqual(store.now());
    await settle(store, await commitRunning(store), { state: "dead", reason: "out of attempts" });
    expect((await store.queueState()).lastProcessedAt).toBe(lastProcessedAt);
  });

  test("queueState() counts a claimed batch until it is settled", async () => {
    const { store } = context;
    await commit(
      store,
      Array.from({ length: 5 }, () => newCapture(newEvent())),
    );
    const claimed = await claimDue(store, { claim: newClaim() });
    expect((await store.queueState()).size).toBe(5);
    for (const one of claimed.slice(0, 3)) await settle(store, one, { state: "delivered" });
    expect((await store.queueState()).size).toBe(2);
  });
}

/** `backlog`: what waits for one subscription. */
export function testBacklog(context: SuiteContext): void {
  test("backlog() counts what waits, held back or not, paused or not, and its bytes", async () => {
    const { store } = context;
    const empty = { deliveries: 0, bytes: 0, oldestDueAt: null };
    expect(await store.backlog("mail", { deliveriesMax: 10 })).toEqual(empty);
    await store.publishSubscriptions([newSubscription("mail"), newSubscription("crm")]);
    const later = store.now() + 60_000;
    const retried = await commitRunning(store, { event: newEvent({ body: "1" }) });
    await settle(store, retried, { state: "waiting", nextAttemptAt: later });
    for (const state of ["delivered", "dead"] as const) {
      const next = state === "dead" ? { state, reason: "" } : { state };
      await settle(store, await commitRunning(store), next);
    }
    const event = newEvent({ body: "12" });
    await commit(store, [newCapture(event, ["mail", "crm"], newClaim(), "a")]);
    await commit(store, [newCapture(newEvent({ body: "123" }), ["mail"], null, "a")]);
    const backlog = { deliveries: 2, bytes: 4, oldestDueAt: later };
    expect(await store.backlog("mail", { deliveriesMax: 10 })).toEqual(backlog);
    await store.pauseSubscription("mail", { by: "backlog", reason: "" });
    expect(await store.backlog("mail", { deliveriesMax: 10 })).toEqual(backlog);
    expect(await store.backlog("crm", { deliveriesMax: 10 })).toEqual(empty);
  });

  test("waitingSubscriptions() names what has anything that waits, held back or not, paused or not", async () => {
    const { store } = context;
    expect(await store.waitingSubscriptions()).toEqual([]);
    await store.publishSubscriptions([newSubscription("mail")]);
    await commit(store, [newCapture(newEvent(), ["runs"], newClaim(), "a")]);
    await commit(store, [newCapture(newEvent(), ["waits", "mail", "waits too"])]);
    await commit(store, [newCapture(newEvent(), ["runs"], null, "a")]);
    await commitRunning(store, { subscription: "busy" });
    await store.pauseSubscription("mail", { by: "operator", reason: "" });
    const names = ["mail", "runs", "waits", "waits too"];
    expect(await store.waitingSubscriptions()).toEqual(names);
  });

  test("backlog() counts up to its limit", async () => {
    const { store } = context;
    const captures = [1, 2, 3, 4].map((n) => newCapture(newEvent({ body: `123${n}` })));
    const results = await commit(store, captures);
    const [first] = results.flatMap(({ deliveries }) => deliveries);
    const counts = [
      [1, 1],
      [3, 3],
      [4, 4],
      [5, 4],
    ] as const;
    for (const [deliveriesMax, deliveries] of counts) {
      expect(await store.backlog("mail", { deliveriesMax })).toEqual({
        deliveries,
        bytes: deliveries * 4,
        oldestDueAt: first?.nextAttemptAt,
      });
    }
  });

  test("backlog() counts those of replays", async () => {
    const { store } = context;
    const event = newEvent({ body: "12345" });
    await serve(store);
    await commit(store, [newCapture(event, [])]);
    await makeReplayed(store, [backfillOf(event.id, "mail")]);
    expect(await store.backlog("mail", { deliveriesMax: 10 })).toEqual({
      deliveries: 1,
      bytes: 5,
      oldestDueAt: expect.any(Number),
    });
  });
}
