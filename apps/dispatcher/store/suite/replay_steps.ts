import { newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import {
  backfillOf,
  claimDue,
  commit,
  commitEnded,
  commitRunning,
  deliveryNow,
  keepReplay,
  makeReplayed,
  newCapture,
  newEvent,
  repeatOf,
  replayNow,
  type SuiteContext,
  settle,
  stepOf,
} from "./fixtures.ts";

/** `stepReplay`: what a step makes, what it leaves out, and who may take it. */
export function testReplaySteps(context: SuiteContext): void {
  test("stepReplay() makes the next generation of what it repeats, waiting and due", async () => {
    const { store } = context;
    const ended = [
      await commitEnded(store),
      await commitEnded(store, { state: "delivered" }, "crm"),
      await commitEnded(store),
    ];
    const cursor = newId("evt");
    const { id, ...rest } = await keepReplay(store, { cursor, seen: 4, made: 1 });
    const step = stepOf(ended.map(repeatOf), { from: cursor, seen: 9 });
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
        failure: null,
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
    const { made } = await makeReplayed(
      store,
      [wanted, unhandled].map(({ id }) => backfillOf(id, "crm")),
    );
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
    const good = await commitEnded(store);
    const waiting = await commitRunning(store);
    await settle(store, waiting, { state: "waiting", nextAttemptAt: store.now() + 60_000 });
    const running = await commitRunning(store);
    const replaced = await commitEnded(store);
    const [latest] = (await makeReplayed(store, [repeatOf(replaced)])).made;
    if (!latest) throw new Error("Cannot continue the test: nothing was made");
    await store.cancelDelivery(latest.id, { reason: "" });
    const delivered = await commitEnded(store, { state: "delivered" });
    const { id } = await keepReplay(store);
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
    const [dead, event] = [await commitEnded(store), newEvent()];
    await commit(store, [newCapture(event, [])]);
    const { id } = await keepReplay(store);
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
    const [first, second] = [await commitEnded(store), await commitEnded(store)];
    const { id } = await keepReplay(store);
    await store.stepReplay(id, stepOf([repeatOf(first)]));
    const replay = await replayNow(store, id);
    for (const from of [null, second.eventId]) {
      const step = stepOf([repeatOf(second)], { from, done: true });
      expect(await store.stepReplay(id, step)).toEqual({ outcome: "refused", replay });
    }
    expect(await replayNow(store, id)).toEqual(replay);
    expect((await store.getEvent(second.eventId))?.deliveries).toEqual([second]);
  });

  test("stepReplay() by many at once is taken once", async () => {
    const { store } = context;
    const dead = await commitEnded(store);
    const { id } = await keepReplay(store);
    const results = await Promise.all(
      Array.from({ length: 6 }, () => store.stepReplay(id, stepOf([repeatOf(dead)]))),
    );
    expect(results.map(({ outcome }) => outcome).sort()).toEqual([
      ...Array(5).fill("refused"),
      "written",
    ]);
    expect((await store.getEvent(dead.eventId))?.deliveries).toHaveLength(2);
    expect(await replayNow(store, id)).toMatchObject({ seen: 1, made: 1 });
  });

  test("stepReplay() with nothing left ends the replay", async () => {
    const { store } = context;
    const cursor = newId("evt");
    const { id } = await keepReplay(store, { cursor });
    const before = store.now();
    const step = stepOf([], { from: cursor, to: cursor, seen: 2, done: true });
    const result = await store.stepReplay(id, step);
    expect(result).toMatchObject({
      outcome: "written",
      replay: { state: "done", endedAt: expect.any(Number), cursor, seen: 2, made: 0 },
      deliveries: [],
    });
    const replay = await replayNow(store, id);
    expect(replay?.endedAt).toBeGreaterThanOrEqual(before);
    expect(await store.stepReplay(id, step)).toEqual({ outcome: "refused", replay });
  });

  test.each(["paused", "cancelled"] as const)(
    "stepReplay() refuses a step of a replay that is %s",
    async (state) => {
      const { store } = context;
      const dead = await commitEnded(store);
      const { id } = await keepReplay(store);
      const replay = await store.setReplayState(id, state);
      expect(await store.stepReplay(id, stepOf([repeatOf(dead)]))).toEqual({
        outcome: "refused",
        replay,
      });
      expect((await store.getEvent(dead.eventId))?.deliveries).toEqual([dead]);
    },
  );
}
