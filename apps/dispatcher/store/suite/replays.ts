import { type Delivery, newId, type Replay } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import {
  type Next,
  REPLAYS_KEPT_MAX,
  type ReplayedDelivery,
  type ReplayStep,
} from "../event_store.ts";
import {
  claimDue,
  commit,
  commitRunning,
  deliveryNow,
  newCapture,
  newEvent,
  newReplay,
  outcomeOf,
  type SuiteContext,
  settle,
} from "./fixtures.ts";

const DEAD: Next = { state: "dead", reason: "out of attempts" };

/** Replays: how they are kept, their steps, and what becomes of their deliveries. */
export function testReplays(context: SuiteContext): void {
  /** A replay that is kept. */
  async function keep(part: Partial<Replay> = {}): Promise<Replay> {
    const replay = newReplay(part);
    await context.store.createReplay(replay);
    return replay;
  }

  /** A delivery that has ended so. */
  async function commitEnded(next: Next = DEAD, subscription = "mail"): Promise<Delivery> {
    const { store } = context;
    const claimed = await commitRunning(store, { subscription });
    await settle(store, claimed, next);
    return deliveryNow(store, claimed.delivery);
  }

  const repeatOf = ({ id, eventId, subscription }: Delivery): ReplayedDelivery => ({
    id: newId("dlv"),
    eventId,
    subscription,
    replayOf: id,
    orderKey: null,
  });

  const backfillOf = (eventId: string, subscription: string): ReplayedDelivery => ({
    id: newId("dlv"),
    eventId,
    subscription,
    replayOf: null,
    orderKey: null,
  });

  /** A step from the beginning, unless `part` says otherwise. */
  function stepOf(
    deliveries: readonly ReplayedDelivery[],
    part: Partial<ReplayStep> = {},
  ): ReplayStep {
    const to = deliveries.at(-1)?.eventId ?? null;
    return { from: null, to, seen: deliveries.length, deliveries, done: false, ...part };
  }

  /** Makes these deliveries by a step of a replay of its own. */
  async function make(
    deliveries: readonly ReplayedDelivery[],
  ): Promise<{ replay: Replay; made: readonly Delivery[] }> {
    const { id } = await keep();
    const result = await context.store.stepReplay(id, stepOf(deliveries));
    if (result.outcome !== "written") throw new Error(`Cannot go on: ${result.outcome}`);
    return { replay: result.replay, made: result.deliveries };
  }

  const replayNow = async (id: string) =>
    (await context.store.replays()).find((replay) => replay.id === id);

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
  });

  test("stepReplay() makes the next generation of what it repeats, waiting and due", async () => {
    const { store } = context;
    const ended = [
      await commitEnded(),
      await commitEnded({ state: "delivered" }, "crm"),
      await commitEnded(),
    ];
    const { id, ...rest } = await keep({ cursor: "evt_1", seen: 4, made: 1 });
    const step = stepOf(ended.map(repeatOf), { from: "evt_1", seen: 9 });
    const before = store.now();
    const result = await store.stepReplay(id, step);
    expect(result).toEqual({
      outcome: "written",
      replay: { ...rest, id, cursor: step.to, seen: 13, made: 4 },
      deliveries: ended.map(({ id: replayOf, eventId, subscription }, n) => ({
        id: step.deliveries[n]?.id,
        eventId,
        subscription,
        generation: 2,
        replayOf,
        state: "waiting",
        nextAttemptAt: expect.any(Number),
        attempt: 0,
        attemptBase: 0,
        interruptions: 0,
        suspect: false,
        reason: "",
        attempts: [],
        order: null,
        replay: id,
      })),
    });
    if (result.outcome !== "written") return;
    expect(await store.replays()).toEqual([result.replay]);
    for (const made of result.deliveries) {
      expect(made.nextAttemptAt).toBeGreaterThanOrEqual(before);
      expect(await deliveryNow(store, made)).toEqual(made);
    }
    for (const one of ended) expect(await deliveryNow(store, one)).toEqual(one);
    const claimed = await claimDue(store, { slots: { mail: 9, crm: 9 } });
    expect(claimed.map(({ delivery }) => delivery.id).sort()).toEqual(
      step.deliveries.map((made) => made.id).sort(),
    );
  });

  test("stepReplay() of a backfill makes the first delivery of a subscription", async () => {
    const { store } = context;
    const [wanted, unhandled] = [newEvent(), newEvent()];
    await commit(store, [newCapture(wanted, ["mail"]), newCapture(unhandled, [])]);
    const { made } = await make([wanted, unhandled].map(({ id }) => backfillOf(id, "crm")));
    expect(made).toMatchObject([
      { eventId: wanted.id, subscription: "crm", generation: 1, replayOf: null },
      { eventId: unhandled.id, subscription: "crm", generation: 1, replayOf: null },
    ]);
    expect((await store.listEvents({ unhandled: true, limit: 10 })).events).toEqual([]);
    expect((await store.listEvents({ subscription: "crm", limit: 10 })).events).toHaveLength(2);
    expect(await claimDue(store, { slots: { crm: 9 } })).toMatchObject([
      { event: { id: wanted.id } },
      { event: { id: unhandled.id } },
    ]);
  });

  test("stepReplay() leaves out what it cannot make, and makes the rest", async () => {
    const { store } = context;
    const good = await commitEnded();
    const waiting = await commitRunning(store);
    await settle(store, waiting, { state: "waiting", nextAttemptAt: store.now() + 60_000 });
    const running = await commitRunning(store);
    const replaced = await commitEnded();
    const [latest] = (await make([repeatOf(replaced)])).made;
    if (!latest) throw new Error("Cannot go on: nothing was made");
    await store.cancelDelivery(latest.id, { reason: "" });
    const delivered = await commitEnded({ state: "delivered" });
    const { id } = await keep();
    const step = stepOf([
      repeatOf(waiting.delivery),
      repeatOf(running.delivery),
      repeatOf(replaced),
      repeatOf(latest),
      repeatOf(good),
      { ...repeatOf(delivered), eventId: newId("evt") },
      { ...repeatOf(delivered), replayOf: newId("dlv") },
      { ...repeatOf(delivered), subscription: "crm" },
      backfillOf(delivered.eventId, "mail"),
      backfillOf(newId("evt"), "mail"),
    ]);
    const result = await store.stepReplay(id, step);
    expect(result).toMatchObject({
      outcome: "written",
      replay: { seen: 10, made: 2 },
      deliveries: [
        { id: step.deliveries[3]?.id, generation: 3, replayOf: latest.id },
        { id: step.deliveries[4]?.id, generation: 2, replayOf: good.id },
      ],
    });
    expect((await store.getEvent(delivered.eventId))?.deliveries).toEqual([delivered]);
    expect((await store.getEvent(running.event.id))?.deliveries).toEqual([running.delivery]);
  });

  test("stepReplay() makes no second one in the same step, nor in the next", async () => {
    const { store } = context;
    const [dead, event] = [await commitEnded(), newEvent()];
    await commit(store, [newCapture(event, [])]);
    const { id } = await keep();
    const twice = () => [
      repeatOf(dead),
      repeatOf(dead),
      backfillOf(event.id, "crm"),
      backfillOf(event.id, "crm"),
    ];
    const first = await store.stepReplay(id, stepOf(twice(), { to: event.id }));
    expect(first).toMatchObject({
      outcome: "written",
      deliveries: [{ replayOf: dead.id }, { subscription: "crm" }],
    });
    const again = stepOf(twice(), { from: event.id, to: event.id });
    expect(await store.stepReplay(id, again)).toMatchObject({
      outcome: "written",
      replay: { made: 2, seen: 8 },
      deliveries: [],
    });
  });

  test("stepReplay() that does not begin at the cursor writes nothing", async () => {
    const { store } = context;
    const [first, second] = [await commitEnded(), await commitEnded()];
    const { id } = await keep();
    await store.stepReplay(id, stepOf([repeatOf(first)]));
    const replay = await replayNow(id);
    for (const from of [null, second.eventId]) {
      const step = stepOf([repeatOf(second)], { from, done: true });
      expect(await store.stepReplay(id, step)).toEqual({ outcome: "refused", replay });
    }
    expect(await replayNow(id)).toEqual(replay);
    expect((await store.getEvent(second.eventId))?.deliveries).toEqual([second]);
  });

  test("stepReplay() by many at once is taken once", async () => {
    const { store } = context;
    const dead = await commitEnded();
    const { id } = await keep();
    const results = await Promise.all(
      Array.from({ length: 6 }, () => store.stepReplay(id, stepOf([repeatOf(dead)]))),
    );
    expect(results.map(({ outcome }) => outcome).sort()).toEqual([
      ...Array(5).fill("refused"),
      "written",
    ]);
    expect((await store.getEvent(dead.eventId))?.deliveries).toHaveLength(2);
    expect(await replayNow(id)).toMatchObject({ seen: 1, made: 1 });
  });

  test("stepReplay() with nothing left ends the replay", async () => {
    const { store } = context;
    const { id } = await keep({ cursor: "evt_1" });
    const before = store.now();
    const step = stepOf([], { from: "evt_1", to: "evt_1", seen: 2, done: true });
    const result = await store.stepReplay(id, step);
    expect(result).toMatchObject({
      outcome: "written",
      replay: { state: "done", endedAt: expect.any(Number), cursor: "evt_1", seen: 2, made: 0 },
      deliveries: [],
    });
    const replay = await replayNow(id);
    expect(replay?.endedAt).toBeGreaterThanOrEqual(before);
    expect(await store.stepReplay(id, step)).toEqual({ outcome: "refused", replay });
  });

  test.each(["paused", "cancelled"] as const)(
    "stepReplay() refuses a step of a replay that is %s",
    async (state) => {
      const { store } = context;
      const dead = await commitEnded();
      const { id } = await keep();
      const replay = await store.setReplayState(id, state);
      expect(await store.stepReplay(id, stepOf([repeatOf(dead)]))).toEqual({
        outcome: "refused",
        replay,
      });
      expect((await store.getEvent(dead.eventId))?.deliveries).toEqual([dead]);
    },
  );

  test("stepReplay(), setReplayState() and replayBacklog() miss what is not there", async () => {
    const { store } = context;
    await keep();
    for (const id of [newId("rpl"), "nonsense", ""]) {
      expect(await store.stepReplay(id, stepOf([]))).toEqual({ outcome: "missing" });
      expect(await store.setReplayState(id, "paused")).toBeNull();
      expect(await store.replayBacklog(id, { limit: 5 })).toBe(0);
    }
  });

  test("setReplayState() pauses a replay and lets it go on where it was", async () => {
    const { store } = context;
    const dead = await commitEnded();
    const replay = await keep();
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
    const { replay, made } = await make([repeatOf(await commitEnded())]);
    await store.setReplayState(replay.id, "paused");
    for (const one of made) expect(await deliveryNow(store, one)).toEqual(one);
    expect(await claimDue(store)).toHaveLength(1);
  });

  test.each(["done", "cancelled"] as const)(
    "setReplayState() leaves a replay that is %s as it is",
    async (ended) => {
      const { store } = context;
      const { id } = await keep();
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
    const dead = [await commitEnded(), await commitEnded(), await commitEnded()];
    const { replay, made } = await make(dead.map(repeatOf));
    const [running, retried] = await claimDue(store, { limit: 2 });
    if (!running || !retried) throw new Error("Cannot go on: nothing was claimed");
    const dueAt = store.now() + 60_000;
    await settle(store, retried, { state: "waiting", nextAttemptAt: dueAt });
    const other = await make([repeatOf(await commitEnded())]);
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
    await make([{ ...backfillOf(event.id, "mail"), orderKey: "a" }]);
    const [result] = await commit(store, [newCapture(newEvent(), ["mail"], null, "a")]);
    expect(result?.deliveries).toMatchObject([{ nextAttemptAt: null, order: { position: 2 } }]);
    const [replay] = await store.replays();
    await store.setReplayState(replay?.id ?? "", "cancelled");
    expect(await claimDue(store)).toMatchObject([{ delivery: { order: { position: 2 } } }]);
  });

  test("replayBacklog() counts what waits for its first attempt, up to the limit", async () => {
    const { store } = context;
    const dead = [await commitEnded(), await commitEnded(), await commitEnded()];
    const { replay } = await make(dead.map(repeatOf));
    await make([repeatOf(await commitEnded())]);
    await commit(store, [newCapture(newEvent())]);
    const count = (limit = 10) => store.replayBacklog(replay.id, { limit });
    expect([await count(), await count(3), await count(2)]).toEqual([3, 3, 2]);
    const claimed = await claimDue(store, { slots: { mail: 3 } });
    const [retried] = claimed.filter(({ delivery }) => delivery.replay === replay.id);
    if (!retried) throw new Error("Cannot go on: nothing was claimed");
    await settle(store, retried, { state: "waiting", nextAttemptAt: store.now() });
    expect(await count()).toBe(1);
  });

  test("claimDue() claims live deliveries before those of replays, whichever is due first", async () => {
    const { store } = context;
    const { made } = await make([repeatOf(await commitEnded()), repeatOf(await commitEnded())]);
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
      const dead = [await commitEnded(), await commitEnded(), await commitEnded()];
      await make(dead.map(repeatOf));
      await commit(store, [newCapture(newEvent()), newCapture(newEvent())]);
      const slots = { mail: { deliveries, replayed, bytes: 2 ** 30 } };
      const claimed = await claimDue(store, { slots });
      const isLive = claimed.map(({ delivery }) => delivery.replay === null);
      expect(isLive).toEqual([...Array(live).fill(true), ...Array(repeated).fill(false)]);
    },
  );

  test("a delivery that a replay made stays its own over retries and interruptions", async () => {
    const { store } = context;
    const { replay, made } = await make([repeatOf(await commitEnded())]);
    const [claimed] = await claimDue(store);
    if (!claimed) throw new Error("Cannot go on: nothing was claimed");
    expect(claimed.delivery).toMatchObject({ id: made[0]?.id, replay: replay.id });
    await settle(store, claimed, DEAD);
    await store.retryDelivery(claimed.delivery.id);
    await commit(store, [newCapture(newEvent())]);
    const slots = { mail: { deliveries: 9, replayed: 0, bytes: 2 ** 30 } };
    expect(await claimDue(store, { slots })).toHaveLength(1);
    expect(await claimDue(store)).toMatchObject([{ delivery: { replay: replay.id, attempt: 1 } }]);
  });
}

/** How many replays are kept. Fills the store. */
export function testReplayBound(context: SuiteContext): void {
  test("createReplay() past the bound gives way to none that runs, and to the oldest that has ended", async () => {
    const { store } = context;
    const all = Array.from({ length: REPLAYS_KEPT_MAX }, () => newReplay());
    await Promise.all(all.map((replay) => store.createReplay(replay)));
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
    await expect(store.createReplay(newReplay())).rejects.toThrow(RangeError);
  });
}
