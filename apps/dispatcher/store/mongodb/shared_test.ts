import { newId } from "@hookgate/types";
import { expect, jest } from "@jest/globals";
import type { ClientSession } from "mongodb";
import type { CaptureResult } from "../contract/captures.ts";
import type { ClaimedDelivery } from "../contract/deliveries.ts";
import { TooMuchAtOnceError } from "../contract/too_much_at_once.ts";
import {
  claimDue,
  commit,
  commitRunning,
  deliveryNow,
  newCapture,
  newClaim,
  newEvent,
  newSubscription,
  outcomeOf,
  until,
} from "../suite/fixtures.ts";
import { newUri, openStore, testOnMongo } from "../suite/mongodb_fixtures.ts";
import type {
  DeliveryDocument,
  DispatcherDocument,
  GateDocument,
  KeyDocument,
} from "./collections.ts";
import { keyIdsOf } from "./dedupe.ts";
import type { MongoStore } from "./mongodb_store.ts";

/** Several dispatchers on one database: what the suite, with one store, cannot test. */
const TEST_MS = 30_000;

async function openTwo(): Promise<[MongoStore, MongoStore]> {
  const uri = newUri();
  return [await openStore("one", { uri }), await openStore("two", { uri })];
}

/** A dispatcher that died in the middle of a transaction, whose locks the server keeps. */
async function dieInTransaction(
  store: MongoStore,
  write: (session: ClientSession) => Promise<unknown>,
): Promise<ClientSession> {
  const session = store.db.client.startSession();
  session.startTransaction({ readConcern: { level: "snapshot" } });
  await write(session);
  const sessions = session.id ? [session.id.id] : [];
  await store.db
    .collection<DispatcherDocument>("dispatchers")
    .insertOne({ _id: "died", at: 1, sessions });
  return session;
}

testOnMongo(
  "two stores claim nothing twice, and leave nothing",
  async () => {
    const stores = await openTwo();
    const captures = Array.from({ length: 120 }, () => newCapture(newEvent()));
    await commit(stores[0], captures);
    const found: string[] = [];
    const drain = async (store: MongoStore, name: string) => {
      await until(async () => {
        const claimed = await claimDue(store, { claim: newClaim(name), slots: { mail: 7 } });
        found.push(...claimed.map(({ delivery }) => delivery.id));
        return claimed.length === 0;
      });
    };
    await Promise.all([drain(stores[0], "one"), drain(stores[1], "two")]);
    const ids = captures.flatMap(({ deliveries }) => deliveries.map(({ id }) => id));
    expect(found.sort()).toEqual(ids.sort());
  },
  TEST_MS,
);

testOnMongo(
  "two stores that are sent the same event at once store it once",
  async () => {
    const stores = await openTwo();
    const commits = Array.from({ length: 24 }, (_, n) =>
      commit(stores[n % 2 ? 1 : 0], [
        newCapture(newEvent({ body: "same" })),
        newCapture(newEvent({ providerEventId: "p1", body: "same" })),
        newCapture(newEvent()),
      ]),
    );
    const results = await Promise.all(commits);
    for (const nth of [0, 1]) {
      const answers = results.flatMap((result) => result[nth] ?? []);
      expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
      expect(new Set(answers.map(({ eventId }) => eventId)).size).toBe(1);
    }
    expect(results.every((result) => result[2]?.duplicate === false)).toBe(true);
    expect((await stores[0].listEvents({ limit: 100 })).events).toHaveLength(26);
    expect((await stores[0].metrics({ windowMs: 600_000 })).received).toBe(26);
  },
  TEST_MS,
);

testOnMongo(
  "two stores that are sent one provider's id with different bodies at once flag all but one",
  async () => {
    const stores = await openTwo();
    const events = Array.from({ length: 10 }, (_, n) =>
      newEvent({ providerEventId: "p1", body: `${n}` }),
    );
    await Promise.all(events.map((event, n) => commit(stores[n % 2 ? 1 : 0], [newCapture(event)])));
    const stored = await Promise.all(events.map(({ id }) => stores[0].getEvent(id)));
    const flags = stored.flatMap((detail) => detail?.event.flags ?? []);
    expect(flags).toEqual(Array(9).fill("seen_before"));
  },
  TEST_MS,
);

testOnMongo("a store takes over from another, which is fenced off and keeps working", async () => {
  const [frozen, taker] = await openTwo();
  const claimed = await commitRunning(frozen, { claim: newClaim("one") });
  expect(await taker.takeOver({ dispatcherId: "two", staleMs: 60_000 })).toBe(0);
  await until(async () => (await taker.takeOver({ dispatcherId: "two", staleMs: 0 })) === 1);
  const [taken] = await claimDue(taker, { claim: newClaim("two") });
  expect(taken?.delivery).toMatchObject({ id: claimed.delivery.id, interruptions: 1 });
  if (!taken) return;
  // It is back, has not noticed, and writes its outcome.
  expect(await frozen.settle([outcomeOf(claimed, { state: "delivered" })])).toEqual([false]);
  expect(await taker.settle([outcomeOf(taken, { state: "delivered" })])).toEqual([true]);
  await frozen.heartbeat("one");
  const again = await commitRunning(frozen, { claim: newClaim("one") });
  expect(await taker.takeOver({ dispatcherId: "two", staleMs: 60_000 })).toBe(0);
  expect(await frozen.settle([outcomeOf(again, { state: "delivered" })])).toEqual([true]);
});

testOnMongo(
  "takeOver() and settle() at once: either the outcome stands or the delivery is taken",
  async () => {
    const [one, two] = await openTwo();
    for (let round = 0; round < 8; round += 1) {
      const claimed: ClaimedDelivery[] = [];
      for (let n = 0; n < 4; n += 1) {
        claimed.push(await commitRunning(one, { claim: newClaim("never seen") }));
      }
      const [written, taken] = await Promise.all([
        one.settle(claimed.map((each) => outcomeOf(each, { state: "delivered" }))),
        two.takeOver({ dispatcherId: "two", staleMs: 60_000 }),
      ]);
      const states = await Promise.all(claimed.map(({ delivery }) => deliveryNow(one, delivery)));
      expect(states.map(({ state }) => state)).toEqual(
        written.map((stood) => (stood ? "delivered" : "waiting")),
      );
      expect(taken).toBe(written.filter((stood) => !stood).length);
      await claimDue(one, { claim: newClaim("two") });
    }
  },
  TEST_MS,
);

testOnMongo(
  "takeOver() is not held up by the transaction in which the other one died",
  async () => {
    const [one, two] = await openTwo();
    const claim = newClaim("died");
    const claimed = [await commitRunning(one, { claim }), await commitRunning(one, { claim })];
    const [locked] = claimed;
    const deliveries = one.db.collection<DeliveryDocument>("deliveries");
    const session = await dieInTransaction(one, (inIt) =>
      deliveries.updateOne(
        { _id: locked?.delivery.id ?? "" },
        { $set: { state: "delivered" } },
        { session: inIt },
      ),
    );
    expect(await two.takeOver({ dispatcherId: "two", staleMs: 60_000 })).toBe(2);
    // What it had not committed is never written.
    await expect(session.commitTransaction()).rejects.toThrow();
    await session.endSession();
    for (const { delivery } of claimed) {
      expect(await deliveryNow(two, delivery)).toMatchObject({ state: "waiting" });
    }
  },
  TEST_MS,
);

testOnMongo(
  "commit() stores what shares no key with the transaction in which another dispatcher died",
  async () => {
    const [one] = await openTwo();
    const blocked = newCapture(newEvent({ providerEventId: "p1" }));
    const { first } = keyIdsOf(blocked.event);
    const keys = one.db.collection<KeyDocument>("keys");
    const key = { _id: first, event: newId("evt"), earlier: [], body: "" };
    const session = await dieInTransaction(one, (inIt) => keys.insertOne(key, { session: inIt }));
    const others = [newCapture(newEvent()), newCapture(newEvent())];
    const losing = jest.fn();
    const all = one.commit([blocked, ...others], { revision: 0, losing });
    await expect(all).rejects.toThrow(TooMuchAtOnceError);
    expect(losing).toHaveBeenCalledTimes(1);
    // Nothing of it was written, and a part without that key is.
    expect((await commit(one, others)).map(({ duplicate }) => duplicate)).toEqual([false, false]);
    await expect(commit(one, [blocked])).rejects.toThrow(TooMuchAtOnceError);
    await session.abortTransaction();
    await session.endSession();
    expect(await commit(one, [blocked])).toMatchObject([{ duplicate: false }]);
  },
  TEST_MS,
);

testOnMongo(
  "commit() refuses more deliveries than a transaction can hold, and stores their parts",
  async () => {
    const [one] = await openTwo();
    const names = Array.from({ length: 1_001 }, (_, n) => `mail ${n}`);
    const captures = [newCapture(newEvent(), names), newCapture(newEvent(), names)];
    const { revision } = await one.subscriptions();
    await expect(one.commit(captures, { revision })).rejects.toThrow(TooMuchAtOnceError);
    const [first] = captures;
    if (first) expect((await commit(one, [first]))[0]?.deliveries).toHaveLength(1_001);
  },
);

testOnMongo(
  "commits and outcomes of one hot order key do not lose to each other in one process",
  async () => {
    const uri = newUri();
    const separator = uri.includes("?") ? "&" : "?";
    const store = await openStore("one", { uri: `${uri}${separator}monitorCommands=true` });
    let lost = 0;
    store.db.client.on("commandFailed", ({ commandName }) => {
      if (commandName !== "killSessions") lost += 1;
    });
    store.db.client.on("commandStarted", ({ commandName }) => {
      if (commandName === "abortTransaction") lost += 1;
    });
    const commits = async () => {
      for (let n = 0; n < 20; n += 1) {
        await commit(store, [
          newCapture(newEvent(), ["mail"], null, "hot"),
          newCapture(newEvent()),
        ]);
      }
    };
    let settled = 0;
    const settles = async () => {
      while (settled < 20) {
        const claimed = await claimDue(store);
        const [ordered, plain] = [true, false].map((isOrdered) =>
          claimed.filter(({ delivery }) => (delivery.order !== null) === isOrdered),
        );
        await Promise.all(
          [ordered, plain].map((some = []) =>
            store.settle(some.map((one) => outcomeOf(one, { state: "delivered" }))),
          ),
        );
        settled += ordered?.length ?? 0;
      }
    };
    await Promise.all([commits(), settles()]);
    expect(lost).toBe(0);
  },
  TEST_MS,
);

testOnMongo(
  "publishSubscriptions() is not held up for long by the transaction in which another one died",
  async () => {
    const [one, two] = await openTwo();
    const gates = one.db.collection<GateDocument>("gates");
    const session = await dieInTransaction(one, (inIt) =>
      gates.updateOne({ _id: "one" }, { $inc: { commits: 1 } }, { session: inIt }),
    );
    expect(await two.publishSubscriptions([newSubscription("mail")])).toMatchObject({
      revision: 1,
    });
    await expect(session.commitTransaction()).rejects.toThrow();
    await session.endSession();
    expect(await one.commit([newCapture(newEvent())], { revision: 1 })).toHaveLength(1);
  },
  TEST_MS,
);

testOnMongo(
  "publishSubscriptions() resolves after every commit that was matched against the old set",
  async () => {
    const [one, two] = await openTwo();
    const rounds = 6;
    const landed: { revision: number; eventId: string }[] = [];
    let isOver = false;
    const commitOn = async (store: MongoStore) => {
      let { revision } = await store.subscriptions();
      while (!isOver) {
        const captures = [newCapture(newEvent(), [])];
        const results: CaptureResult[] | null = await store.commit(captures, { revision });
        for (const { eventId } of results ?? []) landed.push({ revision, eventId });
        if (!results) ({ revision } = await store.subscriptions());
      }
    };
    const seen = new Map<number, Set<string>>();
    const publish = async () => {
      for (let n = 1; n <= rounds; n += 1) {
        const count = landed.length;
        const { revision } = await two.publishSubscriptions([newSubscription(`mail${n}`)]);
        const { events } = await two.listEvents({ limit: 1_000 });
        seen.set(revision, new Set(events.map(({ event }) => event.id)));
        // Some commits against the new set, so that the next change meets them.
        await until(async () => landed.length > count + 4);
      }
      isOver = true;
    };
    await Promise.all([commitOn(one), commitOn(two), publish()]);
    for (let revision = 1; revision <= rounds; revision += 1) {
      const before = landed.filter((one) => one.revision < revision);
      const missing = before.filter(({ eventId }) => !seen.get(revision)?.has(eventId));
      expect(missing).toEqual([]);
    }
    expect(new Set(landed.map(({ revision }) => revision)).size).toBeGreaterThan(rounds - 1);
  },
  TEST_MS,
);

testOnMongo("openSubscription() by two stores at once makes one", async () => {
  const stores = await openTwo();
  for (let round = 1; round <= 5; round += 1) {
    const definitions = [1, 2].map((concurrency) =>
      newSubscription(`stream ${round}`, { target: { kind: "stream" }, concurrency }),
    );
    const opened = await Promise.all(
      definitions.map((definition, n) => stores[n ? 1 : 0].openSubscription(definition)),
    );
    expect(opened.filter(({ created }) => created)).toHaveLength(1);
    const [first, second] = opened;
    expect(first?.subscription).toEqual(second?.subscription);
    const set = await stores[1].subscriptions();
    expect(set.subscriptions).toHaveLength(round);
    expect(opened.map((one) => one.set.revision)).toEqual([set.revision, set.revision]);
  }
});

testOnMongo(
  "reclaim() leaves alone what is claimed while it runs",
  async () => {
    const [store] = await openTwo();
    const live = new Set<string>();
    const claimed: ClaimedDelivery[] = [];
    let isOver = false;
    const commitOn = async () => {
      for (let n = 0; n < 25; n += 1) {
        const claim = newClaim("one");
        live.add(claim.token);
        claimed.push(await commitRunning(store, { claim }));
      }
      isOver = true;
    };
    const reclaimOn = async () => {
      let reclaimed = 0;
      while (!isOver) {
        const liveTokens = new Set(live);
        reclaimed += await store.reclaim({ dispatcherId: "one", liveTokens });
      }
      return reclaimed;
    };
    const [, reclaimed] = await Promise.all([commitOn(), reclaimOn()]);
    expect(reclaimed).toBe(0);
    const outcomes = claimed.map((one) => outcomeOf(one, { state: "delivered" }));
    expect(await store.settle(outcomes)).toEqual(Array(25).fill(true));
  },
  TEST_MS,
);

testOnMongo("a store whose gate and heartbeat were removed keeps working", async () => {
  const [one, two] = await openTwo();
  await two.db.collection<GateDocument>("gates").deleteOne({ _id: "one" });
  await two.db.collection<DispatcherDocument>("dispatchers").deleteOne({ _id: "one" });
  expect(await one.commit([newCapture(newEvent())], { revision: 0 })).toHaveLength(1);
  await one.heartbeat("one");
  expect(await two.db.collection("gates").countDocuments()).toBe(2);
  expect(await two.db.collection("dispatchers").countDocuments()).toBe(2);
});

testOnMongo("queueState() remembers the last delivery of a removed dispatcher", async () => {
  const [one, two] = await openTwo();
  const claimed = await commitRunning(one, { claim: newClaim("one") });
  await one.settle([outcomeOf(claimed, { state: "delivered" })]);
  const { lastProcessedAt } = await two.queueState();
  expect(lastProcessedAt).toEqual(expect.any(Number));
  const dispatchers = two.db.collection<DispatcherDocument>("dispatchers");
  await dispatchers.updateOne({ _id: "one" }, { $set: { at: 1 } });
  await two.takeOver({ dispatcherId: "two", staleMs: 60_000 });
  expect(await dispatchers.findOne({ _id: "one" })).toBeNull();
  expect((await two.queueState()).lastProcessedAt).toBe(lastProcessedAt);
});

testOnMongo(
  "two stores that make the same data key at once have one, and what one deletes is gone for both",
  async () => {
    const stores = await openTwo();
    const name = { subject: "s", source: "academy", month: "2026-12" };
    const keys = Array.from({ length: 20 }, (_, index) => {
      return { ...name, id: `key ${index}`, madeAt: 1, wrapped: Buffer.alloc(60, index) };
    });
    const kept = await Promise.all(
      keys.map((key, index) => stores[index % 2 === 0 ? 0 : 1].keepDataKeys([key])),
    );
    const ids = new Set(kept.flat().map(({ id }) => id));
    expect(kept.flat()).toHaveLength(20);
    expect(ids.size).toBe(1);
    expect(await stores[0].eraseDataKeys({ subject: "s" })).toBe(1);
    expect(await stores[1].dataKeys([...ids])).toEqual([]);
  },
  TEST_MS,
);
