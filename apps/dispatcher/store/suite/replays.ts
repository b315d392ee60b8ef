import { newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import type { Next } from "../contract/deliveries.ts";
import { REPLAYS_KEPT_MAX } from "../contract/replays.ts";
import {
  backfillOf,
  claimDue,
  commit,
  commitEnded,
  deliveryNow,
  keepReplay,
  makeReplayed,
  newCapture,
  newEvent,
  newReplay,
  outcomeOf,
  repeatOf,
  type SuiteContext,
  settle,
  stepOf,
} from "./fixtures.ts";

const DEAD: Next = { state: "dead", reason: "out of attempts" };

/** Replays: how they are kept, paused and cancelled, and what becomes of their deliveries. */
export function testReplays(context: SuiteContext): void {
  test("replays() of an empty store", async () => {
    expect(await context.store.replays()).toEqual([]);
  });

  test("createReplay() keeps all of a replay, replays() shows the newest first", async () => {
    const { store } = context;
    const first = newReplay();
    const second = newReplay({
      kind: "backfill",
      filter: { source: "stripe/eu", type: "invoice.paid", subscription: "crm", from: 1, to: 2 },
      perSecond: 7,
      state: "paused",
      cursor: newId("evt"),
      seen: 3,
      made: 2,
      expected: 40,
    });
    const third = newReplay({ filter: { ids: [newId("evt"), newId("dlv")] }, reason: "" });
    for (const replay of [second, third, first]) await store.createReplay(replay);
    expect(await store.replays()).toEqual([third, second, first]);
    expect(await store.replays({ state: "running" })).toEqual([third, first]);
    expect(await store.replays({ state: "paused" })).toEqual([second]);
    expect(await store.replays({ state: "done" })).toEqual([]);
  });

  test("stepReplay(), setReplayState() and replayBacklog() of an unknown id find nothing", async () => {
    const { store } = context;
    await keepReplay(store);
    for (const id of [newId("rpl"), "nonsense", ""]) {
      expect(await store.stepReplay(id, stepOf([]))).toEqual({ outcome: "missing" });
      expect(await store.setReplayState(id, "paused")).toBeNull();
      expect(await store.replayBacklog(id, { limit: 5 })).toBe(0);
    }
  });

  test("setReplayState() pauses a replay, which continues where it was", async () => {
    const { store } = context;
    const dead = await commitEnded(store);
    const replay = await keepReplay(store);
    const paused = { ...replay, state: "paused" };
    expect(await store.setReplayState(replay.id, "paused")).toEqual(paused);
    expect(await store.setReplayState(replay.id, "paused")).toEqual(paused);
    expect(await store.replays()).toEqual([paused]);
    expect(await store.setReplayState(replay.id, "running")).toEqual(replay);
    expect(await store.stepReplay(replay.id, stepOf([repeatOf(dead)]))).toMatchObject({
      outcome: "written",
    });
  });

  test("setReplayState() of a paused one leaves its deliveries as they are", async () => {
    const { store } = context;
    const { replay, made } = await makeReplayed(store, [repeatOf(await commitEnded(store))]);
    await store.setReplayState(replay.id, "paused");
    for (const one of made) expect(await deliveryNow(store, one)).toEqual(one);
    expect(await claimDue(store)).toHaveLength(1);
  });

  test.each(["done", "cancelled"] as const)(
    "setReplayState() leaves a replay that is %s unchanged",
    async (ended) => {
      const { store } = context;
      const { id } = await keepReplay(store);
      const replay = await store.setReplayState(id, ended);
      expect(replay).toMatchObject({ state: ended, endedAt: expect.any(Number) });
      for (const state of ["running", "paused", "cancelled", "done"] as const) {
        expect(await store.setReplayState(id, state)).toEqual(replay);
      }
      expect(await store.replays()).toEqual([replay]);
    },
  );

  test("setReplayState() to cancelled cancels what waits for its first attempt", async () => {
    const { store } = context;
    const dead = [await commitEnded(store), await commitEnded(store), await commitEnded(store)];
    const { replay, made } = await makeReplayed(store, dead.map(repeatOf));
    const [running, retried] = await claimDue(store, { limit: 2 });
    if (!running || !retried) throw new Error("Cannot continue the test: nothing was claimed");
    const dueAt = store.now() + 60_000;
    await settle(store, retried, { state: "waiting", nextAttemptAt: dueAt });
    const other = await makeReplayed(store, [repeatOf(await commitEnded(store))]);
    const live = await commit(store, [newCapture(newEvent())]);
    await store.setReplayState(replay.id, "cancelled");
    const states = await Promise.all(made.map((one) => deliveryNow(store, one)));
    expect(states).toMatchObject(
      made.map(({ id }) =>
        id === running.delivery.id
          ? { state: "running" }
          : id === retried.delivery.id
            ? { state: "waiting", nextAttemptAt: dueAt }
            : { state: "cancelled", nextAttemptAt: null, attempt: 0 },
      ),
    );
    const left = [...other.made, ...live.flatMap(({ deliveries }) => deliveries)];
    for (const one of left) expect(await deliveryNow(store, one)).toEqual(one);
    expect(await store.settle([outcomeOf(running, { state: "delivered" })])).toEqual([true]);
  });

  test("setReplayState() to cancelled makes due what its deliveries held back", async () => {
    const { store } = context;
    const event = newEvent();
    await commit(store, [newCapture(event, [])]);
    await makeReplayed(store, [{ ...backfillOf(event.id, "mail"), orderKey: "a" }]);
    const [result] = await commit(store, [newCapture(newEvent(), ["mail"], null, "a")]);
    expect(result?.deliveries).toMatchObject([{ nextAttemptAt: null, order: { position: 2 } }]);
    const [replay] = await store.replays();
    await store.setReplayState(replay?.id ?? "", "cancelled");
    expect(await claimDue(store)).toMatchObject([{ delivery: { order: { position: 2 } } }]);
  });

  test("replayBacklog() counts what waits for its first attempt, up to the limit", async () => {
    const { store } = context;
    const dead = [await commitEnded(store), await commitEnded(store), await commitEnded(store)];
    const { replay } = await makeReplayed(store, dead.map(repeatOf));
    await makeReplayed(store, [repeatOf(await commitEnded(store))]);
    await commit(store, [newCapture(newEvent())]);
    const count = (limit = 10) => store.replayBacklog(replay.id, { limit });
    expect([await count(), await count(3), await count(2)]).toEqual([3, 3, 2]);
    const claimed = await claimDue(store, { slots: { mail: 3 } });
    const [retried] = claimed.filter(({ delivery }) => delivery.replay === replay.id);
    if (!retried) throw new Error("Cannot continue the test: nothing was claimed");
    await settle(store, retried, { state: "waiting", nextAttemptAt: store.now() });
    expect(await count()).toBe(1);
  });

  test("claimDue() claims live deliveries before those of replays, whichever is due first", async () => {
    const { store } = context;
    const { made } = await makeReplayed(store, [
      repeatOf(await commitEnded(store)),
      repeatOf(await commitEnded(store)),
    ]);
    const [first, second] = made;
    const results = await commit(store, [newCapture(newEvent()), newCapture(newEvent())]);
    const [third, fourth] = results.flatMap(({ deliveries }) => deliveries);
    await store.retryDelivery(first?.id ?? "");
    const claimed = await claimDue(store, { limit: 3 });
    expect(new Set(claimed.slice(0, 2).map(({ delivery }) => delivery.id))).toEqual(
      new Set([third?.id, fourth?.id]),
    );
    expect(claimed[2]?.delivery.id).toBe(first?.id);
    expect((await claimDue(store)).map(({ delivery }) => delivery.id)).toEqual([second?.id]);
  });

  test.each<[number, number, number, number]>([
    [9, 9, 2, 3],
    [9, 2, 2, 2],
    [9, 0, 2, 0],
    [3, 9, 2, 1],
    [3, 1, 2, 1],
    [2, 9, 2, 0],
    [1, 1, 1, 0],
  ])(
    "claimDue() with %i slots, %i of them for replays, claims %i live ones and %i of replays",
    async (deliveries, replayed, live, repeated) => {
      const { store } = context;
      const dead = [await commitEnded(store), await commitEnded(store), await commitEnded(store)];
      await makeReplayed(store, dead.map(repeatOf));
      await commit(store, [newCapture(newEvent()), newCapture(newEvent())]);
      const slots = { mail: { deliveries, replayed, bytes: 2 ** 30 } };
      const claimed = await claimDue(store, { slots });
      const isLive = claimed.map(({ delivery }) => delivery.replay === null);
      expect(isLive).toEqual([...Array(live).fill(true), ...Array(repeated).fill(false)]);
    },
  );

  test("a delivery that a replay made stays its own over retries and interruptions", async () => {
    const { store } = context;
    const { replay, made } = await makeReplayed(store, [repeatOf(await commitEnded(store))]);
    const [claimed] = await claimDue(store);
    if (!claimed) throw new Error("Cannot continue the test: nothing was claimed");
    expect(claimed.delivery).toMatchObject({ id: made[0]?.id, replay: replay.id });
    await settle(store, claimed, DEAD);
    await store.retryDelivery(claimed.delivery.id);
    await commit(store, [newCapture(newEvent())]);
    const slots = { mail: { deliveries: 9, replayed: 0, bytes: 2 ** 30 } };
    expect(await claimDue(store, { slots })).toHaveLength(1);
    expect(await claimDue(store)).toMatchObject([{ delivery: { replay: replay.id, attempt: 1 } }]);
  });
}

/** Time for the largest number of replays, each stored in its own transaction. */
const BOUND_MS = 180_000;

/** How many replays are kept. */
export function testReplayBound(context: SuiteContext): void {
  test(
    "createReplay() past the bound is refused, or removes the oldest that has ended",
    async () => {
      const { store } = context;
      const all = Array.from({ length: REPLAYS_KEPT_MAX }, () => newReplay());
      for (const replay of all) await store.createReplay(replay);
      const more = [newReplay(), newReplay()];
      const [first, second] = more;
      if (!first || !second) throw new Error("Cannot happen");
      await expect(store.createReplay(first)).rejects.toThrow(RangeError);
      expect(await store.replays()).toHaveLength(REPLAYS_KEPT_MAX);
      for (const n of [700, 300]) await store.setReplayState(all[n]?.id ?? "", "done");
      await store.createReplay(first);
      const ids = (await store.replays()).map(({ id }) => id);
      expect(ids).toHaveLength(REPLAYS_KEPT_MAX);
      expect(ids).toContain(first.id);
      expect([ids.includes(all[300]?.id ?? ""), ids.includes(all[700]?.id ?? "")]).toEqual([
        false,
        true,
      ]);
      await store.createReplay(second);
      await expect(store.createReplay(newReplay())).rejects.toThrow(
        new RangeError("Cannot keep the replay: 1000 are kept and none of them has ended"),
      );
    },
    BOUND_MS,
  );
}
