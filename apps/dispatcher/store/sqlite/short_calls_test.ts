import { Worker } from "node:worker_threads";
import { temporaryDirectory } from "@hookgate/testing";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { commit, newCapture, newEvent, newQuarantined } from "../suite/fixtures.ts";
import { openSqliteStore, type SqliteStore } from "./sqlite_store.ts";
import type { Call } from "./wire.ts";

/** More than a few calls look at. */
const MANY = 600;

const log = { info() {}, warn() {}, error() {} };
const called: string[] = [];
let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
let store: SqliteStore;

beforeAll(async () => {
  folder = await temporaryDirectory();
  store = await openSqliteStore({
    dataDir: folder.path,
    dispatcherId: "one",
    log,
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
