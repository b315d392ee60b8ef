import { databaseUri, type MongoFault, startMongoProxy } from "@hookgate/testing";
import { afterEach, beforeEach, expect } from "@jest/globals";
import { StoreUnavailableError } from "../contract/event_store.ts";
import { commit, newCapture, newEvent, newSubscription } from "../suite/fixtures.ts";
import { newUri, openStore, testOnOwnMongo, testServer } from "../suite/mongodb_fixtures.ts";
import type { GateDocument } from "./collections.ts";
import type { MongoStore } from "./mongodb_store.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
  faults.clear();
});
afterEach(() => stack.disposeAsync());

/** What becomes of the next requests with these commands. */
const faults = new Map<string, MongoFault[]>();

/** A store behind a proxy that obeys {@linkcode faults}. */
async function openBehindProxy(): Promise<MongoStore> {
  const proxy = await startMongoProxy(testServer().uri, {
    decide: (command) => faults.get(command)?.shift() ?? "pass",
  });
  stack.use(proxy);
  const name = newUri().split("/").at(-1)?.split("?")[0] ?? "";
  return openStore("one", { uri: databaseUri(proxy.uri, name) });
}

testOnOwnMongo(
  "a commit that never reached the server, nor its repetition, holds up none after it",
  async () => {
    const store = await openBehindProxy();
    const capture = newCapture(newEvent({ providerEventId: "p1" }));
    faults.set("commitTransaction", ["drop", "drop"]);
    await expect(commit(store, [capture])).rejects.toThrow(StoreUnavailableError);
    // Without its end the transaction would hold this dispatcher's gate, and the key, for a minute.
    expect(await commit(store, [capture, newCapture(newEvent())])).toMatchObject([
      { duplicate: false },
      { duplicate: false },
    ]);
  },
);

testOnOwnMongo("a statement whose answer was lost is written by the next try", async () => {
  const store = await openBehindProxy();
  faults.set("insert", ["lose"]);
  expect(await commit(store, [newCapture(newEvent())])).toMatchObject([{ duplicate: false }]);
  expect((await store.listEvents({ limit: 10 })).events).toHaveLength(1);
});

testOnOwnMongo("a commit whose answer was lost is found by its repetition", async () => {
  const store = await openBehindProxy();
  faults.set("commitTransaction", ["lose"]);
  expect(await commit(store, [newCapture(newEvent())])).toMatchObject([{ duplicate: false }]);
  expect((await store.listEvents({ limit: 10 })).events).toHaveLength(1);
});

testOnOwnMongo(
  "a repeated change of the set waits for the commits that the first one did not wait for",
  async () => {
    const store = await openBehindProxy();
    const gates = store.db.collection<GateDocument>("gates");
    const barriers = async () => (await gates.findOne({ _id: "one" }))?.barriers;
    // The set is written, and then neither the writing to the gate nor its repetition arrives.
    faults.set("update", ["pass", "drop", "drop"]);
    const publish = () => store.publishSubscriptions([newSubscription("mail")]);
    await expect(publish()).rejects.toThrow(StoreUnavailableError);
    expect(await barriers()).toBe(0);
    expect(await publish()).toMatchObject({ revision: 1 });
    expect(await barriers()).toBe(1);
    await publish();
    expect(await barriers()).toBe(1);
  },
);
