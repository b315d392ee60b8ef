import { hash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { DIGEST_DEDUPE_MS } from "../contract/captures.ts";
import { ID_END, prepare } from "./rows.ts";
import { DEDUPE_TIERS } from "./schema.ts";

/** Sources whose hash is remembered. */
const SOURCES_REMEMBERED_MAX = 10_000;

/** How many rows to look at to tell a reused key from a chance collision of 64 bits. */
const COLLISIONS_MAX = 16;

/** Entries of each tier but the last; any more move to the next. */
const TIER_ENTRIES = [4_096, 131_072] as const;

/** How many entries are worth moving: fewer would touch as many pages. */
const MOVE_ENTRIES_MIN = 256;

/** Options for {@linkcode prepareDedupe}. */
export interface DedupeOptions {
  /** Entries of the first tiers. @default {[4_096, 131_072]} */
  tierEntries?: readonly [number, number];
  /** Entries above that before some move on. @default {256} */
  moveEntriesMin?: number;
}

/** What decides whether an event is a duplicate. */
export interface DedupeFacts {
  source: string;
  providerEventId: string;
  receivedAt: number;
}

/** What is known about an event before it is stored. */
export interface DedupeAnswer {
  /** For `add`. */
  key: Uint8Array;
  /** The stored event that it repeats; null if it is new. */
  first: { row: number; id: Uint8Array } | null;
  /** The provider's id came before with another body. */
  reused: boolean;
}

/** Finds duplicates. */
export interface Dedupe {
  look(facts: DedupeFacts, sha256: Uint8Array): DedupeAnswer;
  add(key: Uint8Array, eventRow: number): void;
  /** Forgets a stored event: if it comes again it is new. */
  remove(facts: DedupeFacts, sha256: Uint8Array, eventRow: number): void;
  /** Call once after some `add`s. */
  merge(): void;
}

/**
 * Prepares {@linkcode Dedupe}.
 *
 * A key is 8 bytes that hash source and provider's id, then the first 8 of the body's digest: one range of keys holds
 * both the duplicates and the reuses of an id, and every hit is compared in full. Keys are random: in a single index of a
 * million, each new one would write a page of its own, which was three quarters of a commit. Instead they go to a small
 * tier, and move to larger ones in key order, a few neighbours at a time, round and round.
 */
export function prepareDedupe(db: DatabaseSync, options: DedupeOptions = {}): Dedupe {
  const { tierEntries = TIER_ENTRIES, moveEntriesMin = MOVE_ENTRIES_MIN } = options;
  const fromTiers = (columns: string, where: string) =>
    DEDUPE_TIERS.map((tier) => `SELECT ${columns} FROM ${tier} WHERE ${where}`).join(" UNION ALL ");
  const seen = prepare<object>(db, `${fromTiers("1", "key >= ?1 AND key < ?2")} LIMIT 1`);
  const same = prepare<{ row: number; id: Uint8Array }>(
    db,
    `SELECT e.row, e.id FROM (${fromTiers("event", "key = ?1")}) k
    JOIN events e ON e.row = k.event
    WHERE e.source = ?2 AND e.provider_event_id = ?3 AND e.body_sha256 = ?4
      AND (?3 <> '' OR e.received_at BETWEEN ?5 - ${DIGEST_DEDUPE_MS} AND ?5 + ${DIGEST_DEDUPE_MS})
    ORDER BY e.row DESC LIMIT 1`,
  );
  const reused = prepare<{ reused: number | null }>(
    db,
    `SELECT max(e.source = ?3 AND e.provider_event_id = ?4) AS reused
    FROM (${fromTiers("event", "key >= ?1 AND key < ?2")} LIMIT ${COLLISIONS_MAX}) k
    JOIN events e ON e.row = k.event`,
  );
  const insert = prepare(db, `INSERT INTO ${DEDUPE_TIERS[0]} VALUES (?, ?)`);
  const tiers = tierEntries.map((entries, index) =>
    prepareTier(db, { index, entries, moveEntriesMin }),
  );
  const hashKey = createKeyHash();
  const keyOf = ({ source, providerEventId }: DedupeFacts, sha256: Uint8Array) =>
    Buffer.concat([hashKey(source, providerEventId), sha256.subarray(0, 8)]);
  const removals = DEDUPE_TIERS.map((tier) =>
    prepare(db, `DELETE FROM ${tier} WHERE key = ? AND event = ?`),
  );

  return {
    look({ source, providerEventId, receivedAt }, sha256) {
      const hashed = hashKey(source, providerEventId);
      const key = Buffer.concat([hashed, sha256.subarray(0, 8)]);
      // A digest is a key only as a whole; a provider's id is one with any body.
      const low = providerEventId === "" ? key : hashed;
      const high = after(low);
      // Nearly always enough: no key begins like this one.
      if (!seen.get(low, high)) return { key, first: null, reused: false };
      const first = same.get(key, source, providerEventId, sha256, receivedAt) ?? null;
      if (first) return { key, first, reused: false };
      if (providerEventId === "") return { key, first: null, reused: false };
      const row = reused.get(low, high, source, providerEventId);
      return { key, first: null, reused: row?.reused === 1 };
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
  /** Counts entries that were added, or removed if negative. */
  receive(entries: number): void;
  /** Moves excess entries to the next tier; returns how many. */
  moveOn(): number;
}

function prepareTier(
  db: DatabaseSync,
  { index, entries, moveEntriesMin }: { index: number; entries: number; moveEntriesMin: number },
): Tier {
  const [from, to] = [DEDUPE_TIERS[index], DEDUPE_TIERS[index + 1]];
  const end = prepare<{ key: Uint8Array }>(
    db,
    `SELECT key FROM ${from} WHERE key >= ? ORDER BY key LIMIT 1 OFFSET ?`,
  );
  const copy = prepare(db, `INSERT INTO ${to} SELECT * FROM ${from} WHERE key >= ? AND key < ?`);
  const remove = prepare(db, `DELETE FROM ${from} WHERE key >= ? AND key < ?`);
  let count = prepare<{ n: number }>(db, `SELECT count(*) AS n FROM ${from}`).get()?.n ?? 0;
  let cursor: Uint8Array = Buffer.of();
  return {
    receive(received) {
      count += received;
    },
    moveOn() {
      if (count < entries + moveEntriesMin) return 0;
      const stop = end.get(cursor, count - entries)?.key;
      copy.run(cursor, stop ?? ID_END);
      const moved = Number(remove.run(cursor, stop ?? ID_END).changes);
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

/** The smallest bytes that are greater than all that begin with `prefix`. */
function after(prefix: Uint8Array): Uint8Array {
  const bytes = Buffer.from(prefix);
  for (let n = bytes.length - 1; n >= 0; n -= 1) {
    const byte = bytes[n] ?? 0;
    bytes[n] = byte + 1;
    if (byte < 255) return bytes;
  }
  return ID_END;
}
