import { type Db, type Document, MongoClient, MongoServerSelectionError } from "mongodb";
import { type Collections, collectionsOf } from "./collections.ts";
import { prepareSchema } from "./schema.ts";
import { unavailable } from "./transactions/calls.ts";

/** How long a call looks for a server that accepts writes, in milliseconds, before it fails. */
const SERVER_SELECTION_MS = 800;

/** How often the driver checks a server, and how long it waits for a connection, in milliseconds. */
const HEARTBEAT_MS = 500;
const CONNECT_MS_MAX = 1_000;

/** Connections to one server. */
const CONNECTIONS_MAX = 50;

/** The database if the address names none. */
const DATABASE = "hookgate";

/** Options for {@linkcode connectMongo}. */
export interface ConnectMongoOptions {
  /** How long one call may take, in milliseconds. Connections that stay silent for longer are closed. */
  callMs: number;
  /** How long to look for a server at start, in milliseconds: it may start later than we do. @default {5_000} */
  openMs?: number;
}

/**
 * Connects to the database that `uri` names and makes sure that it can hold the store: on a replica set, no newer than
 * this program, with all indexes.
 *
 * @throws {StoreUnavailableError} if no server answers.
 * @throws {Error} if the server is no replica set, or a newer program made the database.
 */
export async function connectMongo(
  uri: string,
  { callMs, openMs = 5_000 }: ConnectMongoOptions,
): Promise<{ client: MongoClient; db: Db; collections: Collections }> {
  const client = new MongoClient(uri, {
    appName: "hookgate",
    readPreference: "primary",
    readConcern: { level: "majority" },
    writeConcern: { w: "majority", journal: true, wtimeoutMS: callMs },
    promoteBuffers: true,
    ignoreUndefined: true,
    serverSelectionTimeoutMS: SERVER_SELECTION_MS,
    heartbeatFrequencyMS: HEARTBEAT_MS,
    connectTimeoutMS: CONNECT_MS_MAX,
    socketTimeoutMS: callMs * 2,
    waitQueueTimeoutMS: callMs,
    maxPoolSize: CONNECTIONS_MAX,
  });
  try {
    const db = client.db(databaseOf(uri));
    const problem = standaloneProblem(await sayHello(client, { openMs }));
    if (problem) throw new Error(`Cannot open the store: ${problem}`);
    const collections = collectionsOf(db);
    await prepareSchema(collections);
    return { client, db, collections };
  } catch (error) {
    await client.close();
    throw unavailable("open the store", error);
  }
}

/**
 * Why a server cannot hold the store and how to fix it, from its answer to `hello`; null if it can.
 * A standalone server has no transactions, so an event could be stored without its deliveries.
 */
export function standaloneProblem(hello: Document): string | null {
  // A router of a sharded cluster answers "isdbgrid" instead of a set's name.
  if (hello["setName"] || hello["msg"] === "isdbgrid") return null;
  if (hello["isreplicaset"]) {
    return 'MongoDB has not initiated its replica set: run mongosh --eval "rs.initiate()" once';
  }
  return (
    "MongoDB runs as a standalone server, which has no transactions: " +
    'start it with --replSet rs0 and run mongosh --eval "rs.initiate()" once'
  );
}

async function sayHello(client: MongoClient, { openMs }: { openMs: number }): Promise<Document> {
  const deadline = performance.now() + openMs;
  for (;;) {
    try {
      // A client whose first attempt failed is closed; every attempt needs its own connect().
      await client.connect();
      return await client.db().admin().command({ hello: 1 });
    } catch (error) {
      if (!(error instanceof MongoServerSelectionError)) throw error;
      const servers = [...(error.reason?.servers?.values() ?? [])];
      // The driver ignores a member of a set that was never initiated.
      if (servers.some(({ type }) => type === "RSGhost")) return { isreplicaset: true };
      if (performance.now() > deadline) throw error;
    }
  }
}

function databaseOf(uri: string): string {
  const named = /^mongodb(?:\+srv)?:\/\/[^/?]+\/([^?]+)/.exec(uri)?.[1];
  return named ? decodeURIComponent(named) : DATABASE;
}
