import { newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import type { Next } from "../contract/deliveries.ts";
import {
  claimDue,
  commitRunning,
  deliveryNow,
  outcomeOf,
  type SuiteContext,
  settle,
} from "./fixtures.ts";

/** `retryDelivery`: what an operator can make due again. */
export function testRetries(context: SuiteContext): void {
  test("retryDelivery() revives a dead delivery with a fresh budget", async () => {
    const { store } = context;
    const claimed = await commitRunning(store);
    await settle(store, claimed, { state: "waiting", nextAttemptAt: store.now() });
    const [second] = await claimDue(store);
    if (!second) throw new Error("Cannot go on: nothing was claimed");
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

  test("retryDelivery() misses what is not there", async () => {
    const { event } = await commitRunning(context.store);
    for (const id of [newId("dlv"), event.id, "nonsense", ""]) {
      expect(await context.store.retryDelivery(id)).toEqual({ outcome: "missing" });
    }
  });
}
