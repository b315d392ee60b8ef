import { MongoClient, type MongoClientOptions, type MongoOptions } from "mongodb";

/** How long a call looks for a server that accepts writes, in milliseconds, before it fails. */
const SERVER_SELECTION_MS = 800;

/** How often the driver checks a server, and how long it waits for a connection, in milliseconds. */
const HEARTBEAT_MS = 500;
const CONNECT_MS_MAX = 1_000;

/** The database if the address names none. */
const DATABASE = "hookgate";

/** Connections to one server. */
const CONNECTIONS_MAX = 50;

/**
 * The driver's options for an address. What an address may tune (pool, time-outs, the application's name) is as it says, else
 * as here. What the store's promises rest on it cannot change.
 *
 * @throws {Error} for an address that the driver refuses, or that would weaken the promises.
 */
export function clientOptions(uri: string, { callMs }: { callMs: number }): MongoClientOptions {
  const problem = weakeningProblem(parse(uri));
  if (problem) throw new Error(`Cannot open the store: MONGODB_URI ${problem}`);
  const tuned = tunedBy(uri);
  const defaults = Object.entries({
    appName: "hookgate",
    serverSelectionTimeoutMS: SERVER_SELECTION_MS,
    heartbeatFrequencyMS: HEARTBEAT_MS,
    connectTimeoutMS: CONNECT_MS_MAX,
    socketTimeoutMS: callMs * 2,
    waitQueueTimeoutMS: callMs,
    maxPoolSize: CONNECTIONS_MAX,
  }).filter(([name]) => !tuned.has(name.toLowerCase()));
  return {
    readPreference: "primary",
    readConcern: { level: "majority" },
    writeConcern: { w: "majority", journal: true, wtimeoutMS: callMs },
    promoteBuffers: true,
    ignoreUndefined: true,
    ...Object.fromEntries(defaults),
  };
}

/** The database that an address names. */
export function databaseOf(uri: string): string {
  const named = /^mongodb(?:\+srv)?:\/\/[^/?]+\/([^?]+)/.exec(uri)?.[1];
  return named ? decodeURIComponent(named) : DATABASE;
}

/** What the driver reads from an address alone. */
function parse(uri: string): MongoOptions {
  try {
    const client = new MongoClient(uri);
    client.db(databaseOf(uri));
    return client.options;
  } catch (error) {
    // Its messages may hold the address, and that a password.
    const reason = (error as Error).message.replaceAll(uri, "it");
    throw new Error(`Cannot open the store: MONGODB_URI cannot be used: ${reason}`);
  }
}

/** Why an address would weaken what the store promises, and what to do; null if it does not. */
function weakeningProblem({
  writeConcern,
  readConcern,
  readPreference,
}: MongoOptions): string | null {
  const { w, journal } = writeConcern ?? {};
  const { mode, tags = [] } = readPreference;
  const because = (set: string, promise: string) => `sets ${set}, but ${promise}: take it out`;
  if (w !== undefined && w !== "majority") {
    return because(`w=${w}`, "an event is acknowledged only once a majority of the servers has it");
  }
  if (journal === false) {
    return because("journal=false", "an event is acknowledged only once it is on disk");
  }
  const level = readConcern?.level;
  if (level !== undefined && level !== "majority") {
    return because(`readConcernLevel=${level}`, "what could still be rolled back must not be read");
  }
  if (mode !== "primary" || tags.length > 0) {
    const set = mode === "primary" ? "readPreferenceTags" : `readPreference=${mode}`;
    return because(set, "only the primary knows what has been claimed");
  }
  return null;
}

/** The options that an address names, in lower case. */
function tunedBy(uri: string): Set<string> {
  const query = uri.slice(uri.indexOf("?") + 1);
  return new Set([...new URLSearchParams(query).keys()].map((name) => name.toLowerCase()));
}
