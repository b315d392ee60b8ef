import { randomUUID } from "node:crypto";
import { databaseUri, type MongoServer, startMongoServerOrSkip } from "@hookgate/testing";
import { afterAll, afterEach, test } from "@jest/globals";
import { MongoClient } from "mongodb";
import {
  type MongoStore,
  type OpenMongoStoreOptions,
  openMongoStore,
} from "../mongodb/mongodb_store.ts";

/** A log that nobody reads. */
export const quietLog = { info() {}, warn() {}, error() {} };

/** The server of this test file; null if there is none. */
const started = await startMongoServerOrSkip();

/** How long removing a file's databases may take, in milliseconds. */
const END_MS_MAX = 120_000;

/** Addresses of the databases that this test file has made. */
const uris = new Set<string>();

const opened: MongoStore[] = [];

afterEach(async () => {
  // One that outlived its test would hold up the end of the file.
  await Promise.all(opened.splice(0).map((store) => store.close()));
});

// Not after each test: a server that removes a database holds up the transactions of test files that run beside, for more than
// the ten seconds that a call may take.
afterAll(async () => {
  if (started?.kind === "external") await dropDatabases();
  await started?.stop();
}, END_MS_MAX);

/** The server of this test file. */
export function testServer(): MongoServer {
  if (!started) throw new Error("Cannot use the server: there is none");
  return started;
}

/** For tests that need a server. */
export const testOnMongo = started ? test : test.skip;

/** For tests that kill it, or put a proxy in front of it: not one that is not ours. */
export const testOnOwnMongo = started && started.kind !== "external" ? test : test.skip;

/** Address of a new database. */
export function newUri(): string {
  const uri = databaseUri(testServer().uri, `hookgate_test_${randomUUID()}`);
  uris.add(uri);
  return uri;
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

/** More documents than this are not removed one by one. */
const EMPTIED_MAX = 500;

/** Removes everything from a database's collections, and keeps them and their indexes; false if that would take long. */
export async function emptyDatabase(uri: string): Promise<boolean> {
  await using client = new MongoClient(uri);
  const collections = await client.db().collections();
  const counts = await Promise.all(collections.map((one) => one.estimatedDocumentCount()));
  if (counts.reduce((sum, count) => sum + count, 0) > EMPTIED_MAX) return false;
  const kept = collections.filter((_, at) => counts[at] !== 0);
  await Promise.all(kept.map((one) => one.deleteMany({})));
  return true;
}

async function dropDatabases(): Promise<void> {
  for (const uri of uris) {
    const client = new MongoClient(uri);
    await client.db().dropDatabase();
    await client.close();
  }
}
