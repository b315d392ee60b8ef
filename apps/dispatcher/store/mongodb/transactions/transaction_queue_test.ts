import { expect, test } from "@jest/globals";
import { type ClientSession, MongoClient, MongoNetworkError } from "mongodb";
import { StoreUnavailableError } from "../../contract/event_store.ts";
import { TooMuchAtOnceError } from "../../contract/too_much_at_once.ts";
import { openStore, quietLog, testOnMongo } from "../../suite/mongodb_fixtures.ts";
import { TransactionQueue } from "./transaction_queue.ts";

/** A queue whose client is never used. */
function newQueue(): TransactionQueue {
  const client = new MongoClient("mongodb://127.0.0.1:1/");
  return new TransactionQueue({ client, random: () => 0, log: quietLog });
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

/** A queue on a store's connection, and a collection to write to. */
async function newRig() {
  const { db } = await openStore("one");
  const queue = new TransactionQueue({ client: db.client, random: () => 0, log: quietLog });
  const notes = db.collection<{ _id: string; n: number }>("notes");
  await notes.insertOne({ _id: "first", n: 0 });
  const ids = async () => (await notes.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
  return { db, queue, notes, ids };
}

testOnMongo(
  "TransactionQueue tries a transaction again that lost a conflict, and gives up in the end",
  async () => {
    const { queue, notes } = await newRig();
    let tries = 0;
    const losing = (losses: number) =>
      queue.run(never, async (session) => {
        tries += 1;
        await notes.findOne({ _id: "first" }, { session });
        if (tries <= losses) await notes.updateOne({ _id: "first" }, { $inc: { n: 1 } });
        await notes.updateOne({ _id: "first" }, { $inc: { n: 100 } }, { session });
        return tries;
      });
    expect(await losing(3)).toBe(4);
    expect(await notes.findOne({ _id: "first" })).toMatchObject({ n: 103 });
    tries = 0;
    await expect(losing(1_000)).rejects.toThrow(TooMuchAtOnceError);
    expect(tries).toBe(40);
    expect(await notes.findOne({ _id: "first" })).toMatchObject({ n: 143 });
    await queue.close();
  },
);

testOnMongo("TransactionQueue lets others have their turn before it tries again", async () => {
  const { queue, notes, ids } = await newRig();
  let tries = 0;
  const losing = queue.insist(never, async () => {
    tries += 1;
    return (await ids()).includes("other") ? "won" : "changed";
  });
  await queue.run(never, (session) => notes.insertOne({ _id: "other", n: 0 }, { session }));
  expect(await losing).toBe("won");
  expect(tries).toBeGreaterThan(1);
  await queue.close();
});

test("TransactionQueue waits for what is not visible to a majority yet", async () => {
  const client = new MongoClient("mongodb://127.0.0.1:1/");
  const queue = new TransactionQueue({ client, random: () => 1, log: quietLog });
  const LAG_MS = 300;
  const begun = performance.now();
  const tries: number[] = [];
  const attempt = async () => {
    tries.push(performance.now());
    return performance.now() - begun > LAG_MS ? "visible" : "changed";
  };
  expect(await queue.insist(never, attempt, { triesMax: 9 })).toBe("visible");
  expect(tries.length).toBeGreaterThan(2);
});

testOnMongo(
  "TransactionQueue writes nothing of a transaction that failed or was aborted",
  async () => {
    const { queue, notes, ids } = await newRig();
    const { sessionIds } = queue;
    const failed = queue.transaction(async (session) => {
      await notes.insertOne({ _id: "a", n: 0 }, { session });
      await notes.insertOne({ _id: "first", n: 0 }, { session });
    });
    await expect(failed).rejects.toMatchObject({ code: 11000 });
    // Others know the session, so a refusal must not replace it.
    expect(queue.sessionIds).toEqual(sessionIds);
    const aborted = queue.transaction(async (session) => {
      await notes.insertOne({ _id: "b", n: 0 }, { session });
      await session.abortTransaction();
      return "aborted";
    });
    expect(await aborted).toBe("aborted");
    await queue.transaction((session) => notes.insertOne({ _id: "c", n: 0 }, { session }));
    expect(await ids()).toEqual(["c", "first"]);
    await queue.close();
  },
);

testOnMongo(
  "TransactionQueue tries again if the server answers the commit that it wrote nothing",
  async () => {
    const { db, queue, notes, ids } = await newRig();
    let tries = 0;
    await queue.run(never, async (session) => {
      tries += 1;
      await notes.insertOne({ _id: "a", n: 0 }, { session });
      if (tries === 1) await db.admin().command({ killSessions: [session.id] });
    });
    expect(tries).toBe(2);
    expect(await ids()).toEqual(["a", "first"]);
    await queue.close();
  },
);

testOnMongo(
  "TransactionQueue ends its own transaction whose commit was lost before it begins the next",
  async () => {
    const { queue, notes } = await newRig();
    const insert = (session: ClientSession) =>
      notes.updateOne({ _id: "first" }, { $inc: { n: 1 } }, { session });
    const lost = queue.run(never, async (session) => {
      await insert(session);
      // Neither the commit nor its retry reaches the server, which keeps the transaction and its locks.
      session.commitTransaction = () => Promise.reject(new MongoNetworkError("connection closed"));
      session.endSession = async () => {};
    });
    await expect(lost).rejects.toThrow("whether MongoDB has committed is unknown");
    const [orphan] = queue.sessionIds;
    expect(queue.sessionIds).toHaveLength(2);
    await queue.transaction(insert);
    expect(queue.sessionIds).not.toContainEqual(orphan);
    expect(await notes.findOne({ _id: "first" })).toMatchObject({ n: 1 });
    await queue.close();
  },
);
