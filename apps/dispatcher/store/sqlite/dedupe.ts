import type { DatabaseSync } from "node:sqlite";
import {
  createKeyOf,
  isKnownById,
  KEY_BYTES,
  type KeyFacts,
  type Known,
  SAME_MAX,
} from "../contract/identify.ts";
import { eventIdAt } from "../contract/ids.ts";
import { ID_START, packId, prepare, unpackId } from "./rows.ts";
import { DEDUPE_TIERS } from "./schema.ts";
import type { OperationsOf } from "./wire.ts";

/** How many other bodies of one id to look at for the first event. */
const OTHERS_MAX = 16;

/**
 * Entries of each tier but the last; any more move to the next. The first has two pages, so that a commit of a few events writes
 * those, and not a page for each key.
 */
const TIER_ENTRIES = [256, 4_096, 131_072] as const;

/** How many entries are worth moving: fewer would touch as many pages. */
const MOVE_ENTRIES_MIN = 256;

/** Options for {@linkcode prepareDedupe}. */
export interface DedupeOptions {
  /** Entries of the first tiers. @default {[256, 4_096, 131_072]} */
  tierEntries?: readonly [number, number, number];
  /** Entries above that before some move on. @default {256} */
  moveEntriesMin?: number;
}

/** What is known about an event before it is stored. */
export interface DedupeAnswer extends Known {
  /** For `add`. */
  key: Uint8Array;
}

/** Finds duplicates. */
export interface Dedupe extends OperationsOf<"pruneKeys"> {
  look(facts: KeyFacts, sha256: Uint8Array): DedupeAnswer;
  /** Ids of the events whose keys begin with a slot, some of each tier if there are many. */
  known(slot: Uint8Array): string[];
  add(key: Uint8Array, eventRow: number): void;
  /** Keeps the id of an event that is removed: its key still names its row. */
  remove(event: { row: number; id: Uint8Array }): void;
  /** Call once after some `add`s. */
  merge(): void;
}

/** Sorts after every key. */
const KEY_END = Buffer.alloc(KEY_BYTES + 1, 255);

const NONE: readonly string[] = [];

/**
 * Prepares {@linkcode Dedupe}.
 *
 * A key is that of `contract/identify.ts`, so that one range of keys has all events with a provider's id. It names the event
 * by its row, which takes a quarter of the room of an id, and stays when the event is removed, like the id. Keys are random: in a single index of a million, each new
 * one would write a page of its own, which was three quarters of a commit. Instead they go to a small tier, and move to
 * larger ones in key order, a few neighbours at a time, round and round.
 */
export function prepareDedupe(db: DatabaseSync, options: DedupeOptions = {}): Dedupe {
  const { tierEntries = TIER_ENTRIES, moveEntriesMin = MOVE_ENTRIES_MIN } = options;
  const fromTiers = (columns: string, where: string) =>
    DEDUPE_TIERS.map((tier) => `SELECT ${columns} FROM ${tier} WHERE ${where}`).join(" UNION ALL ");
  const seen = prepare<object>(db, `${fromTiers("1", "key >= ?1 AND key < ?2")} LIMIT 1`);
  const same = prepare<{ event: number }>(
    db,
    `${fromTiers("event", "key = ?1")} ORDER BY event DESC LIMIT ${SAME_MAX}`,
  );
  const others = prepare<{ event: number }>(
    db,
    `${fromTiers("event", "key >= ?1 AND key < ?2 AND key <> ?3")} LIMIT ${OTHERS_MAX}`,
  );
  const findId = prepare<{ id: Uint8Array }>(
    db,
    "SELECT id FROM events WHERE row = ?1 UNION ALL SELECT id FROM removed WHERE row = ?1 LIMIT 1",
  );
  const keepId = prepare(db, "INSERT INTO removed VALUES (?, ?)");
  /** Ids of events, newest first. */
  const idsOf = (found: readonly { event: number }[]) => {
    const rows = found.flatMap(({ event }) => findId.get(event) ?? []);
    return rows
      .map(({ id }) => unpackId("evt", id))
      .sort()
      .reverse();
  };
  const insert = prepare(db, `INSERT INTO ${DEDUPE_TIERS[0]} VALUES (?, ?)`);
  const tiers = tierEntries.map((entries, index) =>
    prepareTier(db, { index, entries, moveEntriesMin }),
  );
  const keyOf = createKeyOf();
  const prunings = DEDUPE_TIERS.map((tier) => preparePruning(db, tier));
  // The last one stays, so that its row is not given to another event.
  const forget = prepare(
    db,
    `DELETE FROM removed WHERE row < (SELECT max(row) FROM removed) AND id < ?1
      AND row IN (SELECT row FROM removed ORDER BY row LIMIT ?2)`,
  );
  /** Forgets ids without a key; whether there may be more. */
  const forgetIds = (border: Uint8Array, limit: number) =>
    Number(forget.run(border, limit).changes) === limit;

  return {
    look(facts, sha256) {
      const { slot, body } = keyOf(facts, sha256);
      const key = Buffer.concat([slot, body]);
      const byId = isKnownById(facts);
      // A body is a key only as a whole; a provider's id is one with any body.
      const low = byId ? slot : key;
      const high = after(low);
      // Nearly always enough: no key begins like this one.
      if (!seen.get(low, high)) return { key, same: NONE, other: null };
      const other = byId ? idsOf(others.all(low, high, key)).at(-1) : null;
      return { key, same: idsOf(same.all(key)), other: other ?? null };
    },
    known: (slot) => idsOf(others.all(slot, after(slot), ID_START)),
    add(key, eventRow) {
      insert.run(key, eventRow);
      tiers[0]?.receive(1);
    },
    remove({ row, id }) {
      keepId.run(row, id);
    },
    merge() {
      for (const [index, tier] of tiers.entries()) {
        const moved = tier.moveOn();
        tiers[index + 1]?.receive(moved);
      }
    },
    pruneKeys(_now, { receivedBefore, cursor, limit }) {
      const [at = "0", from = ""] = cursor?.split(":") ?? [];
      const index = Number(at);
      const border = packId(eventIdAt(receivedBefore));
      const step = prunings[index]?.(Buffer.from(from, "hex"), { border, limit });
      if (step === undefined) {
        return { removed: 0, cursor: forgetIds(border, limit) ? cursor : null };
      }
      tiers[index]?.receive(-step.removed);
      if (step.next !== null) {
        return {
          removed: step.removed,
          cursor: `${index}:${Buffer.from(step.next).toString("hex")}`,
        };
      }
      return { removed: step.removed, cursor: `${index + 1}:` };
    },
  };
}

type Prune = (
  from: Uint8Array,
  options: { border: Uint8Array; limit: number },
) => { removed: number; next: Uint8Array | null };

/** Prepares a step through one tier in the order of its keys: removes those of old events, and of those whose id is gone. */
function preparePruning(db: DatabaseSync, tier: string): Prune {
  const end = prepare<{ key: Uint8Array }>(
    db,
    `SELECT key FROM ${tier} WHERE key >= ? ORDER BY key LIMIT 1 OFFSET ?`,
  );
  const remove = prepare(
    db,
    `DELETE FROM ${tier} WHERE key >= ? AND key < ?
    AND NOT EXISTS (SELECT 1 FROM events e WHERE e.row = event)
    AND NOT EXISTS (SELECT 1 FROM removed r WHERE r.row = event AND r.id >= ?)`,
  );
  return (from, { border, limit }) => {
    const next = end.get(from, limit)?.key ?? null;
    const { changes } = remove.run(from, next ?? KEY_END, border);
    return { removed: Number(changes), next };
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
  let cursor: Uint8Array = ID_START;
  return {
    receive(received) {
      count += received;
    },
    moveOn() {
      if (count < entries + moveEntriesMin) return 0;
      const stop = end.get(cursor, count - entries)?.key;
      copy.run(cursor, stop ?? KEY_END);
      const moved = Number(remove.run(cursor, stop ?? KEY_END).changes);
      cursor = stop ?? ID_START;
      count -= moved;
      return moved;
    },
  };
}

/** The smallest bytes that are greater than all that begin with `prefix`. */
function after(prefix: Uint8Array): Uint8Array {
  const bytes = Buffer.from(prefix);
  for (let n = bytes.length - 1; n >= 0; n -= 1) {
    const byte = bytes[n] ?? 0;
    bytes[n] = byte + 1;
    if (byte < 255) return bytes;
  }
  return KEY_END;
}
