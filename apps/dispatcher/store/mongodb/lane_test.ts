import { expect, test } from "@jest/globals";
import { MongoClient, MongoNetworkError, MongoServerError } from "mongodb";
import { StoreUnavailableError } from "../contract/event_store.ts";
import { openStore, testOnMongo } from "../suite/mongodb_fixtures.ts";
import { TransactionLane } from "./lane.ts";

/** A lane whose client is never used. */
function newLane(): TransactionLane {
  const client = new MongoClient("mongodb://127.0.0.1:1/");
  return new TransactionLane({ client, random: () => 0 });
}

const never = new AbortController().signal;

test("TransactionLane lets in one after the other, in order", async () => {
  const lane = newLane();
  const order: number[] = [];
  let inside = 0;
  const entered = [1, 2, 3].map((n) =>
    lane.enter(never, async () => {
      inside += 1;
      expect(inside).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(n);
      inside -= 1;
    }),
  );
  await Promise.all(entered);
  expect(order).toEqual([1, 2, 3]);
});

test("TransactionLane lets in the next one after a failure", async () => {
  const lane = newLane();
  const failed = lane.enter(never, () => Promise.reject(new Error("first")));
  const next = lane.enter(never, async () => "second");
  await expect(failed).rejects.toThrow("first");
  expect(await next).toBe("second");
});

test("TransactionLane fails those who queued behind a call that found no server, not later ones", async () => {
  const lane = newLane();
  const error = new MongoNetworkError("connection closed");
  const entered: string[] = [];
  const enter = (name: string) => lane.enter(never, async () => void entered.push(name));
  const first = lane.enter(never, () => Promise.reject(error));
  const queued = [enter("second"), enter("third")];
  for (const call of [first, ...queued]) await expect(call).rejects.toBe(error);
  await enter("later");
  expect(entered).toEqual(["later"]);
});

test("TransactionLane does not let in one whose time is up", async () => {
  const lane = newLane();
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<void>();
  const first = lane.enter(never, () => promise);
  let isIn = false;
  const late = lane.enter(controller.signal, async () => {
    isIn = true;
  });
  controller.abort(new StoreUnavailableError("Cannot wait: it took too long"));
  resolve();
  await first;
  await expect(late).rejects.toThrow("Cannot wait");
  expect(isIn).toBe(false);
});

testOnMongo(
  "TransactionLane tries again what lost against another, and gives up in the end",
  async () => {
    const { db } = await openStore("one");
    const lane = new TransactionLane({ client: db.client, random: () => 0 });
    const notes = db.collection<{ _id: string; n: number }>("notes");
    await notes.insertOne({ _id: "a", n: 0 });
    let tries = 0;
    const losing = (losses: number) =>
      lane.transaction(never, async (session) => {
        tries += 1;
        await notes.findOne({ _id: "a" }, { session });
        if (tries <= losses) await notes.updateOne({ _id: "a" }, { $inc: { n: 1 } });
        await notes.updateOne({ _id: "a" }, { $inc: { n: 100 } }, { session });
        return tries;
      });
    expect(await losing(3)).toBe(4);
    expect(await notes.findOne({ _id: "a" })).toMatchObject({ n: 103 });
    tries = 0;
    await expect(losing(1_000)).rejects.toThrow(MongoServerError);
    expect(tries).toBe(12);
    expect(await notes.findOne({ _id: "a" })).toMatchObject({ n: 115 });
    await lane.close();
  },
);

testOnMongo(
  "TransactionLane writes nothing of a transaction that failed or was aborted",
  async () => {
    const { db } = await openStore("one");
    const lane = new TransactionLane({ client: db.client, random: () => 0 });
    const notes = db.collection<{ _id: string }>("notes");
    await notes.insertOne({ _id: "first" });
    const { sessionId } = lane;
    const failed = lane.transaction(never, async (session) => {
      await notes.insertOne({ _id: "a" }, { session });
      await notes.insertOne({ _id: "first" }, { session });
    });
    await expect(failed).rejects.toMatchObject({ code: 11000 });
    // Others know the session, so a refusal is no reason for another one.
    expect(lane.sessionId).toEqual(sessionId);
    const aborted = lane.transaction(never, async (session) => {
      await notes.insertOne({ _id: "b" }, { session });
      await session.abortTransaction();
      return "aborted";
    });
    expect(await aborted).toBe("aborted");
    await lane.transaction(never, (session) => notes.insertOne({ _id: "c" }, { session }));
    const ids = (await notes.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
    expect(ids).toEqual(["c", "first"]);
    await lane.close();
  },
);

testOnMongo(
  "TransactionLane calls the outcome unknown where its session was ended before the commit",
  async () => {
    const { db } = await openStore("one");
    const lane = new TransactionLane({ client: db.client, random: () => 0 });
    const notes = db.collection<{ _id: string }>("notes");
    await notes.insertOne({ _id: "first" });
    let tries = 0;
    const ended = lane.transaction(never, async (session) => {
      tries += 1;
      await notes.insertOne({ _id: "a" }, { session });
      await db.admin().command({ killSessions: [session.id] });
    });
    await expect(ended).rejects.toThrow("Cannot write: whether MongoDB has committed is unknown");
    expect(tries).toBe(1);
    expect(await notes.countDocuments()).toBe(1);
    await lane.close();
  },
);
