import { ATTEMPTS_KEPT_MAX, newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import type { ClaimedDelivery, Next } from "../contract/deliveries.ts";
import {
  claimDue,
  commitRunning,
  deliveryNow,
  newAttempt,
  newClaim,
  outcomeOf,
  type SuiteContext,
  settle,
} from "./fixtures.ts";

/** `settle`: how outcomes add up, and who may write one. */
export function testSettling(context: SuiteContext): void {
  test("settle() without an attempt charges none", async () => {
    const { store } = context;
    const claimed = await commitRunning(store);
    await settle(
      store,
      claimed,
      { state: "waiting", nextAttemptAt: store.now() },
      { attempt: null, interruptions: 1 },
    );
    expect(await deliveryNow(store, claimed.delivery)).toMatchObject({
      state: "waiting",
      attempt: 0,
      attempts: [],
      interruptions: 1,
      suspect: false,
    });
  });

  test("settle() appends attempts over claim after claim", async () => {
    const { store } = context;
    let claimed: ClaimedDelivery | undefined = await commitRunning(store);
    for (const number of [1, 2, 3]) {
      if (!claimed) throw new Error("Cannot continue the test: nothing was claimed");
      expect(claimed.delivery.attempt).toBe(number - 1);
      expect(claimed.delivery.attempts.map((attempt) => attempt.number)).toEqual(
        [1, 2, 3].slice(0, number - 1),
      );
      await settle(store, claimed, { state: "waiting", nextAttemptAt: store.now() });
      [claimed] = await claimDue(store);
    }
    expect(claimed?.delivery.attempts.map((attempt) => attempt.number)).toEqual([1, 2, 3]);
  });

  test("settle() keeps the first and the latest of many attempts", async () => {
    const { store } = context;
    const claimed = await commitRunning(store);
    const attempts = ATTEMPTS_KEPT_MAX + 2;
    for (let number = 1; number <= attempts; number += 1) {
      const next = { state: "waiting" as const, nextAttemptAt: store.now() };
      const [one] = number === 1 ? [claimed] : await claimDue(store);
      if (one)
        await settle(store, one, next, { attempt: newAttempt({ number, error: `e${number}` }) });
      if (number !== ATTEMPTS_KEPT_MAX) continue;
      expect((await deliveryNow(store, claimed.delivery)).attempts).toHaveLength(ATTEMPTS_KEPT_MAX);
    }
    const found = await deliveryNow(store, claimed.delivery);
    expect(found.attempt).toBe(attempts);
    const latest = Array.from({ length: ATTEMPTS_KEPT_MAX - 1 }, (_, n) => n + 4);
    expect(found.attempts.map(({ number }) => number)).toEqual([1, ...latest]);
    expect(found.attempts[0]?.error).toBe("e1");
  });

  test("settle() under a lost claim writes nothing, though the dispatcher has claimed again", async () => {
    const { store } = context;
    const old = await commitRunning(store);
    await settle(store, old, { state: "waiting", nextAttemptAt: store.now() }, { attempt: null });
    expect(await store.settle([outcomeOf(old, { state: "delivered" })])).toEqual([false]);
    const [current] = await claimDue(store, { claim: newClaim(old.claim.dispatcherId) });
    if (!current) throw new Error("Cannot continue the test: nothing was claimed");
    expect(await store.settle([outcomeOf(old, { state: "delivered" })])).toEqual([false]);
    expect((await deliveryNow(store, old.delivery)).state).toBe("running");
    expect(await store.settle([outcomeOf(current, { state: "delivered" })])).toEqual([true]);
  });

  test("settle() at once by many writes one", async () => {
    const { store } = context;
    const claimed = await commitRunning(store);
    const outcome = outcomeOf(claimed, { state: "delivered" });
    const written = await Promise.all(Array.from({ length: 10 }, () => store.settle([outcome])));
    expect(written.flat().filter(Boolean)).toHaveLength(1);
    expect((await deliveryNow(store, claimed.delivery)).attempts).toHaveLength(1);
    expect((await store.metrics({ windowMs: 600_000 })).processed).toBe(1);
  });

  test("settle() answers each outcome of a mixed call by itself, in order", async () => {
    const { store } = context;
    const claimed = [
      await commitRunning(store),
      await commitRunning(store),
      await commitRunning(store),
    ];
    const outcomes = claimed.map((one) => outcomeOf(one, { state: "delivered" }));
    const stranger = { ...outcomes[1], claim: newClaim() } as (typeof outcomes)[number];
    const [first, , third] = outcomes;
    if (!first || !third) throw new Error("Cannot happen");
    expect(await store.settle([first, stranger, third])).toEqual([true, false, true]);
    expect(await store.settle([])).toEqual([]);
  });
}

/** `settle`: the tables of what it writes and what it does not. */
export function testFences(context: SuiteContext): void {
  test.each<[Next, object]>([
    [{ state: "delivered" }, { state: "delivered", nextAttemptAt: null, reason: "" }],
    [
      { state: "dead", reason: "out of attempts" },
      { state: "dead", nextAttemptAt: null, reason: "out of attempts" },
    ],
    [
      { state: "waiting", nextAttemptAt: 4_102_444_800_000 },
      { state: "waiting", nextAttemptAt: 4_102_444_800_000, reason: "" },
    ],
  ])("settle() writes %j", async (next, expected) => {
    const { store } = context;
    const claimed = await commitRunning(store);
    const attempt = newAttempt({
      number: 1,
      outcome: "timed_out",
      error: "30 s \u00e9",
      durationMs: 12.5,
    });
    const outcome = outcomeOf(claimed, next, { attempt, interruptions: 3, suspect: true });
    expect(await store.settle([outcome])).toEqual([true]);
    expect(await deliveryNow(store, claimed.delivery)).toEqual({
      ...claimed.delivery,
      ...expected,
      attempt: 1,
      attempts: [attempt],
      interruptions: 3,
      suspect: true,
    });
  });

  test.each<[string, (claimed: ClaimedDelivery) => Partial<ClaimedDelivery>]>([
    ["an unknown token", ({ claim }) => ({ claim: { ...claim, token: newClaim().token } })],
    [
      "another dispatcher with the same token",
      ({ claim }) => ({ claim: { ...claim, dispatcherId: "other" } }),
    ],
    ["an unknown delivery", ({ delivery }) => ({ delivery: { ...delivery, id: newId("dlv") } })],
    ["a malformed id", ({ delivery }) => ({ delivery: { ...delivery, id: "nonsense" } })],
  ])("settle() writes nothing for %s", async (_name, change) => {
    const { store } = context;
    const claimed = await commitRunning(store);
    const { attempts } = await store.metrics({ windowMs: 600_000 });
    const forged = { ...claimed, ...change(claimed) };
    expect(await store.settle([outcomeOf(forged, { state: "delivered" })])).toEqual([false]);
    expect(await deliveryNow(store, claimed.delivery)).toEqual(claimed.delivery);
    expect((await store.metrics({ windowMs: 600_000 })).attempts).toBe(attempts);
  });

  test.each<[Next]>([
    [{ state: "delivered" }],
    [{ state: "dead", reason: "first" }],
    [{ state: "waiting", nextAttemptAt: 4_102_444_800_000 }],
  ])("settle() writes once: a second outcome after %j is fenced off", async (next) => {
    const { store } = context;
    const claimed = await commitRunning(store);
    const { attempts } = await store.metrics({ windowMs: 600_000 });
    const second = outcomeOf(claimed, { state: "dead", reason: "second" });
    expect(await store.settle([outcomeOf(claimed, next), second])).toEqual([true, false]);
    expect(await store.settle([second])).toEqual([false]);
    expect(await deliveryNow(store, claimed.delivery)).toMatchObject({
      state: next.state,
      attempt: 1,
    });
    expect((await store.metrics({ windowMs: 600_000 })).attempts).toBe(attempts + 1);
  });
}
