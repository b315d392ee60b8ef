import type { Delivery } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { DELETION_STEP_MAX } from "../contract/subscriptions.ts";
import {
  backfillOf,
  claimDue,
  commit,
  commitEnded,
  commitRunning,
  deliveryNow,
  keepReplay,
  newCapture,
  newEvent,
  newSubscription,
  repeatOf,
  type SuiteContext,
  settle,
  stepOf,
} from "./fixtures.ts";

const HOUR_MS = 3_600_000;

/** `changeSubscription`, `deleteSubscription`, `stepDeletion`, `expireSubscriptions`: the end of a name, and a new filter. */
export function testDeletion(context: SuiteContext): void {
  const mail = newSubscription("mail");
  const tail = newSubscription("tail", { events: ["course.*"], target: { kind: "stream" } });
  const filter = { events: ["course.*", "payment.*"], sources: ["stripe/*"] };

  async function storedNow(name: string) {
    const { subscriptions } = await context.store.subscriptions();
    return subscriptions.find(({ definition }) => definition.name === name);
  }

  /** Reads a delivery that a test has stored. */
  async function now(delivery: Delivery | undefined): Promise<Delivery> {
    if (!delivery) throw new Error("Cannot continue the test: nothing was stored");
    return deliveryNow(context.store, delivery);
  }

  /** Stores this many waiting deliveries for `name`. */
  async function commitWaiting(name: string, count: number): Promise<Delivery[]> {
    const captures = Array.from({ length: count }, () => newCapture(newEvent(), [name]));
    return (await commit(context.store, captures)).flatMap(({ deliveries }) => deliveries);
  }

  /** Takes steps until the name is gone; returns how many deliveries they cancelled. */
  async function deleteAll(name: string): Promise<number> {
    for (let cancelled = 0; ; ) {
      const step = await context.store.stepDeletion(name);
      cancelled += step.cancelled;
      if (step.deleted) return cancelled;
      expect(step.cancelled).toBeGreaterThan(0);
    }
  }

  async function deleteInTurns(name: string): Promise<void> {
    while (!(await context.store.stepDeletion(name)).deleted);
  }

  test("nothing becomes due for a subscription that is being deleted, or was", async () => {
    const { store } = context;
    await store.openSubscription(tail);
    const dead = await commitEnded(store, undefined, "tail");
    const event = newEvent();
    await commit(store, [newCapture(event, [])]);
    const { id } = await keepReplay(store);
    const begun = await store.deleteSubscription("tail", { reason: "it is gone" });
    expect(begun.outcome).toBe("deleting");
    const refused = { outcome: "deleted", delivery: dead };
    const wanted = () => [repeatOf(dead), backfillOf(event.id, "tail")];
    expect(await store.retryDelivery(dead.id)).toEqual(refused);
    // A dispatcher that has not followed the set yet may have planned such a step.
    const first = await store.stepReplay(id, stepOf(wanted()));
    expect(first).toMatchObject({ outcome: "written", deliveries: [], replay: { made: 0 } });
    expect(await deleteAll("tail")).toBe(0);
    expect(await store.retryDelivery(dead.id)).toEqual(refused);
    const second = await store.stepReplay(id, stepOf(wanted(), { from: event.id }));
    expect(second).toMatchObject({ outcome: "written", deliveries: [] });
    expect(await store.backlog("tail", { deliveriesMax: 10 })).toMatchObject({ deliveries: 0 });
    expect(await now(dead)).toEqual(dead);
    // A new one of the name has a new life.
    await store.openSubscription(tail);
    expect(await store.retryDelivery(dead.id)).toMatchObject({ outcome: "due" });
  });

  test("a replay step and a deletion at the same time leave nothing that waits", async () => {
    const { store } = context;
    for (let round = 0; round < 5; round += 1) {
      await store.openSubscription(tail);
      const dead = await Promise.all([1, 2].map(() => commitEnded(store, undefined, "tail")));
      const { id } = await keepReplay(store);
      const [first] = dead;
      await Promise.all([
        store.stepReplay(id, stepOf(dead.slice(1).map(repeatOf))),
        first && store.retryDelivery(first.id),
        store.deleteSubscription("tail", { reason: "" }).then(() => deleteInTurns("tail")),
      ]);
      expect(await store.backlog("tail", { deliveriesMax: 10 })).toMatchObject({ deliveries: 0 });
    }
  });

  test("changeSubscription() replaces the filter of what a subscriber opened, as the next revision", async () => {
    const { store } = context;
    await store.openSubscription(tail);
    const [waiting] = await commitWaiting("tail", 1);
    const { revision } = await store.subscriptions();
    const result = await store.changeSubscription("tail", filter);
    expect(result).toMatchObject({
      outcome: "changed",
      subscription: { definition: { ...tail, ...filter }, origin: "stream", paused: null },
      set: { revision: revision + 1 },
    });
    expect((await storedNow("tail"))?.definition).toEqual({ ...tail, ...filter });
    expect(await now(waiting)).toMatchObject({ state: "waiting" });
    // In any order it is the same filter.
    const reversed = { ...filter, events: [...filter.events].reverse() };
    expect(await store.changeSubscription("tail", reversed)).toMatchObject({ outcome: "same" });
    expect((await store.subscriptions()).revision).toBe(revision + 1);
  });

  test("changeSubscription() refuses what the configuration decides, and what is no stream", async () => {
    const { store } = context;
    await store.publishSubscriptions([mail, tail]);
    const change = async (name: string) => (await store.changeSubscription(name, filter)).outcome;
    expect(await Promise.all(["mail", "tail", "none"].map(change))).toEqual([
      "configured",
      "configured",
      "missing",
    ]);
    await store.publishSubscriptions([]);
    expect(await change("mail")).toBe("other_kind");
    // Nobody else decides it any more.
    expect(await change("tail")).toBe("changed");
    expect(await storedNow("tail")).toMatchObject({ origin: "stream", paused: null });
  });

  test("deleteSubscription() refuses what is in the configuration, and names nobody has", async () => {
    const { store } = context;
    const set = await store.publishSubscriptions([mail]);
    const reason = "a test";
    expect(await store.deleteSubscription("mail", { reason })).toEqual({ outcome: "configured" });
    expect(await store.deleteSubscription("tail", { reason })).toEqual({ outcome: "missing" });
    expect(await store.subscriptions()).toEqual(set);
  });

  test("deleteSubscription() and its steps cancel what waits and remove the name, no other's", async () => {
    const { store } = context;
    await store.publishSubscriptions([mail]);
    await store.openSubscription(tail);
    const waiting = await commitWaiting("tail", DELETION_STEP_MAX + 3);
    const [others] = await commitWaiting("mail", 1);
    expect(await store.stepDeletion("tail")).toMatchObject({ cancelled: 0, deleted: false });
    const begun = await store.deleteSubscription("tail", { reason: "the pod is gone" });
    expect(begun).toMatchObject({ outcome: "deleting" });
    const pause = { by: "deletion", reason: "the pod is gone", at: expect.any(Number) };
    expect((await storedNow("tail"))?.paused).toEqual(pause);
    expect(await store.resumeSubscription("tail")).toEqual({ outcome: "removed" });
    expect(await claimDue(store, { slots: { tail: 9 } })).toEqual([]);
    const again = await store.deleteSubscription("tail", { reason: "again" });
    expect(again).toEqual(begun);
    expect(await deleteAll("tail")).toBe(waiting.length);
    expect(await storedNow("tail")).toBeUndefined();
    expect(await store.stepDeletion("tail")).toMatchObject({ cancelled: 0, deleted: true });
    expect(await now(waiting[0])).toMatchObject({
      state: "cancelled",
      nextAttemptAt: null,
      reason: "its subscription was deleted: the pod is gone",
    });
    expect(await now(others)).toMatchObject({ state: "waiting" });
    expect(await store.deleteSubscription("tail", { reason: "" })).toEqual({ outcome: "missing" });
    // The name is free.
    expect(await store.openSubscription(mail)).toMatchObject({ created: false });
    expect(await store.openSubscription({ ...tail, ...filter })).toMatchObject({ created: true });
    expect((await store.backlog("tail", { deliveriesMax: 9 })).deliveries).toBe(0);
  }, 180_000);

  test("stepDeletion() waits for what runs, and cancels it if it returns to the queue", async () => {
    const { store } = context;
    await store.openSubscription(tail);
    const running = await commitRunning(store, { subscription: "tail" });
    await store.deleteSubscription("tail", { reason: "" });
    expect(await store.stepDeletion("tail")).toMatchObject({ cancelled: 0, deleted: false });
    await settle(store, running, { state: "waiting", nextAttemptAt: store.now() });
    expect(await deleteAll("tail")).toBe(1);
    expect(await now(running.delivery)).toMatchObject({
      state: "cancelled",
      reason: "its subscription was deleted",
    });
  });

  test("stepDeletion() cancels deliveries in order, too", async () => {
    const { store } = context;
    await store.publishSubscriptions([{ ...mail, orderBy: "/id" }]);
    const captures = Array.from({ length: 3 }, () => newCapture(newEvent(), ["mail"], null, "a"));
    await commit(store, captures);
    await store.publishSubscriptions([]);
    await store.deleteSubscription("mail", { reason: "" });
    expect(await deleteAll("mail")).toBe(3);
    await store.publishSubscriptions([{ ...mail, orderBy: "/id" }]);
    await commit(store, [newCapture(newEvent(), ["mail"], null, "a")]);
    // Nothing that was cancelled holds it back.
    expect(await claimDue(store)).toHaveLength(1);
  });

  test("publishSubscriptions() ends the deletion of a name that returns to the configuration", async () => {
    const { store } = context;
    await store.publishSubscriptions([mail]);
    const [waiting] = await commitWaiting("mail", 1);
    await store.publishSubscriptions([]);
    await store.deleteSubscription("mail", { reason: "" });
    await store.publishSubscriptions([mail]);
    expect(await store.stepDeletion("mail")).toMatchObject({ cancelled: 0, deleted: false });
    expect(await storedNow("mail")).toMatchObject({ origin: "configuration", paused: null });
    expect((await claimDue(store)).map(({ delivery }) => delivery.id)).toEqual([waiting?.id]);
  });

  test("expireSubscriptions() deletes what nobody has used for long, and nothing else", async () => {
    const { store } = context;
    const names = ["idle", "connected", "reopened"];
    const streams = names.map((name) => ({ ...tail, name }));
    await store.publishSubscriptions([mail, { ...tail, name: "configured" }]);
    for (const stream of streams) await store.openSubscription(stream);
    await store.publishSubscriptions([{ ...tail, name: "configured" }]);
    const options = { connected: ["connected"], idleMs: HOUR_MS };
    await context.advance(HOUR_MS - 10_000);
    expect((await store.expireSubscriptions(options)).expired).toEqual([]);
    await store.openSubscription({ ...tail, name: "reopened" }, { idleMs: HOUR_MS });
    await context.advance(20_000);
    const { expired, set } = await store.expireSubscriptions(options);
    expect(expired).toEqual([
      { name: "idle", reason: expect.stringMatching(/^nobody has listened to it since 2/) },
      {
        name: "mail",
        reason: expect.stringMatching(/^it has not been in the configuration since 2/),
      },
    ]);
    expect(set.subscriptions.map(({ paused }) => paused?.by ?? null)).toEqual([
      null,
      null,
      "deletion",
      "deletion",
      null,
    ]);
    expect(await store.subscriptions()).toEqual(set);
    expect((await store.expireSubscriptions(options)).expired).toEqual([]);
    for (const { name } of expired) expect(await deleteAll(name)).toBe(0);
    await context.advance(HOUR_MS + 10_000);
    // The connected one has been recorded since.
    expect((await store.expireSubscriptions(options)).expired.map(({ name }) => name)).toEqual([
      "reopened",
    ]);
  });

  test("expireSubscriptions() of names in use is a new revision once in a while only", async () => {
    const { store } = context;
    await store.openSubscription(tail);
    const options = { connected: ["tail"], idleMs: 30 * 24 * HOUR_MS };
    const { revision } = await store.subscriptions();
    for (let look = 0; look < 6; look += 1) {
      await store.expireSubscriptions(options);
      await store.openSubscription(tail, options);
    }
    expect((await store.subscriptions()).revision).toBe(revision);
    await context.advance(HOUR_MS + 1_000);
    await store.expireSubscriptions(options);
    await store.openSubscription(tail, options);
    expect((await store.subscriptions()).revision).toBe(revision + 1);
  });
}
