import type { Pause, Subscription } from "@hookgate/types";
import { type Collection, MongoServerError } from "mongodb";
import type { StoredSubscription } from "../contract/subscriptions.ts";
import { completeDefinition } from "../contract/version_1.ts";
import { type Collections, INDEXES } from "./collections.ts";

/** Version of the database's schema. */
const SCHEMA_VERSION = 2;

/** Indexes of version 1 that later versions do not use. */
const INDEXES_OF_VERSION_1 = {
  events: ["by_source", "by_type", "unhandled"],
  deliveries: ["due", "by_state"],
} as const;

const INDEX_NOT_FOUND = 27;

/**
 * Brings the collections to this program's version: makes what is missing and migrates older versions. Any number of
 * dispatchers can do this at once, and an interrupted migration can be repeated.
 *
 * @throws {Error} if a newer program made the collections.
 */
export async function prepareSchema(collections: Collections): Promise<void> {
  const _id = "current" as const;
  const { schema, subscriptions } = collections;
  const found = await schema.findOne({ _id });
  if (found && found.version > SCHEMA_VERSION) {
    const versions = `schema version ${found.version}, this program knows ${SCHEMA_VERSION}`;
    throw new Error(`Cannot open the store: it has ${versions}; start a newer one`);
  }
  for (const [name, indexes] of Object.entries(INDEXES)) {
    await collections[name as keyof Collections].createIndexes(indexes);
  }
  if (found && found.version < 2) await leaveVersion1(collections);
  const upsert = { upsert: true };
  await schema.updateOne({ _id }, { $max: { version: SCHEMA_VERSION } }, upsert);
  const empty = { revision: 0, subscriptions: [] };
  await subscriptions.updateOne({ _id }, { $setOnInsert: empty }, upsert);
}

/** A subscription as version 1 stored it. */
interface StoredSubscriptionOfVersion1 {
  definition: Subscription;
  origin?: StoredSubscription["origin"];
  paused: string | Pause | null;
}

/**
 * Migrates from version 1 to 2. Changed indexes have new names, so the old ones are dropped after the new ones are built.
 * Events and deliveries stay as they are: missing fields are read as their defaults.
 */
async function leaveVersion1({ events, deliveries, subscriptions }: Collections): Promise<void> {
  for (const name of INDEXES_OF_VERSION_1.events) await dropIndex(events, name);
  for (const name of INDEXES_OF_VERSION_1.deliveries) await dropIndex(deliveries, name);
  const _id = "current" as const;
  for (;;) {
    const found = await subscriptions.findOne({ _id });
    if (!found) return;
    const { revision } = found;
    const filter = { _id, revision };
    const $set = { subscriptions: found.subscriptions.map(fromVersion1) };
    const { matchedCount } = await subscriptions.updateOne(filter, { $set });
    if (matchedCount > 0) return;
  }
}

function fromVersion1(stored: StoredSubscriptionOfVersion1): StoredSubscription {
  const { origin = "configuration", paused } = stored;
  const isOld = typeof paused === "string";
  return {
    definition: completeDefinition(stored.definition),
    origin,
    // Version 1 had no other kind of pause.
    paused: isOld ? { by: "configuration", reason: "", at: Date.now() } : paused,
  };
}

async function dropIndex(collection: Pick<Collection, "dropIndex">, name: string): Promise<void> {
  try {
    await collection.dropIndex(name);
  } catch (error) {
    // Another dispatcher that migrates at the same time was faster.
    if (!(error instanceof MongoServerError) || error.code !== INDEX_NOT_FOUND) throw error;
  }
}
