import type { Log } from "@hookgate/telemetry";
import {
  type Db,
  type Document,
  MongoClient,
  MongoCompatibilityError,
  MongoError,
  MongoServerSelectionError,
} from "mongodb";
import { clientOptions } from "./client_options.ts";
import { type Collections, collectionsOf } from "./collections.ts";
import { prepareSchema } from "./schema.ts";
import { unavailable } from "./transactions/calls.ts";

/** The database if the address names none. */
const DATABASE = "hookgate";

/** Options for {@linkcode connectMongo}. */
export interface ConnectMongoOptions {
  /** How long one call may take, in milliseconds. Connections that stay silent for longer are closed. */
  callMs: number;
  log: Pick<Log, "info">;
  /** How long to look for a server at start, in milliseconds: it may start later than we do. @default {5_000} */
  openMs?: number;
}

/**
 * Connects to the database that `uri` names and makes sure that it can hold the store: on a replica set of a known version,
 * no newer than this program, with all collections and indexes.
 *
 * @throws {StoreUnavailableError} if no server answers.
 * @throws {Error} if the address weakens the store's promises, the server is too old or no replica set, or a newer program
 * made the database.
 */
export async function connectMongo(
  uri: string,
  { callMs, log, openMs = 5_000 }: ConnectMongoOptions,
): Promise<{ client: MongoClient; db: Db; collections: Collections }> {
  const options = clientOptions(uri, { callMs });
  const client = new MongoClient(uri, options);
  // Building an index, or a migration, may take longer than anything else: its connection waits for as long as that takes.
  const preparing = new MongoClient(uri, {
    ...options,
    socketTimeoutMS: 0,
    writeConcern: { w: "majority", journal: true },
  });
  try {
    const problem = serverProblem(await sayHello(client, { openMs }));
    if (problem) throw new Error(`Cannot open the store: ${problem}`);
    const name = databaseOf(uri);
    await prepareSchema(preparing.db(name), { log });
    const db = client.db(name);
    return { client, db, collections: collectionsOf(db) };
  } catch (error) {
    await client.close();
    throw unavailable("open the store", explained(error, client));
  } finally {
    await preparing.close();
  }
}

/**
 * Why a server cannot hold the store and how to fix it, from its answer to `hello`; null if it can.
 * A standalone server has no transactions, so an event could be stored without its deliveries.
 */
export function serverProblem(hello: Document): string | null {
  // The driver refuses versions that it does not know, before 4.4.
  const { unsupported } = hello;
  if (unsupported) return `the version of MongoDB is not supported: ${unsupported}`;
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
      const refused = servers.find((server) => server.error instanceof MongoCompatibilityError);
      if (refused?.error) return { unsupported: refused.error.message };
      if (performance.now() > deadline) throw error;
    }
  }
}

/** The driver names an address, or says only that it timed out. */
function explained(error: unknown, client: MongoClient): unknown {
  if (!(error instanceof MongoServerSelectionError)) return error;
  const { replicaSet } = client.options;
  // A server of another set is no server of this one: none is left.
  const foreign = replicaSet && error.reason?.servers?.size === 0;
  const what = foreign ? `belongs to the replica set "${replicaSet}"` : "answers";
  return new MongoError(`no server of MONGODB_URI ${what}: ${error.message}`, { cause: error });
}

function databaseOf(uri: string): string {
  const named = /^mongodb(?:\+srv)?:\/\/[^/?]+\/([^?]+)/.exec(uri)?.[1];
  return named ? decodeURIComponent(named) : DATABASE;
}
