import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Log } from "@hookgate/telemetry";
import { databaseUri, startMongoProxy, startMongoServer } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { BSON } from "mongodb";
import { StoreUnavailableError } from "../contract/event_store.ts";
import { newCapture, newEvent } from "../suite/fixtures.ts";
import {
  newUri,
  openStore,
  quietLog,
  testOnMongo,
  testOnOwnMongo,
  testServer,
} from "../suite/mongodb_fixtures.ts";
import { collectionsOf } from "./collections.ts";
import { connectMongo, serverProblem } from "./connection.ts";
import { openMongoStore } from "./mongodb_store.ts";

test.each([
  [{ setName: "rs0", isWritablePrimary: true }],
  [{ setName: "rs0", isWritablePrimary: false, secondary: true }],
  [{ msg: "isdbgrid", isWritablePrimary: true }],
])("serverProblem() accepts %j", (hello) => {
  expect(serverProblem(hello)).toBeNull();
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
])("serverProblem() refuses %j with the reason and the cure", (hello, reason, cure) => {
  expect(serverProblem(hello)).toContain(reason);
  expect(serverProblem(hello)).toContain(cure);
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
    const connected = connectMongo("mongodb://127.0.0.1:1/", {
      callMs: 1_000,
      openMs,
      log: quietLog,
    });
    await expect(connected).rejects.toThrow(StoreUnavailableError);
    await expect(connected).rejects.toThrow(
      "Cannot open the store: no server of MONGODB_URI answers: connect ECONNREFUSED",
    );
  },
);

test.each<[string, (socket: Socket) => void, string, string]>([
  [
    "speaks HTTP",
    (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"),
    "",
    "it is no MongoDB, or wants TLS: correct the address, or add tls=true",
  ],
  [
    "hangs up",
    (socket) => socket.destroy(),
    "",
    "it is no MongoDB, or wants TLS: correct the address, or add tls=true",
  ],
  [
    "has no TLS",
    (socket) => socket.once("data", () => socket.destroy()),
    "?tls=true",
    "it is no MongoDB, or has no TLS: correct the address, or take tls=true out",
  ],
  [
    "is silent",
    () => {},
    "?serverSelectionTimeoutMS=60000",
    "see that the address is right, and that no firewall is in between",
  ],
])(
  "connectMongo() says in seconds what to do about a server that %s",
  async (_what, serve, query, advice) => {
    const server = createServer((socket) => serve(socket.on("error", () => {})));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const uri = `mongodb://127.0.0.1:${port}/${query}`;
    const startedAt = performance.now();
    try {
      const connected = connectMongo(uri, { callMs: 1_000, openMs: 0, log: quietLog });
      await expect(connected).rejects.toThrow(StoreUnavailableError);
      await expect(connected).rejects.toThrow(
        new RegExp(`^Cannot open the store: no server of MONGODB_URI answers: .*; ${advice}$`),
      );
      expect(performance.now() - startedAt).toBeLessThan(10_000);
    } finally {
      server.close();
    }
  },
);

test.each([
  ["mongodb://nowhere.invalid/", StoreUnavailableError, "the name has no address"],
  ["mongodb+srv://nowhere.invalid/", StoreUnavailableError, "the name has no address"],
  ["mongodb://127.0.0.1:1/a.b", Error, "MONGODB_URI cannot be used: Database names cannot"],
])("connectMongo() says in one sentence what is wrong with %s", async (uri, type, said) => {
  const connected = connectMongo(uri, { callMs: 1_000, openMs: 0, log: quietLog });
  await expect(connected).rejects.toThrow(type);
  await expect(connected).rejects.toThrow(new RegExp(`^Cannot open the store: .*${said}`));
});

testOnMongo("connectMongo() names the user that MongoDB refuses, and no password", async () => {
  const uri = newUri().replace("mongodb://", "mongodb://somebody:hunter2@");
  const connected = connectMongo(uri, { callMs: 1_000, log: quietLog });
  const said: Error = await connected.then(
    () => new Error("it was let in"),
    (error) => error,
  );
  expect(said.message).toMatch(
    /^Cannot open the store: MongoDB refuses the user of MONGODB_URI .*: correct user, password and authSource=$/,
  );
});

testOnMongo(
  "connectMongo() ends in seconds if the server goes away meanwhile",
  async () => {
    for (const last of ["find", "create", "createIndexes", "update"]) {
      let isGone = false;
      await using proxy = await startMongoProxy(testServer().uri, {
        decide(command) {
          isGone ||= command === last;
          return isGone ? "drop" : "pass";
        },
      });
      const { pathname } = new URL(newUri().replace("mongodb:", "http:"));
      const uri = databaseUri(proxy.uri, pathname.slice(1));
      const connected = connectMongo(uri, { callMs: 1_000, log: quietLog });
      await expect(connected).rejects.toThrow(/^Cannot open the store: /);
    }
  },
  30_000,
);

testOnOwnMongo(
  "connectMongo() says that the servers are of another replica set",
  async () => {
    const server = await startMongoServer();
    try {
      const uri = new URL(server.uri);
      uri.searchParams.set("replicaSet", "another");
      uri.searchParams.set("serverSelectionTimeoutMS", "500");
      const connected = connectMongo(uri.href, { callMs: 1_000, openMs: 0, log: quietLog });
      await expect(connected).rejects.toThrow(
        'Cannot open the store: no server of MONGODB_URI belongs to the replica set "another": ',
      );
    } finally {
      await server.stop();
    }
  },
  60_000,
);

testOnOwnMongo(
  "connectMongo() waits for a server that starts late",
  async () => {
    const server = await startMongoServer();
    try {
      await server.kill();
      const connected = connectMongo(server.uri, { callMs: 5_000, openMs: 30_000, log: quietLog });
      await server.restart();
      const { client } = await connected;
      await client.close();
    } finally {
      await server.stop();
    }
  },
  60_000,
);

test("connectMongo() refuses a server that the driver does not know any more", async () => {
  await using server = await startOldServer();
  const connected = connectMongo(server.uri, { callMs: 1_000, log: quietLog });
  await expect(connected).rejects.toThrow(
    /^Cannot open the store: the version of MongoDB is not supported: .* \(MongoDB 4\.4\)$/,
  );
  await expect(connected).rejects.not.toThrow(StoreUnavailableError);
});

test("connectMongo() refuses an address that weakens the promises, before it connects", async () => {
  const uri = "mongodb://127.0.0.1:1/?journal=false";
  const connected = connectMongo(uri, { callMs: 1_000, log: quietLog });
  await expect(connected).rejects.toThrow("Cannot open the store: MONGODB_URI sets journal=false");
});

testOnMongo(
  "openMongoStore() waits for an index however long it takes, and says which, and again that it still waits",
  async () => {
    const before = await openStore("one");
    await before.commit([newCapture(newEvent())], { revision: 0 });
    await before.db.collection("events").dropIndex("of_type");
    const name = before.db.databaseName;
    const building = Promise.withResolvers<"pass">();
    await using proxy = await startMongoProxy(testServer().uri, {
      decide: (command) => (command === "createIndexes" ? building.promise : "pass"),
    });
    const lines: [object, string][] = [];
    const log = {
      info: (facts: object, line: string) => void lines.push([facts, line]),
      // Longer than the socket of a call may be silent.
      warn(_: object, line: string) {
        if (lines.length > 0) building.resolve("pass");
        warnings.add(line);
      },
    };
    const warnings = new Set<string>();
    const uri = databaseUri(proxy.uri, name);
    const { client } = await connectMongo(uri, { callMs: 200, log: log as unknown as Log });
    await client.close();
    const facts = { collection: "events", indexes: ["of_type"], documents: 1 };
    expect(lines).toEqual([
      [facts, "building indexes, the start waits for them"],
      [facts, "indexes built"],
    ]);
    expect([...warnings]).toEqual([
      "MongoDB is not done with what opens the store, the start waits",
    ]);
  },
);

testOnMongo("openMongoStore() makes every collection, so that no transaction has to", async () => {
  const store = await openStore("one");
  const names = (await store.db.listCollections().toArray()).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(Object.keys(collectionsOf(store.db))));
});

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

/** A server that answers `hello` as MongoDB 4.2 did, and nothing else. */
async function startOldServer(): Promise<AsyncDisposable & { uri: string }> {
  const hello = { ok: 1, ismaster: true, setName: "rs0", minWireVersion: 0, maxWireVersion: 8 };
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (request) => {
      const host = `127.0.0.1:${socket.localPort}`;
      const document = BSON.serialize({ ...hello, hosts: [host], me: host, primary: host });
      // A reply of the older form, which answers the first message of a connection.
      const head = Buffer.alloc(36);
      head.writeInt32LE(head.length + document.length, 0);
      head.writeInt32LE(request.readInt32LE(4), 8);
      head.writeInt32LE(1, 12);
      head.writeInt32LE(1, 32);
      socket.write(Buffer.concat([head, document]));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("Cannot start: no port");
  return {
    uri: `mongodb://127.0.0.1:${address.port}/`,
    async [Symbol.asyncDispose]() {
      server.close();
    },
  };
}
