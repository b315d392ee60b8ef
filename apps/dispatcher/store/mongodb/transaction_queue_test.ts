import { expect, test } from "@jest/globals";
import { MongoClient, MongoNetworkError, MongoServerError } from "mongodb";
import { StoreUnavailableError } from "../contract/event_store.ts";
import { openStore, testOnMongo } from "../suite/mongodb_fixtures.ts";
import { TransactionQueue } from "./transaction_queue.ts";

/** A queue whose client is never used. */
function newQueue(): TransactionQueue {
  const client = new MongoClient("mongodb://127.0.0.1:1/");
  return new TransactionQueue({ client, random: () => 0 });
}

const never = new AbortController().signal;

test("TransactionQueue runs one after the other, in order", async () => {
  const queue = newQueue();
  const order: number[] = [];
  let inside = 0;
  const entered = [1, 2, 3].map((n) =>
    queue.enter(never, async () => {
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

test("TransactionQueue runs the next one after a failure", async () => {
  const queue = newQueue();
  const failed = queue.enter(never, () => Promise.reject(new Error("first")));
  const next = queue.enter(never, async () => "second");
  await expect(failed).rejects.toThrow("first");
  expect(await next).toBe("second");
});

test("TransactionQueue fails the calls queued behind one that found no server, not later ones", async () => {
  const queue = newQueue();
  const error = new MongoNetworkError("connection closed");
  const entered: string[] = [];
  const enter = (name: string) => queue.enter(never, async () => void entered.push(name));
  const first = queue.enter(never, () => Promise.reject(error));
  const queued = [enter("second"), enter("third")];
  for (const call of [first, ...queued]) await expect(call).rejects.toBe(error);
  await enter("later");
  expect(entered).toEqual(["later"]);
});

test("TransactionQueue does not run a call whose time is up", async () => {
  const queue = newQueue();
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<void>();
  const first = queue.enter(never, () => promise);
  let isIn = false;
  const late = queue.enter(controller.signal, async () => {
    isIn = true;
  });
  controller.abort(new StoreUnavailableError("Cannot wait: it took too long"));
  resolve();
  await first;
  await expect(late).rejects.toThrow("Cannot wait");
  expect(isIn).toBe(false);
});

testOnMongo(
  "TransactionQueue tries a transaction again that lost a conflict, and gives up in the end",
  async () => {
    const { db } = await openStore("one");
    const queue = new TransactionQueue({ client: db.client, random: () => 0 });
    const notes = db.collection<{ _id: string; n: number }>("notes");
    await notes.insertOne({ _id: "a", n: 0 });
    let tries = 0;
    const losing = (losses: number) =>
      queue.transaction(never, async (session) => {
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
    expect(tries).toBe(40);
    expect(await notes.findOne({ _id: "a" })).toMatchObject({ n: 143 });
    await queue.close();
  },
);

testOnMongo(
  "TransactionQueue writes nothing of a transaction that failed or was aborted",
  async () => {
    const { db } = await openStore("one");
    const queue = new TransactionQueue({ client: db.client, random: () => 0 });
    const notes = db.collection<{ _id: string }>("notes");
    await notes.insertOne({ _id: "first" });
    const { sessionId } = queue;
    const failed = queue.transaction(never, async (session) => {
      await notes.insertOne({ _id: "a" }, { session });
      await notes.insertOne({ _id: "first" }, { session });
    });
    await expect(failed).rejects.toMatchObject({ code: 11000 });
    // Others know the session, so a refusal must not replace it.
    expect(queue.sessionId).toEqual(sessionId);
    const aborted = queue.transaction(never, async (session) => {
      await notes.insertOne({ _id: "b" }, { session });
      await session.abortTransaction();
      return "aborted";
    });
    expect(await aborted).toBe("aborted");
    await queue.transaction(never, (session) => notes.insertOne({ _id: "c" }, { session }));
    const ids = (await notes.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
    expect(ids).toEqual(["c", "first"]);
    await queue.close();
  },
);

testOnMongo(
  "TransactionQueue calls the outcome unknown if its session was ended before the commit",
  async () => {
    const { db } = await openStore("one");
    const queue = new TransactionQueue({ client: db.client, random: () => 0 });
    const notes = db.collection<{ _id: string }>("notes");
    await notes.insertOne({ _id: "first" });
    let tries = 0;
    const ended = queue.transaction(never, async (session) => {
      tries += 1;
      await notes.insertOne({ _id: "a" }, { session });
      await db.admin().command({ killSessions: [session.id] });
    });
    await expect(ended).rejects.toThrow("Cannot write: whether MongoDB has committed is unknown");
    expect(tries).toBe(1);
    expect(await notes.countDocuments()).toBe(1);
    await queue.close();
  },
);
