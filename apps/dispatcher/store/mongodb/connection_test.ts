import { startMongoServer } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { StoreUnavailableError } from "../contract/event_store.ts";
import {
  newUri,
  openStore,
  quietLog,
  testOnMongo,
  testOnOwnMongo,
} from "../suite/mongodb_fixtures.ts";
import { connectMongo, standaloneProblem } from "./connection.ts";
import { openMongoStore } from "./mongodb_store.ts";

test.each([
  [{ setName: "rs0", isWritablePrimary: true }],
  [{ setName: "rs0", isWritablePrimary: false, secondary: true }],
  [{ msg: "isdbgrid", isWritablePrimary: true }],
])("standaloneProblem() accepts %j", (hello) => {
  expect(standaloneProblem(hello)).toBeNull();
});

test.each([
  [{ isWritablePrimary: true }, "standalone server, which has no transactions", "--replSet rs0"],
  [{}, "standalone server", "--replSet rs0"],
  [
    { isWritablePrimary: false, isreplicaset: true },
    "has not initiated its replica set",
    "rs.initiate",
  ],
  [{ msg: "something else" }, "standalone server", "--replSet rs0"],
])("standaloneProblem() refuses %j with the reason and the cure", (hello, reason, cure) => {
  expect(standaloneProblem(hello)).toContain(reason);
  expect(standaloneProblem(hello)).toContain(cure);
});

testOnOwnMongo(
  "openMongoStore() refuses a standalone server",
  async () => {
    const server = await startMongoServer({ standalone: true });
    try {
      const store = openMongoStore({ uri: server.uri, dispatcherId: "one", log: quietLog });
      await expect(store).rejects.toThrow("Cannot open the store: MongoDB runs as a standalone");
      await expect(store).rejects.not.toThrow(StoreUnavailableError);
    } finally {
      await server.stop();
    }
  },
  30_000,
);

test.each([0, 1_500])(
  "connectMongo() fails without a server, after looking for it for %d ms",
  async (openMs) => {
    const connected = connectMongo("mongodb://127.0.0.1:1/", { callMs: 1_000, openMs });
    await expect(connected).rejects.toThrow(StoreUnavailableError);
    await expect(connected).rejects.toThrow("Cannot open the store: connect ECONNREFUSED");
  },
);

testOnOwnMongo(
  "connectMongo() waits for a server that starts late",
  async () => {
    const server = await startMongoServer();
    try {
      await server.kill();
      const connected = connectMongo(server.uri, { callMs: 5_000, openMs: 30_000 });
      await server.restart();
      const { client } = await connected;
      await client.close();
    } finally {
      await server.stop();
    }
  },
  60_000,
);

testOnMongo("openMongoStore() uses the database that the address names", async () => {
  const uri = newUri();
  const store = await openStore("one", { uri });
  expect(store.db.databaseName).toBe(new URL(uri.replace("mongodb:", "http:")).pathname.slice(1));
});

testOnMongo("openMongoStore() many times at once opens one empty store", async () => {
  const uri = newUri();
  const names = ["one", "two", "three", "four"];
  const stores = await Promise.all(names.map((name) => openStore(name, { uri })));
  for (const store of stores) {
    expect(await store.subscriptions()).toEqual({ revision: 0, subscriptions: [] });
  }
  expect(await stores[0]?.db.collection("schema").countDocuments()).toBe(1);
});
