import { type AttemptResponse, newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import type { Next } from "../contract/deliveries.ts";
import {
  claimDue,
  commit,
  commitRunning,
  deliveryNow,
  newAttempt,
  newCapture,
  newClaim,
  newEvent,
  outcomeOf,
  type SuiteContext,
  settle,
} from "./fixtures.ts";

const DEAD: Next = { state: "dead", reason: "out of attempts" };

/** One delivery: reading and cancelling it, an endpoint's answer, skipped subscriptions. */
export function testDeliveries(context: SuiteContext): void {
  test("getDelivery() returns a whole delivery, and its event without headers and body", async () => {
    const { store } = context;
    const event = newEvent({ providerEventId: "p1", flags: ["unreadable"] });
    const claim = newClaim();
    const [result] = await commit(store, [newCapture(event, ["crm", "mail"], claim, "a")]);
    const [, delivery] = result?.deliveries ?? [];
    if (!delivery) throw new Error("Cannot continue the test: nothing was stored");
    await settle(store, { delivery, claim }, DEAD);
    const found = await store.getDelivery(delivery.id);
    const { headers, body, bodySha256, ...rest } = event;
    expect(found?.event).toEqual({ ...rest, bodySha256: expect.any(Uint8Array) });
    expect(Buffer.compare(found?.event.bodySha256 ?? Buffer.of(), bodySha256)).toBe(0);
    expect(found?.delivery).toEqual(await deliveryNow(store, delivery));
    expect(found?.delivery).toMatchObject({
      subscription: "mail",
      state: "dead",
      order: { key: "a", position: 1 },
      attempts: [{ number: 1, outcome: "failed" }],
    });
    expect(headers.length + body.length).toBeGreaterThan(0);
  });

  test("getDelivery() returns null for an unknown id", async () => {
    const { event } = await commitRunning(context.store);
    for (const id of [newId("dlv"), event.id, "nonsense", ""]) {
      expect(await context.store.getDelivery(id)).toBeNull();
    }
  });

  test.each<[string, Next]>([
    ["waiting", { state: "waiting", nextAttemptAt: 4_102_444_800_000 }],
    ["dead", DEAD],
  ])("cancelDelivery() ends a %s delivery", async (_state, next) => {
    const { store } = context;
    const claimed = await commitRunning(store);
    await settle(store, claimed, next, { interruptions: 2 });
    const before = await deliveryNow(store, claimed.delivery);
    const cancelled = {
      ...before,
      state: "cancelled",
      nextAttemptAt: null,
      reason: "a test event \u00e9",
    };
    expect(await store.cancelDelivery(before.id, { reason: "a test event \u00e9" })).toEqual({
      outcome: "cancelled",
      delivery: cancelled,
      dueNow: null,
    });
    expect(await deliveryNow(store, before)).toEqual(cancelled);
    expect(await store.nextDueAt(["mail"])).toBeNull();
    expect((await store.queueState()).size).toBe(0);
    expect(await store.retryDelivery(before.id)).toEqual({
      outcome: "refused",
      delivery: cancelled,
    });
  });

  test.each<[string, Next | null]>([
    ["running", null],
    ["delivered", { state: "delivered" }],
  ])("cancelDelivery() refuses a %s delivery", async (_state, next) => {
    const { store } = context;
    const claimed = await commitRunning(store);
    if (next) await settle(store, claimed, next);
    const before = await deliveryNow(store, claimed.delivery);
    expect(await store.cancelDelivery(before.id, { reason: "no" })).toEqual({
      outcome: "refused",
      delivery: before,
    });
    expect(await deliveryNow(store, before)).toEqual(before);
    const written = await store.settle([outcomeOf(claimed, { state: "delivered" })]);
    expect(written).toEqual([next === null]);
  });

  test("cancelDelivery() refuses one that is cancelled, and keeps its first reason", async () => {
    const { store } = context;
    const [result] = await commit(store, [newCapture(newEvent())]);
    const id = result?.deliveries[0]?.id ?? "";
    await store.cancelDelivery(id, { reason: "first" });
    expect(await store.cancelDelivery(id, { reason: "second" })).toMatchObject({
      outcome: "refused",
      delivery: { state: "cancelled", reason: "first" },
    });
    expect(await claimDue(store)).toEqual([]);
  });

  test("cancelDelivery() of an unknown id returns missing", async () => {
    const { event } = await commitRunning(context.store);
    for (const id of [newId("dlv"), event.id, "nonsense", ""]) {
      expect(await context.store.cancelDelivery(id, { reason: "" })).toEqual({
        outcome: "missing",
      });
    }
  });

  test("cancelDelivery() and claimDue() at once: one of them gets it", async () => {
    const { store } = context;
    const captures = Array.from({ length: 6 }, () => newCapture(newEvent()));
    const ids = (await commit(store, captures)).map(({ deliveries }) => deliveries[0]?.id ?? "");
    const [claimed, ...results] = await Promise.all([
      claimDue(store),
      ...ids.map((id) => store.cancelDelivery(id, { reason: "" })),
    ]);
    const running = new Set(claimed.map(({ delivery }) => delivery.id));
    expect(results.map(({ outcome }) => outcome)).toEqual(
      ids.map((id) => (running.has(id) ? "refused" : "cancelled")),
    );
  });

  test("commit() of an event whose delivery was cancelled makes no other", async () => {
    const { store } = context;
    const event = newEvent();
    const [result] = await commit(store, [newCapture(event)]);
    await store.cancelDelivery(result?.deliveries[0]?.id ?? "", { reason: "" });
    expect(await commit(store, [newCapture({ ...event, id: newId("evt") })])).toMatchObject([
      { duplicate: true, deliveries: [] },
    ]);
  });

  test("settle() keeps an endpoint's answer with the last attempt only", async () => {
    const { store } = context;
    const answers: (AttemptResponse | null)[] = [
      { status: 503, body: "too busy" },
      { status: 500, body: "{\u00e9\u0000}" },
      null,
      { status: 204, body: "" },
    ];
    let claimed = await commitRunning(store);
    for (const [n, response] of answers.entries()) {
      const isLast = n === answers.length - 1;
      const attempt = newAttempt({ number: n + 1, response });
      const next: Next = isLast
        ? { state: "delivered" }
        : { state: "waiting", nextAttemptAt: store.now() };
      await settle(store, claimed, next, { attempt });
      const { attempts } = await deliveryNow(store, claimed.delivery);
      expect(attempts.map((one) => one.response)).toEqual([...Array(n).fill(null), response]);
      if (isLast) return;
      const [again] = await claimDue(store);
      if (!again) throw new Error("Cannot continue the test: nothing was claimed");
      expect(again.delivery.attempts.at(-1)?.response).toEqual(response);
      claimed = again;
    }
  });

  test("settle() without an attempt keeps the previous answer", async () => {
    const { store } = context;
    const response = { status: 503, body: "too busy" };
    const waiting: Next = { state: "waiting", nextAttemptAt: store.now() };
    const claimed = await commitRunning(store);
    await settle(store, claimed, waiting, { attempt: newAttempt({ outcome: "failed", response }) });
    const [again] = await claimDue(store);
    if (!again) throw new Error("Cannot continue the test: nothing was claimed");
    await settle(store, again, waiting, { attempt: null, interruptions: 1 });
    expect(await deliveryNow(store, claimed.delivery)).toMatchObject({ attempts: [{ response }] });
  });

  test("getEvent() returns the skipped subscriptions unchanged", async () => {
    const { store } = context;
    const skipped = [
      { subscription: "crm", reason: "/data/amount gte 100" },
      { subscription: "audit \u00e9", reason: "source" },
    ];
    const [wanted, unhandled, plain] = [newEvent(), newEvent(), newEvent()];
    await commit(store, [
      { ...newCapture(wanted), skipped },
      { ...newCapture(unhandled, []), skipped: skipped.slice(1) },
      newCapture(plain),
    ]);
    expect((await store.getEvent(wanted.id))?.skipped).toEqual(skipped);
    expect((await store.getEvent(unhandled.id))?.skipped).toEqual(skipped.slice(1));
    expect((await store.getEvent(plain.id))?.skipped).toEqual([]);
  });

  test("commit() of a duplicate leaves the skipped subscriptions unchanged", async () => {
    const { store } = context;
    const event = newEvent();
    const skipped = [{ subscription: "crm", reason: "source" }];
    await commit(store, [{ ...newCapture(event), skipped }]);
    const again = newCapture({ ...event, id: newId("evt") });
    await commit(store, [{ ...again, skipped: [{ subscription: "audit", reason: "source" }] }]);
    expect((await store.getEvent(event.id))?.skipped).toEqual(skipped);
  });
}

/** `retryDelivery`: what an operator can make due again. */
export function testRetries(context: SuiteContext): void {
  test("retryDelivery() revives a dead delivery with a fresh budget", async () => {
    const { store } = context;
    const claimed = await commitRunning(store);
    await settle(store, claimed, { state: "waiting", nextAttemptAt: store.now() });
    const [second] = await claimDue(store);
    if (!second) throw new Error("Cannot continue the test: nothing was claimed");
    await settle(store, second, { state: "dead", reason: "out of attempts" });
    const dead = await deliveryNow(store, claimed.delivery);

    const before = store.now();
    const result = await store.retryDelivery(dead.id);
    const due = await deliveryNow(store, dead);
    expect(result).toEqual({ outcome: "due", delivery: due });
    expect(due).toEqual({
      ...dead,
      state: "waiting",
      nextAttemptAt: expect.any(Number),
      attempt: 2,
      attemptBase: 2,
      reason: "",
    });
    expect(due.attempts).toHaveLength(2);
    expect(due.nextAttemptAt).toBeGreaterThanOrEqual(before);
    expect(await claimDue(store)).toMatchObject([
      { delivery: { id: dead.id, attempt: 2, attemptBase: 2 } },
    ]);
  });

  test("retryDelivery() brings forward a waiting delivery, its budget unchanged", async () => {
    const { store } = context;
    const claimed = await commitRunning(store);
    await settle(store, claimed, { state: "waiting", nextAttemptAt: store.now() + 3_600_000 });
    expect(await claimDue(store)).toEqual([]);
    const result = await store.retryDelivery(claimed.delivery.id);
    expect(result).toMatchObject({
      outcome: "due",
      delivery: { state: "waiting", attempt: 1, attemptBase: 0 },
    });
    expect(await claimDue(store)).toHaveLength(1);
  });

  test.each<[string, Next | null]>([
    ["running", null],
    ["delivered", { state: "delivered" }],
  ])("retryDelivery() refuses a %s delivery", async (_state, next) => {
    const { store } = context;
    const claimed = await commitRunning(store);
    if (next) await settle(store, claimed, next);
    const before = await deliveryNow(store, claimed.delivery);
    expect(await store.retryDelivery(claimed.delivery.id)).toEqual({
      outcome: "refused",
      delivery: before,
    });
    expect(await deliveryNow(store, claimed.delivery)).toEqual(before);
    expect(await claimDue(store)).toEqual([]);
  });

  test("retryDelivery() leaves the claim of a running delivery in force", async () => {
    const { store } = context;
    const claimed = await commitRunning(store);
    await store.retryDelivery(claimed.delivery.id);
    expect(await store.settle([outcomeOf(claimed, { state: "delivered" })])).toEqual([true]);
  });

  test("retryDelivery() of an unknown id returns missing", async () => {
    const { event } = await commitRunning(context.store);
    for (const id of [newId("dlv"), event.id, "nonsense", ""]) {
      expect(await context.store.retryDelivery(id)).toEqual({ outcome: "missing" });
    }
  });
}
