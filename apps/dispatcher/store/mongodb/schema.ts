import type { Log } from "@hookgate/telemetry";
import type { EventFlag, Pause, Subscription } from "@hookgate/types";
import { type Collection, type Db, type IndexDescription, MongoServerError } from "mongodb";
import { ALL_SOURCES, BUCKET_LEVELS, bucketAt } from "../contract/buckets.ts";
import { shareOf } from "../contract/decide_quarantine.ts";
import type { StoredSubscription } from "../contract/subscriptions.ts";
import { completeDefinition } from "../contract/version_1.ts";
import {
  type BucketDocument,
  type Collections,
  collectionsOf,
  type EventDocument,
  INDEXES,
  type QuarantineShareDocument,
} from "./collections.ts";
import { keyIdsOf } from "./dedupe.ts";

/** Version of the database's schema. Versions 7 and 8 have proposals and notes, collections that need no migration. */
const SCHEMA_VERSION = 8;

/** Indexes of version 1 that later versions do not use. */
const INDEXES_OF_VERSION_1 = {
  events: ["by_source", "by_type", "unhandled"],
  deliveries: ["due", "by_state"],
} as const;

const INDEX_NOT_FOUND = 27;

const NAMESPACE_EXISTS = 48;

/**
 * Brings the collections to this program's version: makes what is missing and migrates older versions. Any number of
 * dispatchers can do this at once, and an interrupted migration can be repeated.
 *
 * @throws {Error} if a newer program made the collections.
 */
export async function prepareSchema(db: Db, { log }: { log: Pick<Log, "info"> }): Promise<void> {
  const collections = collectionsOf(db);
  const _id = "current" as const;
  const { schema, subscriptions } = collections;
  const found = await schema.findOne({ _id });
  if (found && found.version > SCHEMA_VERSION) {
    const versions = `schema version ${found.version}, this program knows ${SCHEMA_VERSION}`;
    throw new Error(`Cannot open the store: it has ${versions}; start a newer one`);
  }
  await makeCollections(db, collections);
  for (const [name, indexes] of Object.entries(INDEXES)) {
    await makeIndexes(db.collection(name), { indexes, log });
  }
  if (found && found.version < 2) await leaveVersion1(collections);
  if (found && found.version < 3) await leaveVersion2(collections);
  if (found && found.version < 4) await leaveVersion3(collections);
  if (found && found.version < 5) await leaveVersion4(collections);
  const upsert = { upsert: true };
  await schema.updateOne({ _id }, { $max: { version: SCHEMA_VERSION } }, upsert);
  const empty = { revision: 0, subscriptions: [] };
  await subscriptions.updateOne({ _id }, { $setOnInsert: empty }, upsert);
}

/** Makes all collections, so that no transaction has to make one: those that also write to it would conflict. */
async function makeCollections(db: Db, collections: Collections): Promise<void> {
  const found = await db.listCollections({}, { nameOnly: true }).toArray();
  const names = new Set(found.map(({ name }) => name));
  for (const { collectionName } of Object.values(collections)) {
    if (names.has(collectionName)) continue;
    await db.createCollection(collectionName).catch(ignore(NAMESPACE_EXISTS));
  }
}

/** Makes indexes. On a collection with data that can take minutes, which has to be seen. */
async function makeIndexes(
  collection: Collection,
  { indexes, log }: { indexes: IndexDescription[]; log: Pick<Log, "info"> },
): Promise<void> {
  const found = await collection.listIndexes().toArray();
  const names = new Set(found.map(({ name }) => name));
  const missing = indexes.flatMap(({ name }) => (names.has(name) ? [] : (name ?? [])));
  const documents = missing.length > 0 ? await collection.estimatedDocumentCount() : 0;
  const facts = { collection: collection.collectionName, indexes: missing, documents };
  if (documents > 0) log.info(facts, "building indexes, the start waits for them");
  // Also those that are listed: another dispatcher may be building them, and this waits for it.
  await collection.createIndexes(indexes);
  if (documents > 0) log.info(facts, "indexes built");
}

/** Requests that one step of the migration from version 3 reads. */
const SHARES_STEP_MAX = 500;

/** Migrates from version 3 to 4: counts the quarantine by sender. */
async function leaveVersion3({ quarantine, quarantineShares }: Collections): Promise<void> {
  const sums = new Map<string, QuarantineShareDocument>();
  for (let last = ""; ; ) {
    const projection = { source: 1, address: 1, bytes: 1 };
    const step = await quarantine
      .find({ _id: { $gt: last } }, { projection })
      .sort({ _id: 1 })
      .limit(SHARES_STEP_MAX)
      .toArray();
    if (step.length === 0) break;
    for (const { _id, source, address, bytes } of step) {
      last = _id;
      const share = shareOf(address);
      const key = JSON.stringify([source, share]);
      const sum = sums.get(key) ?? { _id: { source, share }, source, share, requests: 0, bytes: 0 };
      sums.set(key, { ...sum, requests: sum.requests + 1, bytes: sum.bytes + bytes });
    }
    const writes = step.map(({ _id, address }) => ({
      updateOne: { filter: { _id }, update: { $set: { share: shareOf(address) } } },
    }));
    await quarantine.bulkWrite(writes);
  }
  for (const { _id, ...sum } of sums.values()) {
    await quarantineShares.updateOne({ _id }, { $set: sum }, { upsert: true });
  }
}

/** Buckets that the migration from version 4 writes at once. */
const BUCKETS_STEP_MAX = 1_000;

/** Migrates from version 4 to 5: counts of minutes become buckets. They know only the sums of all. */
async function leaveVersion4({ metrics, buckets }: Collections): Promise<void> {
  await dropIndex(metrics, "by_minute");
  const sums = new Map<string, BucketDocument>();
  const series = { source: ALL_SOURCES, type: "", subscription: "", outcome: "" };
  for await (const { minute, ...counts } of metrics.find({ minute: { $exists: true } })) {
    for (const level of BUCKET_LEVELS) {
      const start = bucketAt(minute ?? 0, level);
      const _id = `${level}/${start}/version4`;
      const sum = sums.get(_id) ?? { _id, level, start, ...series };
      sums.set(_id, sum);
      for (const [name, was] of COUNTS_OF_VERSION_4) {
        sum[name] = Number(sum[name] ?? 0) + (counts[was] ?? 0);
      }
    }
  }
  const writes = [...sums.values()].map((sum) => ({
    replaceOne: { filter: { _id: sum._id }, replacement: sum, upsert: true },
  }));
  while (writes.length > 0) await buckets.bulkWrite(writes.splice(0, BUCKETS_STEP_MAX));
  await metrics.deleteMany({ minute: { $exists: true } });
}

/** The counts of version 4, by their names now. */
const COUNTS_OF_VERSION_4 = [
  ["received", "received"],
  ["processed", "processed"],
  ["failed", "failed"],
  ["retried", "retried"],
  ["attempts", "attempts"],
  ["succeeded", "succeededAttempts"],
  ["timedMs", "succeededMs"],
] as const;

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

/** How many events of version 2 are read and written at once. */
const STEP_EVENTS_MAX = 1_000;

/** What is read of an event of version 2. */
const OF_VERSION_2 = {
  source: 1,
  providerEventId: 1,
  bodySha256: 1,
  // In version 2 called `key_reused`: the provider's id came before with another body.
  flags: 1,
} as const;

/**
 * Migrates from version 2 to 3: the keys that events had themselves become documents, which outlive the events. Version 2 knew
 * an event by its id and body, or by its body. The index that refuses events without keys is dropped first.
 */
async function leaveVersion2({ events, keys }: Collections): Promise<void> {
  await dropIndex(events, "dedupe");
  for (let after = ""; ; ) {
    const found = await events
      .find({ _id: { $gt: after } }, { projection: OF_VERSION_2 })
      .sort({ _id: 1 })
      .limit(STEP_EVENTS_MAX)
      .toArray();
    const last = found.at(-1);
    if (last === undefined) return;
    after = last._id;
    await keys.bulkWrite(found.map(keyOfVersion2));
    const reused = found.flatMap(({ _id, flags }) => (wasReused(flags) ? [_id] : []));
    if (reused.length === 0) continue;
    const filter = { _id: { $in: reused }, flags: KEY_REUSED };
    await events.updateMany(filter, { $set: { "flags.$": "seen_before" } });
  }
}

/** The flag of version 2 that is now called `seen_before`. */
const KEY_REUSED = "key_reused" as EventFlag;

function wasReused(flags: readonly EventFlag[]): boolean {
  return flags.includes(KEY_REUSED) || flags.includes("seen_before");
}

/** Writes the key of an event: can be repeated, and does not depend on the order of events. */
function keyOfVersion2(event: Pick<EventDocument, "_id" | keyof typeof OF_VERSION_2>) {
  const { _id: id, providerEventId, flags } = event;
  const dedupe = providerEventId === "" ? "body" : "id_and_body";
  const { first, withBody, body } = keyIdsOf({ ...event, dedupe });
  const _id = withBody !== null && wasReused(flags) ? withBody : first;
  // Of several events with the same body the newest counts.
  const update =
    withBody === null
      ? { $max: { event: id }, $setOnInsert: { earlier: [], body } }
      : { $setOnInsert: { event: id, earlier: [], body } };
  return { updateOne: { filter: { _id }, update, upsert: true } };
}

async function dropIndex(collection: Pick<Collection, "dropIndex">, name: string): Promise<void> {
  await collection.dropIndex(name).catch(ignore(INDEX_NOT_FOUND));
}

/** Ignores the error that another dispatcher, which does the same at the same time, was faster. */
function ignore(code: number): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof MongoServerError) || error.code !== code) throw error;
  };
}
