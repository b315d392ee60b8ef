import { Worker } from "node:worker_threads";
import { temporaryDirectory } from "@hookgate/testing";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  commit,
  newCapture,
  newEvent,
  newQuarantined,
  newSubscription,
} from "../suite/fixtures.ts";
import { openSqliteStore, type SqliteStore } from "./sqlite_store.ts";
import type { Call } from "./wire.ts";

const MINUTE = 60_000;

/** More than a few calls look at. */
const MANY = 600;

const log = { info() {}, warn() {}, error() {} };
const called: string[] = [];
let passedMs = 0;
let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
let store: SqliteStore;

beforeAll(async () => {
  folder = await temporaryDirectory();
  store = await openSqliteStore({
    dataDir: folder.path,
    dispatcherId: "one",
    log,
    clocks: {
      wall: () => Date.now() + passedMs,
      monotonic: () => performance.now() + passedMs,
    },
    spawn(url, options) {
      const worker = new Worker(url, options);
      const post = worker.postMessage.bind(worker);
      worker.postMessage = (message: Call, transfer) => {
        called.push(message.operation);
        post(message, transfer as ArrayBuffer[]);
      };
      return worker;
    },
  });
  await commit(
    store,
    Array.from({ length: MANY }, () => newCapture(newEvent(), [])),
  );
  await store.quarantine(Array.from({ length: MANY }, () => newQuarantined()));
});

afterAll(async () => {
  await store.close();
  await folder[Symbol.asyncDispose]();
});

test.each<[string, () => Promise<{ found: number; cursor: string | null }>]>([
  [
    "listEvents",
    async () => {
      const { events, cursor } = await store.listEvents({ limit: 1_000 });
      return { found: events.length, cursor };
    },
  ],
  [
    "listQuarantine",
    async () => {
      const { requests, cursor } = await store.listQuarantine({ limit: 1_000 });
      return { found: requests.length, cursor };
    },
  ],
])(
  "a large page of %s takes several calls, and a commit does not wait for all of them",
  async (name, list) => {
    called.length = 0;
    const ended: string[] = [];
    const page = list();
    const written = commit(store, [newCapture(newEvent(), [])]);
    void page.then(() => ended.push(name));
    void written.then(() => ended.push("commit"));
    await written;
    expect(await page).toEqual({ found: expect.any(Number), cursor: null });
    expect((await page).found).toBeGreaterThanOrEqual(MANY);
    expect(ended).toEqual(["commit", name]);
    expect(called.filter((operation) => operation === name)).toHaveLength(5);
  },
);

test("a page that finds nothing ends after a few calls, and says where to go on", async () => {
  called.length = 0;
  const more = Array.from({ length: 2 * MANY }, () => newCapture(newEvent(), []));
  await commit(store, more);
  const page = await store.listEvents({ limit: 10, unhandled: true, type: "nothing" });
  expect(page.events).toEqual([]);
  expect(called.filter((operation) => operation === "listEvents").length).toBeLessThanOrEqual(8);
  expect(page.cursor).not.toBeNull();
});

test("a long window of counts is added up in several calls, each step once", async () => {
  const types = Array.from({ length: 300 }, (_, index) => `made.up.${index}`);
  passedMs += MINUTE - (store.now() % MINUTE);
  const from = store.now() - (store.now() % MINUTE);
  for (let minute = 0; minute < 4; minute += 1) {
    await commit(
      store,
      types.map((type) => newCapture(newEvent({ type }), [])),
    );
    passedMs += MINUTE;
  }
  called.length = 0;
  const window = { level: "minute", from, to: from + 10 * MINUTE, of: "events" } as const;
  const inOne = await store.readBuckets({ ...window, stepMs: 10 * MINUTE, by: "source" });
  expect(inOne.map(({ at, counts }) => [at, counts.received])).toEqual([[from, 4 * 300]]);
  expect(called.length).toBeGreaterThanOrEqual(3);
  const byType = { stepMs: 2 * MINUTE, by: "type", subscription: "" } as const;
  const parts = await store.readBuckets({ ...window, ...byType });
  expect(parts).toHaveLength(2 * 300);
  expect(new Set(parts.map(({ counts }) => counts.received))).toEqual(new Set([2]));
  called.length = 0;
  expect((await store.metrics({ windowMs: 5 * MINUTE })).received).toBe(4 * 300);
});

test("a long backlog is counted in several calls, up to its bound", async () => {
  const captures = Array.from({ length: 5_100 }, () =>
    newCapture(newEvent({ body: "12" }), ["crm"]),
  );
  const events = captures.map(({ event, ...rest }, index) => ({
    ...rest,
    event: { ...event, dedupe: "none" as const, providerEventId: `${index}` },
  }));
  await commit(store, events);
  called.length = 0;
  const all = await store.backlog("crm", { deliveriesMax: 1_000_000 });
  expect(all).toMatchObject({ deliveries: 5_100, bytes: 2 * 5_100 });
  expect(called).toEqual(["backlog", "backlog"]);
  expect((await store.backlog("crm", { deliveriesMax: 5_050 })).deliveries).toBe(5_050);
  expect((await store.backlog("crm", { deliveriesMax: 5_000 })).deliveries).toBe(5_000);
});

test("a deletion cancels few of what waits in one call", async () => {
  const tail = newSubscription("tail", { target: { kind: "stream" } });
  await store.openSubscription(tail);
  await commit(
    store,
    Array.from({ length: 300 }, () => newCapture(newEvent(), ["tail"])),
  );
  await store.deleteSubscription("tail", { reason: "" });
  const steps = [];
  for (let step = await store.stepDeletion("tail"); !step.deleted; ) {
    steps.push(step.cancelled);
    step = await store.stepDeletion("tail");
  }
  expect(Math.max(...steps)).toBeLessThanOrEqual(128);
  expect(steps.reduce((sum, cancelled) => sum + cancelled)).toBe(300);
});
