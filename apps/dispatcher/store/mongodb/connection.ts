import { type Db, type Document, MongoClient, MongoServerSelectionError } from "mongodb";
import { unavailable } from "./calls.ts";
import { type Collections, collectionsOf } from "./collections.ts";
import { prepareSchema } from "./schema.ts";

/** How long a call looks for a server that takes writes, in milliseconds: then it says that there is none. */
const SERVER_SELECTION_MS = 800;

/** How often the driver asks a server whether it is there, and how long it waits for it, in milliseconds. */
const HEARTBEAT_MS = 500;
const CONNECT_MS_MAX = 1_000;

/** Connections to one server. */
const CONNECTIONS_MAX = 50;

/** The database where the address names none. */
const DATABASE = "hookgate";

/** Options for {@linkcode connectMongo}. */
export interface ConnectMongoOptions {
  /** How long one call may take, in milliseconds. Connections that are silent for longer are given up. */
  callMs: number;
  /** How long to look for a server, in milliseconds: when a machine starts the server may be late. @default {5_000} */
  openMs?: number;
}

/**
 * Connects to the database that `uri` names, and sees that it can hold the store: on a replica set, no newer than this
 * program, with all indexes.
 *
 * @throws {StoreUnavailableError} where no server answers.
 * @throws {Error} where the server, or what is in it, will not do.
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
 * What keeps a server from holding the store, from its answer to `hello`, and the cure; null where nothing does.
 * A standalone server has no transactions, so events and their deliveries could be torn apart.
 */
export function standaloneProblem(hello: Document): string | null {
  // A router of a sharded cluster says "isdbgrid" instead of the name of a set.
  if (hello["setName"] || hello["msg"] === "isdbgrid") return null;
  if (hello["isreplicaset"]) {
    return 'MongoDB has not begun its replica set: run mongosh --eval "rs.initiate()" once';
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
      // A client whose first attempt failed is closed, and says only that, unless it is told to connect again.
      await client.connect();
      return await client.db().admin().command({ hello: 1 });
    } catch (error) {
      if (!(error instanceof MongoServerSelectionError)) throw error;
      const servers = [...(error.reason?.servers?.values() ?? [])];
      // The driver shuns a member of a set that was never begun.
      if (servers.some(({ type }) => type === "RSGhost")) return { isreplicaset: true };
      if (performance.now() > deadline) throw error;
    }
  }
}

function databaseOf(uri: string): string {
  const named = /^mongodb(?:\+srv)?:\/\/[^/?]+\/([^?]+)/.exec(uri)?.[1];
  return named ? decodeURIComponent(named) : DATABASE;
}
