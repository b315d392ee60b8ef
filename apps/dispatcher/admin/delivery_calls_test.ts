import { expect, test } from "@jest/globals";
import { endedDelivery } from "../replay/suite/fake_replay_store.ts";
import type { CancelResult, RetryResult } from "../store/contract/deliveries.ts";
import { StoreUnavailableError } from "../store/contract/event_store.ts";
import { deliveryCalls } from "./delivery_calls.ts";

function makeCalls(result: RetryResult | CancelResult | null) {
  const woken: string[] = [];
  const reasons: string[] = [];
  async function answer<T>(): Promise<T> {
    if (result === null) throw new StoreUnavailableError("gone");
    return result as T;
  }
  const calls = deliveryCalls({
    store: {
      retryDelivery: () => answer<RetryResult>(),
      cancelDelivery(_id, { reason }) {
        reasons.push(reason);
        return answer<CancelResult>();
      },
    },
    wake: (name) => void woken.push(name),
    tryNow: (name) => void woken.push(`${name}, held or not`),
  });
  return { calls, woken, reasons };
}

test("retryDelivery() has what is due claimed, also where its endpoint is left alone for a while", async () => {
  const delivery = endedDelivery({ state: "waiting", nextAttemptAt: 5 });
  const { calls, woken } = makeCalls({ outcome: "due", delivery });
  const { delivery: shown } = await calls.retryDelivery({ id: delivery.id });
  expect(shown).toMatchObject({ id: delivery.id, state: "DELIVERY_STATE_WAITING" });
  expect(woken).toEqual(["mail, held or not", "mail"]);
});

test.each([
  [null, ["mail"]],
  ["dlv_2", ["mail"]],
])("cancelDelivery() has the next delivery of the key claimed: %j", async (dueNow, expected) => {
  const delivery = endedDelivery({ state: "cancelled" });
  const { calls, woken, reasons } = makeCalls({ outcome: "cancelled", delivery, dueNow });
  const cancelled = await calls.cancelDelivery({ id: delivery.id, reason: " wrong  " });
  expect(cancelled).toMatchObject({ delivery: { id: delivery.id }, dueNow: dueNow ?? "" });
  expect(woken).toEqual(dueNow === null ? [] : expected);
  expect(reasons).toEqual(["wrong"]);
});

test("cancelDelivery() without a reason says who did it", async () => {
  const delivery = endedDelivery({ state: "cancelled" });
  const { calls, reasons } = makeCalls({ outcome: "cancelled", delivery, dueNow: null });
  await calls.cancelDelivery({ id: delivery.id, reason: "" });
  expect(reasons).toEqual(["an operator cancelled it"]);
});

test("cancelDelivery() with an endless reason is INVALID_ARGUMENT", async () => {
  const { calls, reasons } = makeCalls({ outcome: "missing" });
  const cancelled = calls.cancelDelivery({ id: "dlv_1", reason: "x".repeat(501) });
  await expect(cancelled).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  expect(reasons).toEqual([]);
});

const running = endedDelivery({ id: "dlv_1", state: "running" });
const heldBack = endedDelivery({ id: "dlv_1", state: "waiting" });

test.each([
  ["retryDelivery", { outcome: "missing" }, "NOT_FOUND", /^there is no delivery dlv_1$/],
  ["cancelDelivery", { outcome: "missing" }, "NOT_FOUND", /^there is no delivery dlv_1$/],
  [
    "retryDelivery",
    { outcome: "refused", delivery: running },
    "FAILED_PRECONDITION",
    /is running: only dead and/,
  ],
  [
    "retryDelivery",
    { outcome: "refused", delivery: heldBack },
    "FAILED_PRECONDITION",
    /held back by an earlier one/,
  ],
  [
    "retryDelivery",
    { outcome: "deleted", delivery: endedDelivery({ id: "dlv_1", state: "dead" }) },
    "FAILED_PRECONDITION",
    /^delivery dlv_1 is for subscription mail, which was deleted: nobody would get it$/,
  ],
  [
    "cancelDelivery",
    { outcome: "refused", delivery: running },
    "FAILED_PRECONDITION",
    /only dead and waiting ones can be cancelled/,
  ],
  ["retryDelivery", null, "UNAVAILABLE", /^gone$/],
  ["cancelDelivery", null, "UNAVAILABLE", /^gone$/],
] as const)("%s() of %j is %s", async (call, result, code, message) => {
  const { calls, woken } = makeCalls(result);
  const called = calls[call]({ id: "dlv_1", reason: "" });
  await expect(called).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  expect(woken).toEqual([]);
});
