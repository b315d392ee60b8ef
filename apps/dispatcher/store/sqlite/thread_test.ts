import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import {
  DiskReserveError,
  type EventStore,
  StoreUnavailableError,
} from "../contract/event_store.ts";
import {
  commit,
  commitRunning,
  deliveryNow,
  newCapture,
  newEvent,
  outcomeOf,
  until,
} from "../suite/fixtures.ts";
import { openSqliteStore, type SqliteStoreOptions } from "./sqlite_store.ts";
import { SqliteThread, type StoreThread } from "./thread.ts";
import type { FromWorker } from "./wire.ts";

const log = { info() {}, warn() {}, error() {} };

let dataDir: string;
let workers: Worker[];
let options: SqliteStoreOptions;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "hookgate-thread-"));
  workers = [];
  const spawn: SqliteStoreOptions["spawn"] = (url, workerOptions) => {
    const worker = new Worker(url, workerOptions);
    workers.push(worker);
    return worker;
  };
  options = { dataDir, dispatcherId: "dispatcher-1", log, spawn };
});

afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

/** Whether the store answers. */
async function answers(store: EventStore): Promise<boolean> {
  try {
    await store.heartbeat("me");
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(StoreUnavailableError);
    return false;
  }
}

test("a thread that dies fails calls under way as unavailable, and is started again", async () => {
  const store = await openSqliteStore(options);
  const kept = await commitRunning(store);
  const event = newEvent();
  const underWay = store
    .commit([newCapture(event)], { revision: 0 })
    .catch((error: unknown) => error);
  const died = workers[0]?.terminate();
  // The contract allows both: stored or unavailable.
  const outcome = await underWay;
  const unavailable = outcome instanceof StoreUnavailableError;
  expect(unavailable || Array.isArray(outcome)).toBe(true);
  await died;
  await expect(store.heartbeat("me")).rejects.toThrow(StoreUnavailableError);
  await until(() => answers(store));
  expect(workers).toHaveLength(2);
  if (!unavailable) expect(await store.getEvent(event.id)).not.toBeNull();

  // What ran is this dispatcher's own, and its claim holds.
  expect(await deliveryNow(store, kept.delivery)).toMatchObject({
    state: "running",
    interruptions: 0,
  });
  expect(await store.settle([outcomeOf(kept, { state: "delivered" })])).toEqual([true]);
  await store.close();
});

test("a thread that dies again and again is started again each time", async () => {
  const store = await openSqliteStore(options);
  for (let deaths = 1; deaths <= 3; deaths += 1) {
    await workers.at(-1)?.terminate();
    await until(() => answers(store));
    expect(workers).toHaveLength(deaths + 1);
  }
  await store.close();
});

test("close() while the thread is dead leaves nothing behind", async () => {
  const store = await openSqliteStore(options);
  await workers[0]?.terminate();
  await store.close();
  await expect(store.heartbeat("me")).rejects.toThrow(
    "Cannot write a heartbeat: the store is closed",
  );
  const again = await openSqliteStore(options);
  await again.close();
  expect(workers).toHaveLength(2);
});

test("close() while the thread is being started again waits for it", async () => {
  const store = await openSqliteStore(options);
  await workers[0]?.terminate();
  await until(async () => workers.length === 2);
  await store.close();
  const again = await openSqliteStore(options);
  await again.close();
});

test("openSqliteStore() returns to the queue what an earlier owner left running, and keeps the rest", async () => {
  const first = await openSqliteStore(options);
  const ran = await commitRunning(first);
  const done = await commitRunning(first);
  await first.settle([outcomeOf(done, { state: "delivered" })]);
  await first.heartbeat("dispatcher-1");
  await first.close();

  const before = Date.now();
  const second = await openSqliteStore(options);
  const found = await deliveryNow(second, ran.delivery);
  expect(found).toEqual({
    ...ran.delivery,
    state: "waiting",
    nextAttemptAt: expect.any(Number),
    interruptions: 1,
  });
  expect(found.nextAttemptAt).toBeGreaterThanOrEqual(before);
  expect((await deliveryNow(second, done.delivery)).state).toBe("delivered");
  expect(await second.settle([outcomeOf(ran, { state: "delivered" })])).toEqual([false]);
  await second.close();
});

test("openSqliteStore() refuses a second owner in the same process", async () => {
  const store = await openSqliteStore(options);
  await expect(openSqliteStore(options)).rejects.toThrow("is in use by another dispatcher");
  await commit(store, [newCapture(newEvent())]);
  await store.close();
});

test("commit() refuses a malformed id before anything is stored", async () => {
  const store = await openSqliteStore(options);
  const good = newCapture(newEvent());
  const bad = newCapture(newEvent({ id: "evt_1" }));
  await expect(store.commit([good, bad], { revision: 0 })).rejects.toThrow(
    'Cannot store "evt_1": an id is evt_ and 32 hexadecimal digits',
  );
  expect(await store.getEvent(good.event.id)).toBeNull();
  await store.close();
});

test("calls past the bound are refused at once, the others answered", async () => {
  const store = await openSqliteStore(options);
  const beats = Array.from({ length: 10_050 }, () =>
    store.nextDueAt(["mail"]).then(
      () => "answered",
      (error: unknown) => (error instanceof StoreUnavailableError ? "refused" : "wrong"),
    ),
  );
  const outcomes = await Promise.all(beats);
  expect(outcomes.filter((outcome) => outcome === "answered")).toHaveLength(10_000);
  expect(outcomes.filter((outcome) => outcome === "refused")).toHaveLength(50);
  await store.close();
});

test("a commit that was refused because of the disk's reserve rejects as such", async () => {
  let tell: (message: FromWorker) => void = () => {};
  const spawn = (): StoreThread => ({
    on(event: string, listener: (message: never) => void) {
      if (event === "message") tell = listener as typeof tell;
    },
    postMessage(message) {
      if (message === "close") return;
      const error = new Error("the disk is below its reserve");
      const reply = { number: message.number, unavailable: "disk_reserve" as const, error };
      queueMicrotask(() => tell({ kind: "replies", replies: [reply] }));
    },
  });
  const thread = new SqliteThread({ file: "none", now: Date.now, steps: () => 0, log, spawn });
  const started = thread.start();
  tell({ kind: "opened", takenOver: 0 });
  await started;
  const refused = thread.call("diskHasRoom", []);
  await expect(refused).rejects.toThrow(DiskReserveError);
  await expect(refused).rejects.toThrow("the disk is below its reserve");
});
