import { join } from "node:path";
import type { Env } from "@hookgate/config";
import type { Log } from "@hookgate/telemetry";
import { StartError } from "@hookgate/types";
import type { StoreRoom } from "./recurring/store_gauges.ts";
import type { SchedulerOptions } from "./schedule/scheduler.ts";
import { type EventStore, StoreUnavailableError } from "./store/contract/event_store.ts";
import { readRoom } from "./store/sqlite/disk_reserve.ts";
import { STORE_FILE } from "./store/sqlite/file.ts";
import { openSqliteStore } from "./store/sqlite/sqlite_store.ts";

/** Options for {@linkcode openStore}. */
export interface OpenStoreOptions {
  env: Env;
  dispatcherId: string;
  log: Log;
}

/** A store, and what depends on which one it is. */
export interface OpenedStore {
  store: EventStore;
  /** Makes what keeps the scheduler's jobs. */
  makeBackend: () => Promise<SchedulerOptions["backend"]>;
  diskHasRoom: () => Promise<boolean>;
  /** Measures the embedded store; null for a database with tools of its own. */
  room: (() => StoreRoom | null) | null;
}

/**
 * Opens the store that the environment names.
 *
 * @throws {StartError} if it is locked, newer or foreign, which is the operator's problem; one that does not answer may be back soon.
 */
export function openStore(options: OpenStoreOptions): Promise<OpenedStore> {
  const { mongodbUri: uri } = options.env;
  const opening = uri ? openMongo(uri, options) : openEmbedded(options);
  return opening.catch(refuseStart);
}

async function openEmbedded({ env, dispatcherId, log }: OpenStoreOptions): Promise<OpenedStore> {
  const store = await openSqliteStore({ dataDir: env.dataDir, dispatcherId, log });
  return {
    store,
    async makeBackend() {
      const { memoryBackend } = await import("./schedule/memory_backend.ts");
      return memoryBackend();
    },
    diskHasRoom: () => store.diskHasRoom(),
    room: () => readRoom(join(env.dataDir, STORE_FILE)),
  };
}

async function openMongo(
  uri: string,
  { dispatcherId, log }: OpenStoreOptions,
): Promise<OpenedStore> {
  // Loaded only if it is used: a sixth of the code.
  const { openMongoStore } = await import("./store/mongodb/mongodb_store.ts");
  const store = await openMongoStore({ uri, dispatcherId, log });
  return {
    store,
    async makeBackend() {
      const { mongoBackend } = await import("./schedule/mongo_backend.ts");
      return mongoBackend(store.db);
    },
    diskHasRoom: async () => true,
    room: null,
  };
}

function refuseStart(error: Error): never {
  const temporary = error instanceof StoreUnavailableError || !error.message.startsWith("Cannot ");
  throw temporary ? error : new StartError(error.message, { cause: error.cause });
}
