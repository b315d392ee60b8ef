import { randomUUID } from "node:crypto";
import { databaseUri, type MongoServer, startMongoServerOrSkip } from "@hookgate/testing";
import { afterAll, afterEach, test } from "@jest/globals";
import {
  type MongoStore,
  type OpenMongoStoreOptions,
  openMongoStore,
} from "../mongodb/mongodb_store.ts";

/** A log that nobody reads. */
export const quietLog = { info() {}, warn() {}, error() {} };

/** The server of this test file; null if there is none. */
const started = await startMongoServerOrSkip();

/** Databases that this test file has made. */
const databases: string[] = [];

const opened: MongoStore[] = [];

afterEach(async () => {
  // One that outlived its test would hold up the end of the file.
  await Promise.all(opened.splice(0).map((store) => store.close()));
});

afterAll(async () => {
  if (started?.kind === "external") await dropDatabases(started);
  await started?.stop();
});

/** The server of this test file. */
export function testServer(): MongoServer {
  if (!started) throw new Error("Cannot use the server: there is none");
  return started;
}

/** For tests that need a server. */
export const testOnMongo = started ? test : test.skip;

/** For tests that kill it: not one that is not ours. */
export const testOnOwnMongo = started && started.kind !== "external" ? test : test.skip;

/** Address of a new database. */
export function newUri(): string {
  const database = `hookgate_test_${randomUUID()}`;
  databases.push(database);
  return databaseUri(testServer().uri, database);
}

/** Opens a store that is closed after the test. */
export async function openStore(
  dispatcherId: string,
  options: Partial<OpenMongoStoreOptions> = {},
): Promise<MongoStore> {
  const store = await openMongoStore({ uri: newUri(), dispatcherId, log: quietLog, ...options });
  opened.push(store);
  return store;
}

async function dropDatabases(server: MongoServer): Promise<void> {
  for (const database of databases) {
    const uri = databaseUri(server.uri, database);
    const store = await openMongoStore({ uri, dispatcherId: "broom", log: quietLog });
    await store.db.dropDatabase();
    await store.close();
  }
}
