import { hash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { DIGEST_DEDUPE_MS } from "../contract/captures.ts";
import { DEDUPE_TIERS } from "./schema.ts";

/** Sources whose hash is remembered. */
const SOURCES_REMEMBERED_MAX = 10_000;

/** Rows that are looked at to tell a reused key from a chance collision of 64 bits. */
const COLLISIONS_MAX = 16;

/** Entries of each tier but the last; what is more moves on. */
const TIER_ENTRIES = [4_096, 131_072] as const;

/** Entries that are worth moving: fewer would touch as many pages. */
const MOVE_ENTRIES_MIN = 256;

/** Options for {@linkcode prepareDedupe}. */
export interface DedupeOptions {
  /** Entries of the first tiers. @default {[4_096, 131_072]} */
  tierEntries?: readonly [number, number];
  /** Entries above that before some move on. @default {256} */
  moveEntriesMin?: number;
}

/** Comes after every key. */
const END = Buffer.alloc(17, 255);

/** What decides whether an event is there already. */
export interface DedupeFacts {
  source: string;
  providerEventId: string;
  receivedAt: number;
}

/** What is known of an event before it is stored. */
export interface DedupeAnswer {
  /** What `add` is to be given. */
  key: Uint8Array;
  /** The stored event that it repeats. */
  first: { row: number; id: Uint8Array } | null;
  /** The provider's id came before, over another body. */
  reused: boolean;
}

/** Finds duplicates. */
export interface Dedupe {
  look(facts: DedupeFacts, sha256: Uint8Array): DedupeAnswer;
  add(key: Uint8Array, eventRow: number): void;
  /** Forgets a stored event, so that what it repeats is new again. */
  remove(facts: DedupeFacts, sha256: Uint8Array, eventRow: number): void;
  /** To be called once after `add`s. */
  merge(): void;
}

/**
 * Prepares {@linkcode Dedupe}.
 *
 * A key is 8 bytes that hash source and provider's id, then the first 8 of the body's digest: one range of keys holds
 * both the duplicates and the reuses of an id, and what is found is compared in full. Keys are random, so that in one
 * index of a million each new one would write a page of its own: that was three quarters of a commit. Instead they go to a
 * small tier, and on from there to larger ones in the order of the keys, a few neighbours at a time, round and round.
 */
export function prepareDedupe(db: DatabaseSync, options: DedupeOptions = {}): Dedupe {
  const { tierEntries = TIER_ENTRIES, moveEntriesMin = MOVE_ENTRIES_MIN } = options;
  const fromTiers = (columns: string, where: string) =>
    DEDUPE_TIERS.map((tier) => `SELECT ${columns} FROM ${tier} WHERE ${where}`).join(" UNION ALL ");
  const seen = db.prepare(`${fromTiers("1", "key >= ?1 AND key < ?2")} LIMIT 1`);
  const same = db.prepare(`SELECT e.row, e.id FROM (${fromTiers("event", "key = ?1")}) k
    JOIN events e ON e.row = k.event
    WHERE e.source = ?2 AND e.provider_event_id = ?3 AND e.body_sha256 = ?4
      AND (?3 <> '' OR e.received_at BETWEEN ?5 - ${DIGEST_DEDUPE_MS} AND ?5 + ${DIGEST_DEDUPE_MS})
    ORDER BY e.row DESC LIMIT 1`);
  const reused = db.prepare(`SELECT max(e.source = ?3 AND e.provider_event_id = ?4) AS reused
    FROM (${fromTiers("event", "key >= ?1 AND key < ?2")} LIMIT ${COLLISIONS_MAX}) k
    JOIN events e ON e.row = k.event`);
  const insert = db.prepare(`INSERT INTO ${DEDUPE_TIERS[0]} VALUES (?, ?)`);
  const tiers = tierEntries.map((entries, index) =>
    prepareTier(db, { index, entries, moveEntriesMin }),
  );
  const hashKey = createKeyHash();
  const keyOf = ({ source, providerEventId }: DedupeFacts, sha256: Uint8Array) =>
    Buffer.concat([hashKey(source, providerEventId), sha256.subarray(0, 8)]);
  const removals = DEDUPE_TIERS.map((tier) =>
    db.prepare(`DELETE FROM ${tier} WHERE key = ? AND event = ?`),
  );

  return {
    look({ source, providerEventId, receivedAt }, sha256) {
      const hashed = hashKey(source, providerEventId);
      const key = Buffer.concat([hashed, sha256.subarray(0, 8)]);
      // A digest is a key only as a whole; of a provider's id every body counts.
      const low = providerEventId === "" ? key : hashed;
      const high = after(low);
      // One look suffices for nearly all: nothing begins like this one.
      if (!seen.get(low, high)) return { key, first: null, reused: false };
      const found = same.get(key, source, providerEventId, sha256, receivedAt);
      if (found) {
        const first = { row: found["row"] as number, id: found["id"] as Uint8Array };
        return { key, first, reused: false };
      }
      if (providerEventId === "") return { key, first: null, reused: false };
      const row = reused.get(low, high, source, providerEventId);
      return { key, first: null, reused: row?.["reused"] === 1 };
    },
    add(key, eventRow) {
      insert.run(key, eventRow);
      tiers[0]?.receive(1);
    },
    remove(facts, sha256, eventRow) {
      const key = keyOf(facts, sha256);
      for (const [index, removal] of removals.entries()) {
        if (removal.run(key, eventRow).changes > 0) tiers[index]?.receive(-1);
      }
    },
    merge() {
      for (const [index, tier] of tiers.entries()) {
        const moved = tier.moveOn();
        tiers[index + 1]?.receive(moved);
      }
    },
  };
}

interface Tier {
  /** It has so many entries more, or less. */
  receive(entries: number): void;
  /** Moves what is too much into the next tier; returns how many entries that were. */
  moveOn(): number;
}

function prepareTier(
  db: DatabaseSync,
  { index, entries, moveEntriesMin }: { index: number; entries: number; moveEntriesMin: number },
): Tier {
  const [from, to] = [DEDUPE_TIERS[index], DEDUPE_TIERS[index + 1]];
  const end = db.prepare(`SELECT key FROM ${from} WHERE key >= ? ORDER BY key LIMIT 1 OFFSET ?`);
  const copy = db.prepare(`INSERT INTO ${to} SELECT * FROM ${from} WHERE key >= ? AND key < ?`);
  const remove = db.prepare(`DELETE FROM ${from} WHERE key >= ? AND key < ?`);
  let count = Number(db.prepare(`SELECT count(*) AS n FROM ${from}`).get()?.["n"]);
  let cursor: Uint8Array = Buffer.of();
  return {
    receive(received) {
      count += received;
    },
    moveOn() {
      if (count < entries + moveEntriesMin) return 0;
      const stop = end.get(cursor, count - entries)?.["key"] as Uint8Array | undefined;
      copy.run(cursor, stop ?? END);
      const moved = Number(remove.run(cursor, stop ?? END).changes);
      cursor = stop ?? Buffer.of();
      count -= moved;
      return moved;
    },
  };
}

function createKeyHash(): (source: string, providerEventId: string) => Uint8Array {
  const bySource = new Map<string, Uint8Array>();
  return (source, providerEventId) => {
    if (providerEventId !== "") return hash8(`${source.length}:${source}id:${providerEventId}`);
    const known = bySource.get(source);
    if (known) return known;
    const hashed = hash8(`${source.length}:${source}digest`);
    if (bySource.size >= SOURCES_REMEMBERED_MAX) bySource.clear();
    bySource.set(source, hashed);
    return hashed;
  };
}

function hash8(text: string): Uint8Array {
  return hash("sha256", text, "buffer").subarray(0, 8);
}

/** The least bytes that are greater than all that begin with `prefix`. */
function after(prefix: Uint8Array): Uint8Array {
  const bytes = Buffer.from(prefix);
  for (let n = bytes.length - 1; n >= 0; n -= 1) {
    const byte = bytes[n] ?? 0;
    bytes[n] = byte + 1;
    if (byte < 255) return bytes;
  }
  return END;
}
