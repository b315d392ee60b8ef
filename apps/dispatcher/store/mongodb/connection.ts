import { deadline } from "@hookgate/async";
import type { Log } from "@hookgate/telemetry";
import {
  type Db,
  type Document,
  MongoClient,
  MongoCompatibilityError,
  MongoServerSelectionError,
} from "mongodb";
import { clientOptions, databaseOf } from "./client_options.ts";
import { type Collections, collectionsOf } from "./collections.ts";
import { explainOpening } from "./explain_opening.ts";
import { prepareSchema } from "./schema.ts";

/** The longest that one look for a server takes at the start, in milliseconds, whatever the address says. */
const FIRST_SELECTION_MS_MAX = 2_000;

/** How long a client may take to close, in milliseconds. */
const CLOSE_MS_MAX = 1_000;

/** Options for {@linkcode connectMongo}. */
export interface ConnectMongoOptions {
  /** How long one call may take, in milliseconds. Connections that stay silent for longer are closed. */
  callMs: number;
  log: Pick<Log, "info" | "warn">;
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
    serverSelectionTimeoutMS: Math.min(
      client.options.serverSelectionTimeoutMS,
      FIRST_SELECTION_MS_MAX,
    ),
    writeConcern: { w: "majority", journal: true },
  });
  // A server that hangs is not told from one that builds an index.
  const startedAt = performance.now();
  const telling = setInterval(() => {
    const ms = Math.round(performance.now() - startedAt);
    log.warn({ ms }, "MongoDB is not done with what opens the store, the start waits");
  }, callMs);
  try {
    const problem = serverProblem(await sayHello(preparing, { openMs }));
    if (problem) throw new Error(`Cannot open the store: ${problem}`);
    const name = databaseOf(uri);
    await prepareSchema(preparing.db(name), { log });
    const db = client.db(name);
    return { client, db, collections: collectionsOf(db) };
  } catch (error) {
    await closeClient(client);
    throw explainOpening(error, client.options);
  } finally {
    clearInterval(telling);
    await closeClient(preparing);
  }
}

/** Closes a client. The driver may wait for ever for a server that went away meanwhile. */
export function closeClient(client: MongoClient): Promise<void> {
  return deadline(client.close(), { ms: CLOSE_MS_MAX, late: () => {} });
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
