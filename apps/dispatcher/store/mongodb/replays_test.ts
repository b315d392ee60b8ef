import { type Delivery, newId, type Replay } from "@hookgate/types";
import { expect } from "@jest/globals";
import type { ReplayStep } from "../contract/replays.ts";
import {
  commit,
  commitRunning,
  newCapture,
  newClaim,
  newEvent,
  newReplay,
  serve,
  settle,
} from "../suite/fixtures.ts";
import { newUri, openStore, testOnMongo } from "../suite/mongodb_fixtures.ts";
import type { MongoStore } from "./mongodb_store.ts";

const TEST_MS = 60_000;

async function openTwo(): Promise<[MongoStore, MongoStore]> {
  const uri = newUri();
  return [await openStore("one", { uri }), await openStore("two", { uri })];
}

/** A running replay. */
async function beginReplay(store: MongoStore): Promise<Replay> {
  const replay = newReplay();
  await serve(store);
  await store.createReplay(replay);
  return replay;
}

/** A dead delivery. */
async function commitDead(store: MongoStore): Promise<Delivery> {
  const claimed = await commitRunning(store, { claim: newClaim("one") });
  await settle(store, claimed, { state: "dead", reason: "out of attempts" });
  return claimed.delivery;
}

/** A step that repeats these deliveries. */
function stepOf(from: string | null, repeated: readonly Delivery[]): ReplayStep {
  const deliveries = repeated.map(({ id, eventId, subscription }) => ({
    id: newId("dlv"),
    eventId,
    subscription,
    replayOf: id,
    orderKey: null,
  }));
  const to = repeated.at(-1)?.eventId ?? from;
  return { from, to, seen: repeated.length, deliveries, done: false };
}

/** Generations of an event's deliveries, in order. */
async function generationsOf(store: MongoStore, { eventId }: Delivery): Promise<number[]> {
  const detail = await store.getEvent(eventId);
  return (detail?.deliveries ?? []).map(({ generation }) => generation).sort();
}

testOnMongo(
  "a step that two stores take at once is written once",
  async () => {
    const stores = await openTwo();
    const { id } = await beginReplay(stores[0]);
    let from: string | null = null;
    for (let round = 1; round <= 8; round += 1) {
      const dead = [await commitDead(stores[0]), await commitDead(stores[1])];
      const current: string | null = from;
      const taken = await Promise.all(
        stores.map((store) => store.stepReplay(id, stepOf(current, dead))),
      );
      expect(taken.map(({ outcome }) => outcome).sort()).toEqual(["refused", "written"]);
      expect(taken).toMatchObject(Array(2).fill({ replay: { made: round * 2, seen: round * 2 } }));
      for (const one of dead) expect(await generationsOf(stores[0], one)).toEqual([1, 2]);
      from = dead.at(-1)?.eventId ?? null;
    }
  },
  TEST_MS,
);

testOnMongo(
  "of repeating, retrying and removing a dead delivery at once, one wins",
  async () => {
    const [one, two] = await openTwo();
    const { id } = await beginReplay(one);
    let from: string | null = null;
    for (let round = 0; round < 12; round += 1) {
      const dead = await commitDead(one);
      const before = { deliveredBefore: 0, deadBefore: Number.MAX_SAFE_INTEGER };
      const [step, revived, pruned] = await Promise.all([
        one.stepReplay(id, stepOf(from, [dead])),
        two.retryDelivery(dead.id),
        two.pruneEvents({ ...before, cursor: null, limit: 1_000 }),
      ]);
      if (step.outcome !== "written") throw new Error(`Cannot continue: ${step.outcome}`);
      from = dead.eventId;
      const detail = await one.getEvent(dead.eventId);
      const states = (detail?.deliveries ?? []).map(({ state }) => state);
      const made = step.deliveries.length;
      const isDue = revived.outcome === "due";
      // Either removed, and the others do not find it; or stored, as the others have left it.
      if (!detail) {
        expect({ pruned: pruned.removed, made, isDue }).toEqual({
          pruned: 1,
          made: 0,
          isDue: false,
        });
        expect(await one.getDelivery(dead.id)).toBeNull();
      } else {
        expect(states).toHaveLength(1 + made);
        expect(states).toContain("waiting");
        expect(states[0]).toBe(isDue ? "waiting" : "dead");
      }
      // Out of the way of the next round.
      for (const { id: left } of detail?.deliveries ?? []) {
        await one.cancelDelivery(left, { reason: "" });
      }
      await two.pruneEvents({ ...before, cursor: null, limit: 1_000 });
    }
  },
  TEST_MS,
);

testOnMongo(
  "an event that is backfilled and removed at once is stored with its new delivery, or gone",
  async () => {
    const [one, two] = await openTwo();
    const { id } = await beginReplay(one);
    let from: string | null = null;
    for (let round = 0; round < 12; round += 1) {
      const event = newEvent();
      await commit(one, [newCapture(event, [])]);
      const delivery = {
        id: newId("dlv"),
        eventId: event.id,
        subscription: "late",
        replayOf: null,
        orderKey: null,
      };
      const before = { deliveredBefore: Number.MAX_SAFE_INTEGER, deadBefore: 0 };
      const step: ReplayStep = { from, to: event.id, seen: 1, deliveries: [delivery], done: false };
      const [taken, pruned] = await Promise.all([
        one.stepReplay(id, step),
        two.pruneEvents({ ...before, cursor: null, limit: 1_000 }),
      ]);
      if (taken.outcome !== "written") throw new Error(`Cannot continue: ${taken.outcome}`);
      from = event.id;
      expect(pruned.removed).toBe(1 - taken.deliveries.length);
      const stored = await one.getDelivery(delivery.id);
      expect(stored === null).toBe(taken.deliveries.length === 0);
      expect((await one.getEvent(event.id)) === null).toBe(stored === null);
      if (stored) await one.cancelDelivery(delivery.id, { reason: "" });
      await two.pruneEvents({ ...before, cursor: null, limit: 1_000 });
    }
  },
  TEST_MS,
);

testOnMongo("a replay that is cancelled during a step leaves no delivery waiting", async () => {
  const [one, two] = await openTwo();
  for (let round = 0; round < 8; round += 1) {
    const { id } = await beginReplay(one);
    const dead = [await commitDead(one), await commitDead(one)];
    const [step, replay] = await Promise.all([
      one.stepReplay(id, stepOf(null, dead)),
      two.setReplayState(id, "cancelled"),
    ]);
    expect(replay).toMatchObject({ state: "cancelled", endedAt: expect.any(Number) });
    expect(["written", "refused"]).toContain(step.outcome);
    expect(await one.replayBacklog(id, { limit: 10 })).toBe(0);
    expect(await one.backlog("mail", { deliveriesMax: 10 })).toMatchObject({ deliveries: 0 });
  }
});
