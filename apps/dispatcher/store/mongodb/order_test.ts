import { type Delivery, newId } from "@hookgate/types";
import { expect } from "@jest/globals";
import type { Capture } from "../contract/captures.ts";
import type { Claim, ClaimedDelivery } from "../contract/deliveries.ts";
import {
  claimDue,
  commit,
  deliveryNow,
  newCapture,
  newClaim,
  newEvent,
  outcomeOf,
  settle,
  until,
} from "../suite/fixtures.ts";
import { newUri, openStore, testOnMongo } from "../suite/mongodb_fixtures.ts";
import type { OrderDocument } from "./collections.ts";
import type { MongoStore } from "./mongodb_store.ts";

const TEST_MS = 120_000;

async function openTwo(): Promise<[MongoStore, MongoStore]> {
  const uri = newUri();
  return [await openStore("one", { uri }), await openStore("two", { uri })];
}

/** A capture whose delivery has this order key. */
function ordered(orderKey: string | null, claim: Claim | null = null): Capture {
  const deliveries = [{ id: newId("dlv"), subscription: "mail", claim, orderKey }];
  return { ...newCapture(newEvent(), []), deliveries };
}

/** Documents that hold an order. */
function ordersOf(store: MongoStore) {
  return store.db.collection<OrderDocument>("orders");
}

testOnMongo(
  "a key that two stores commit and settle at once keeps its order, one delivery at a time",
  async () => {
    const stores = await openTwo();
    const [perStore, keys] = [12, ["a", "b", "c"]];
    const begun = new Map<string, Delivery[]>();
    let delivered = 0;
    const attempt = async (store: MongoStore, claimed: ClaimedDelivery) => {
      const { order, attempt: tries } = claimed.delivery;
      if (!order) throw new Error("Cannot happen");
      const before = begun.get(order.key) ?? [];
      begun.set(order.key, [...before, claimed.delivery]);
      const previous = before.findLast(({ id }) => id !== claimed.delivery.id);
      if (previous) expect((await deliveryNow(store, previous)).state).toBe("delivered");
      // Some fail first.
      const fails = tries === 0 && order.position % 4 === 0;
      if (fails) return settle(store, claimed, { state: "waiting", nextAttemptAt: store.now() });
      await settle(store, claimed, { state: "delivered" });
      delivered += 1;
    };
    const send = async (store: MongoStore, name: string) => {
      for (let n = 0; n < perStore; n += 1) {
        const claim = newClaim(name);
        const captures = keys.map((key) => ordered(key, n % 2 ? claim : null));
        const results = await commit(store, captures);
        const made = results.flatMap(({ deliveries }) => deliveries);
        for (const [index, delivery] of made.entries()) {
          const event = captures[index]?.event;
          if (event && delivery.state === "running") {
            await attempt(store, { delivery, event, claim });
          }
        }
      }
    };
    const work = async (store: MongoStore, name: string) => {
      await until(async () => {
        const claimed = await claimDue(store, { claim: newClaim(name) });
        for (const one of claimed) await attempt(store, one);
        return delivered === perStore * 2 * keys.length;
      });
    };
    await Promise.all([
      send(stores[0], "one"),
      send(stores[1], "two"),
      work(stores[0], "one"),
      work(stores[1], "two"),
    ]);
    const positions = Array.from({ length: perStore * 2 }, (_, n) => n + 1);
    const expected = positions.flatMap((position) =>
      position % 4 === 0 ? [position, position] : [position],
    );
    for (const key of keys) {
      expect(begun.get(key)?.map(({ order }) => order?.position)).toEqual(expected);
    }
    const orders = await ordersOf(stores[0]).find().toArray();
    expect(orders.map(({ last, open, kept }) => ({ last, open, kept }))).toEqual(
      Array(keys.length).fill({ last: perStore * 2, open: 0, kept: perStore * 2 }),
    );
  },
  TEST_MS,
);

testOnMongo("a commit without an order key neither waits for an order nor writes one", async () => {
  const [one, two] = await openTwo();
  await commit(one, [ordered("a")]);
  const session = two.db.client.startSession();
  session.startTransaction({ readConcern: { level: "snapshot" } });
  await ordersOf(two).updateMany({}, { $inc: { last: 0, open: 1 } }, { session });
  const results = await commit(one, [ordered(null)]);
  expect(results[0]?.deliveries).toMatchObject([{ state: "waiting", order: null }]);
  await session.abortTransaction();
  await session.endSession();
  expect(await ordersOf(one).countDocuments()).toBe(1);
});

testOnMongo("two stores that end and extend a key at once leave none held back", async () => {
  const [one, two] = await openTwo();
  for (let round = 0; round < 10; round += 1) {
    const claim = newClaim("one");
    const [first] = await commit(one, [ordered(`key ${round}`, claim)]);
    const delivery = first?.deliveries[0];
    if (!delivery) throw new Error("Cannot continue: nothing was stored");
    const [, [second]] = await Promise.all([
      one.settle([outcomeOf({ delivery, claim }, { state: "delivered" })]),
      commit(two, [ordered(`key ${round}`)]),
    ]);
    const follower = second?.deliveries[0];
    if (!follower) throw new Error("Cannot continue: nothing was stored");
    expect(follower.order?.position).toBe(2);
    expect(await deliveryNow(two, follower)).toMatchObject({
      state: "waiting",
      nextAttemptAt: expect.any(Number),
    });
  }
});

testOnMongo("pruneEvents() removes a key without deliveries, and no other", async () => {
  const [store] = await openTwo();
  const claim = newClaim("one");
  const results = await commit(store, [ordered("gone", claim), ordered("kept", claim)]);
  const [gone, kept] = results.flatMap(({ deliveries }) => deliveries);
  if (!gone || !kept) throw new Error("Cannot continue: nothing was stored");
  await settle(store, { delivery: gone, claim }, { state: "delivered" });
  const before = { deliveredBefore: Number.MAX_SAFE_INTEGER, deadBefore: 0 };
  expect(await store.pruneEvents({ ...before, cursor: null, limit: 10 })).toEqual({
    removed: 1,
    cursor: null,
  });
  const orders = await ordersOf(store).find().toArray();
  expect(orders).toEqual([{ _id: '["mail","kept"]', last: 1, open: 1, kept: 1 }]);
});
