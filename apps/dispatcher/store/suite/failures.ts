import { expect, test } from "@jest/globals";
import { failureId, otherFailures } from "../contract/decide_failures.ts";
import type { Next } from "../contract/deliveries.ts";
import {
  FAILURE_GROUPS_MAX,
  FAILURE_SLOT_MS,
  type FailureMark,
  type FailureSign,
} from "../contract/failures.ts";
import {
  claimDue,
  commit,
  commitRunning,
  deliveryNow,
  newCapture,
  newClaim,
  newEvent,
  outcomeOf,
  type SuiteContext,
} from "./fixtures.ts";

const DEAD: Next = { state: "dead", reason: "out of retries" };

function sign(name: string, part: Partial<FailureSign> = {}): FailureSign {
  return {
    id: failureId([name]),
    kind: "failed",
    errorClass: "TypeError",
    message: `it $broke. é\u0000 ${name}`,
    frame: "handle (crm.ts:3)",
    target: "/app/crm.ts",
    fileSha256: "ab".repeat(32),
    ...part,
  };
}

/** `settle` counts failures; `failures`, `failure`, `markFailure`, `pruneFailures`. */
export function testFailures(context: SuiteContext): void {
  /** Attempts so many deliveries, which fail with these signs. */
  async function fail(signs: readonly (FailureSign | null)[], next: Next = DEAD) {
    const { store } = context;
    const claim = newClaim();
    const captures = signs.map(() => newCapture(newEvent(), ["mail"], claim));
    const results = await commit(store, captures);
    const deliveries = results.flatMap((result) => result.deliveries);
    const outcomes = deliveries.map((delivery, index) =>
      outcomeOf({ delivery, claim }, next, { failure: signs[index] ?? null }),
    );
    await store.settle(outcomes);
    return deliveries;
  }

  test("failures() of an empty store", async () => {
    const { store } = context;
    expect(await store.failures({})).toEqual([]);
    expect(await store.failure(failureId(["a"]))).toBeNull();
    expect(await store.pruneFailures({ failedBefore: store.now() })).toBe(0);
    const mark: FailureMark = { state: "resolved", at: 1, by: "ana", reason: "" };
    expect(await store.markFailure(failureId(["a"]), mark)).toBeNull();
  });

  test("settle() counts failed attempts by their groups, and names the group in the delivery", async () => {
    const { store } = context;
    const from = store.now();
    const [first, second, third] = await fail([sign("a"), sign("b"), sign("a")]);
    const waiting: Next = { state: "waiting", nextAttemptAt: store.now() + 60_000 };
    const [last] = await fail([sign("a")], waiting);
    if (!first || !second || !third || !last) throw new Error("Cannot continue the test");
    expect((await deliveryNow(store, first)).failure).toBe(sign("a").id);
    expect((await deliveryNow(store, second)).failure).toBe(sign("b").id);
    expect((await deliveryNow(store, last)).failure).toBe(sign("a").id);
    const group = await store.failure(sign("a").id);
    expect(group).toMatchObject({
      ...sign("a"),
      ...{ subscription: "mail", attempts: 3, dead: 2, mark: null },
      sample: { deliveryId: last.id, eventId: last.eventId, error: "it threw" },
    });
    expect(group?.firstAt).toBeGreaterThanOrEqual(from);
    expect(group?.lastAt).toBeGreaterThanOrEqual(group?.firstAt ?? 0);
    expect(Object.values(group?.slots ?? {}).reduce((sum, count) => sum + count, 0)).toBe(3);
    const all = await store.failures({});
    expect(all.map(({ id }) => id).toSorted()).toEqual([sign("a").id, sign("b").id].toSorted());
    expect(await store.failures({ subscription: "crm" })).toEqual([]);
    expect(await store.failures({ subscription: "mail" })).toHaveLength(2);
  });

  test("settle() leaves no failure with a delivery that succeeds, and the last one with one that was interrupted", async () => {
    const { store } = context;
    const claimed = await commitRunning(store);
    const due: Next = { state: "waiting", nextAttemptAt: store.now() };
    await store.settle([outcomeOf(claimed, due, { failure: sign("a") })]);
    const [again] = await claimDue(store);
    if (!again) throw new Error("Cannot continue the test: nothing was claimed");
    expect(again.delivery.failure).toBe(sign("a").id);
    await store.settle([outcomeOf(again, due, { attempt: null })]);
    const [third] = await claimDue(store);
    if (!third) throw new Error("Cannot continue the test: nothing was claimed");
    expect(third.delivery.failure).toBe(sign("a").id);
    await store.settle([outcomeOf(third, { state: "delivered" })]);
    expect((await deliveryNow(store, claimed.delivery)).failure).toBeNull();
    expect(await store.failure(sign("a").id)).toMatchObject({ attempts: 1, dead: 0 });
  });

  test("settle() counts nothing for an outcome whose claim does not stand", async () => {
    const { store } = context;
    const claimed = await commitRunning(store);
    const stranger = { ...claimed, claim: newClaim("another") };
    expect(await store.settle([outcomeOf(stranger, DEAD, { failure: sign("a") })])).toEqual([
      false,
    ]);
    expect(await store.failures({})).toEqual([]);
  });

  test("settle() counts groups past the bound of a subscription as one", async () => {
    const { store } = context;
    const names = Array.from({ length: FAILURE_GROUPS_MAX + 5 }, (_, n) => sign(`${n}`));
    await fail(names.slice(0, 150));
    await fail(names.slice(150));
    const [last] = await fail([sign("one more")]);
    await fail([sign("0")]);
    const groups = await store.failures({ subscription: "mail" });
    expect(groups).toHaveLength(FAILURE_GROUPS_MAX + 1);
    const other = otherFailures("mail");
    expect(groups.find(({ id }) => id === other.id)).toMatchObject({ kind: "other", attempts: 6 });
    expect(groups.find(({ id }) => id === sign("0").id)).toMatchObject({ attempts: 2 });
    if (last) expect((await deliveryNow(store, last)).failure).toBe(other.id);
  });

  test("markFailure() keeps what was said last, and counting goes on", async () => {
    const { store } = context;
    await fail([sign("a")]);
    const mark: FailureMark = { state: "acknowledged", at: 1, by: "ana", reason: "I look" };
    expect(await store.markFailure(sign("a").id, mark)).toMatchObject({ mark, attempts: 1 });
    const resolved: FailureMark = { state: "resolved", at: 2, by: "bo", reason: "" };
    await store.markFailure(sign("a").id, resolved);
    await fail([sign("a")]);
    expect(await store.failure(sign("a").id)).toMatchObject({ mark: resolved, attempts: 2 });
  });

  context.testWithClock("settle() counts in slots of ten minutes", async () => {
    const { store, advance } = context;
    await fail([sign("a"), sign("a")]);
    await advance(FAILURE_SLOT_MS);
    await fail([sign("a")]);
    const { slots = {} } = (await store.failure(sign("a").id)) ?? {};
    expect(
      Object.entries(slots)
        .toSorted()
        .map(([, count]) => count),
    ).toEqual([2, 1]);
  });

  context.testWithClock(
    "pruneFailures() keeps what has failed since then, with all its counts",
    async () => {
      const { store, advance } = context;
      await fail([sign("old"), sign("a")]);
      await advance(60_000);
      const failedBefore = store.now();
      await fail([sign("a")]);
      expect(await store.pruneFailures({ failedBefore })).toBe(1);
      expect(await store.failure(sign("old").id)).toBeNull();
      expect(await store.failure(sign("a").id)).toMatchObject({ attempts: 2, dead: 2 });
      await fail([sign("old")]);
      expect(await store.failure(sign("old").id)).toMatchObject({ attempts: 1 });
    },
  );
}
