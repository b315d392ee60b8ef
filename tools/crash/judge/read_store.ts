import { createHash } from "node:crypto";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { Binary, type Document, MongoClient } from "mongodb";

/** What a store holds, as far as the judge wants to know. */
export interface Stored {
  events: readonly StoredEvent[];
  deliveries: readonly StoredDelivery[];
  /** How many deliveries the store has counted as delivered or dead. */
  ends: number;
}

/** An event in the store. */
export interface StoredEvent {
  id: string;
  source: string;
  /** SHA-256 of the bytes that are stored as its body, in hex. */
  sha256: string;
}

/** A delivery in the store. */
export interface StoredDelivery {
  id: string;
  eventId: string;
  subscription: string;
  state: string;
  order: { key: string; position: number } | null;
}

/** States by their number in the file. */
const STATES = ["waiting", "running", "delivered", "dead", "cancelled"];

function sha256Of(...parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

/** Reads the closed file of an embedded store, without the store's own code: that could have the same fault. */
export function readFileStore(file: string): Stored {
  const db = new DatabaseSync(file);
  try {
    // One row at a time: all bodies together may be more than fits into memory.
    const rows = <T>(sql: string, of: (row: Record<string, SQLOutputValue>) => T) =>
      Array.from(db.prepare(sql).iterate(), of);
    return {
      events: rows("SELECT lower(hex(id)) AS id, source, body FROM events", (row) => ({
        id: `evt_${row["id"]}`,
        source: String(row["source"]),
        sha256: sha256Of(row["body"] as Uint8Array),
      })),
      deliveries: rows(
        `SELECT lower(hex(id)) AS id, lower(hex(event_id)) AS event, subscription, state, order_key,
         position FROM deliveries`,
        (row) => ({
          id: `dlv_${row["id"]}`,
          eventId: `evt_${row["event"]}`,
          subscription: String(row["subscription"]),
          state: STATES[Number(row["state"])] ?? String(row["state"]),
          order:
            row["order_key"] === null
              ? null
              : { key: String(row["order_key"]), position: Number(row["position"]) },
        }),
      ),
      ends:
        rows(
          "SELECT total(processed + failed) AS ends FROM buckets WHERE level = 1 AND source = '*'",
          (row) => Number(row["ends"]),
        )[0] ?? 0,
    };
  } finally {
    db.close();
  }
}

/** Reads a database with MongoDB's own driver. */
export async function readMongoStore(uri: string): Promise<Stored> {
  const client = new MongoClient(uri, { readConcern: { level: "majority" } });
  try {
    const db = client.db();
    const parts = new Map<string, Document[]>();
    for await (const part of db.collection("bodyParts").find().sort({ eventId: 1, part: 1 })) {
      parts.set(part["eventId"], [...(parts.get(part["eventId"]) ?? []), part]);
    }
    const events: StoredEvent[] = [];
    for await (const { _id, source, body } of db.collection<Document>("events").find()) {
      const further = parts.get(String(_id)) ?? [];
      const bytes = [body, ...further.map((part) => part["bytes"])].map(bytesOf);
      events.push({ id: String(_id), source, sha256: sha256Of(...bytes) });
    }
    const deliveries: StoredDelivery[] = [];
    for await (const one of db.collection<Document>("deliveries").find()) {
      const { eventId, subscription, state, order = null } = one;
      deliveries.push({ id: String(one._id), eventId, subscription, state, order });
    }
    let ends = 0;
    const sums = db.collection("buckets").find({ level: "hour", source: "*" });
    for await (const { processed = 0, failed = 0 } of sums) {
      ends += processed + failed;
    }
    return { events, deliveries, ends };
  } finally {
    await client.close();
  }
}

function bytesOf(value: Binary | Uint8Array): Uint8Array {
  return value instanceof Binary ? value.buffer.subarray(0, value.position) : value;
}
