import { newId } from "@hookgate/types";
import { expect } from "@jest/globals";
import type { Document } from "mongodb";
import {
  claimDue,
  commitRunning,
  newCapture,
  newClaim,
  newEvent,
  newSubscription,
  settle,
} from "../suite/fixtures.ts";
import { newUri, openStore, testOnMongo } from "../suite/mongodb_fixtures.ts";
import { INDEXES } from "./collections.ts";
import type { MongoStore } from "./mongodb_store.ts";

type Documents = { _id: string } & Document;

/** Indexes of version 1 that later versions do not use. */
const OLD_INDEXES = {
  events: [
    { name: "by_source", key: { source: 1, _id: -1, type: 1 } },
    { name: "by_type", key: { type: 1, _id: -1, source: 1 } },
    {
      name: "unhandled",
      key: { unhandled: 1, _id: -1, source: 1, type: 1 },
      partialFilterExpression: { unhandled: true },
    },
  ],
  deliveries: [
    {
      name: "due",
      key: { subscription: 1, nextAttemptAt: 1, _id: 1 },
      partialFilterExpression: { state: "waiting" },
    },
    { name: "by_state", key: { state: 1, eventId: -1 } },
  ],
} as const;

/** Names of the existing indexes. */
async function indexesOf(store: MongoStore, collection: string): Promise<string[]> {
  const names = (await store.db.collection(collection).indexes()).map(({ name }) => name ?? "");
  return names.filter((name) => name !== "_id_").sort();
}

/** Turns a store into one of version 1: its indexes, and documents without later fields. */
async function leaveAtVersion1(store: MongoStore): Promise<void> {
  const { db } = store;
  for (const [name, indexes] of Object.entries(OLD_INDEXES)) {
    await db.collection(name).dropIndexes();
    await db.collection(name).createIndexes([...indexes]);
  }
  await db.collection("events").updateMany({}, { $unset: { skipped: "" } });
  await leaveAtVersion2(store);
  await db
    .collection<Documents>("deliveries")
    .updateMany({}, { $unset: { order: "", replay: "", "attempts.0.response": "" } });
  const subscriptions = db.collection<Documents>("subscriptions");
  const found = await subscriptions.findOne({ _id: "current" });
  const old = found?.["subscriptions"].map(({ definition, paused }: Document) => {
    const { sources, where, orderBy, backlog, ...rest } = definition;
    return { definition: rest, paused: paused ? "removed" : null };
  });
  await subscriptions.updateOne({ _id: "current" }, { $set: { subscriptions: old } });
  await db.collection<Documents>("schema").updateOne({ _id: "current" }, { $set: { version: 1 } });
}

/** Turns a store into one of version 2: events have their keys themselves, and a flag has another name. */
async function leaveAtVersion2({ db }: MongoStore): Promise<void> {
  await db.collection("keys").drop();
  const events = db.collection<Documents>("events");
  for (const { _id } of await events.find({}, { projection: { _id: 1 } }).toArray()) {
    await events.updateOne({ _id }, { $set: { dedupe: [`${_id} 1`, `${_id} 2`] } });
  }
  await events.updateMany({ flags: "seen_before" }, { $set: { "flags.$": "key_reused" } });
  const unique = { name: "dedupe", key: { dedupe: 1 }, unique: true };
  await events.createIndexes([unique]);
  await db.collection<Documents>("schema").updateOne({ _id: "current" }, { $set: { version: 2 } });
}

testOnMongo(
  "openMongoStore() knows the events that version 2 stored, once for all that open it",
  async () => {
    const uri = newUri();
    const before = await openStore("before", { uri });
    const part = { providerEventId: "p1", body: "a" };
    const [first, reused, byBody] = [
      newEvent(part),
      newEvent({ ...part, body: "b" }),
      newEvent({ body: "c" }),
    ];
    const all = [first, reused, byBody];
    await before.commit(
      all.map((event) => newCapture(event)),
      { revision: 0 },
    );
    await leaveAtVersion2(before);
    expect((await before.getEvent(reused.id))?.event.flags).toEqual([]);

    const stores = await Promise.all(["one", "two"].map((name) => openStore(name, { uri })));
    const [one] = stores;
    if (!one) return;
    expect(await indexesOf(one, "events")).not.toContain("dedupe");
    expect((await one.getEvent(reused.id))?.event.flags).toEqual(["seen_before"]);
    const again = [...all, newEvent({ ...part, body: "d", dedupe: "id" })];
    const captures = again.map((event) => newCapture({ ...event, id: newId("evt") }));
    for (const store of stores) {
      expect(await store.commit(captures, { revision: 0 })).toMatchObject(
        [first, reused, byBody, first].map(({ id }) => ({ eventId: id, duplicate: true })),
      );
    }
    // What is new is stored, although it has no keys of its own.
    const more = [newCapture(newEvent()), newCapture(newEvent())];
    expect(await one.commit(more, { revision: 0 })).toMatchObject([
      { duplicate: false },
      { duplicate: false },
    ]);
  },
);

testOnMongo("openMongoStore() migrates from version 1, once for all that open it", async () => {
  const uri = newUri();
  const before = await openStore("before", { uri });
  const definitions = [newSubscription("crm"), newSubscription("mail")];
  await before.publishSubscriptions(definitions);
  const { revision } = await before.publishSubscriptions(definitions.slice(1));
  const claimed = await commitRunning(before, { claim: newClaim("before") });
  await settle(before, claimed, { state: "waiting", nextAttemptAt: before.now() });
  const [held] = (await before.commit([newCapture(newEvent())], { revision })) ?? [];
  await leaveAtVersion1(before);

  const [one, two] = await Promise.all(["one", "two"].map((name) => openStore(name, { uri })));
  if (!one || !two) return;
  for (const name of ["events", "deliveries"] as const) {
    const wanted = INDEXES[name]?.map((index) => index.name ?? "").sort();
    expect(await indexesOf(one, name)).toEqual(wanted);
  }
  const schema = one.db.collection<Documents>("schema");
  expect(await schema.findOne({ _id: "current" })).toEqual({ _id: "current", version: 8 });
  const added = { sources: ["*"], where: [], orderBy: null };
  expect(await two.subscriptions()).toMatchObject({
    revision,
    subscriptions: [
      {
        definition: { name: "crm", ...added, backlog: { deliveriesMax: expect.any(Number) } },
        origin: "configuration",
        paused: { by: "configuration", reason: "", at: expect.any(Number) },
      },
      { definition: { name: "mail", ...added }, origin: "configuration", paused: null },
    ],
  });
  expect(await one.getEvent(claimed.event.id)).toMatchObject({
    deliveries: [{ order: null, replay: null, attempts: [{ number: 1, response: null }] }],
    skipped: [],
  });
  expect(await one.nextDueAt(["mail"])).toEqual(expect.any(Number));
  const due = await claimDue(two, { claim: newClaim("two") });
  expect(due.map(({ delivery }) => delivery.id).sort()).toEqual(
    [claimed.delivery.id, held?.deliveries[0]?.id].sort(),
  );
  // Opened again it stays as it is, and a removed subscription comes back as before.
  const three = await openStore("three", { uri });
  expect(await three.subscriptions()).toEqual(await two.subscriptions());
  const set = await three.publishSubscriptions(definitions);
  expect(set.subscriptions).toMatchObject([{ paused: null }, { paused: null }]);
});

testOnMongo("openMongoStore() refuses a store made by a newer program", async () => {
  const uri = newUri();
  const store = await openStore("one", { uri });
  await store.db
    .collection<Documents>("schema")
    .updateOne({ _id: "current" }, { $inc: { version: 1 } });
  await expect(openStore("two", { uri })).rejects.toThrow(
    /has schema version (\d+), this program knows \d+; start a newer one$/,
  );
});
