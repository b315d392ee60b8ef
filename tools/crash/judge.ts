import { DatabaseSync } from "node:sqlite";
import type { LedgerEntry } from "./ledger.ts";

/** The result of {@linkcode judge}. */
export interface Verdict {
  posts: number;
  /** Answered 200. */
  acknowledged: number;
  /** Stored without a 200: allowed, as long as they are intact. */
  unacknowledged: number;
  /** Runs of the handler after the first of an event: delivery is at least once. */
  repeatedRuns: number;
  /** Broken promises, a sentence each. */
  problems: readonly string[];
}

/** The facts that {@linkcode judge} compares. */
export interface Evidence {
  entries: readonly LedgerEntry[];
  /** The store's file, closed. */
  storeFile: string;
  /** Event ids, one for each run of the handler. */
  handled: readonly string[];
}

interface Row {
  id: string;
  body: Uint8Array;
  state: number | null;
  times: number;
}

/** The code of `delivered` in the store's file. */
const DELIVERED = 2;

/** Problems shown at most. */
const PROBLEMS_MAX = 20;

/**
 * Compares the store with the ledger: every acknowledged post is stored once, byte for byte, delivered, and its handler
 * ran; nothing else is stored. Reads the file directly, because the store's own code could have the same fault.
 */
export function judge({ entries, storeFile, handled }: Evidence): Verdict {
  const stored = readEvents(storeFile);
  const ran = new Map<string, number>();
  for (const id of handled) ran.set(id, (ran.get(id) ?? 0) + 1);
  const problems: string[] = [];
  const acknowledged = entries.filter(({ status }) => status === 200);
  for (const { body, eventId } of acknowledged) {
    const row = stored.get(body);
    if (!row) problems.push(`${eventId} was acknowledged but is not stored, or is changed`);
    else if (row.id !== eventId) problems.push(`${eventId} is stored as ${row.id}`);
    else if (row.state !== DELIVERED)
      problems.push(`${eventId} is in state ${row.state}, not delivered`);
    else if (!ran.has(eventId)) problems.push(`${eventId} is delivered but its handler never ran`);
  }
  const sent = new Set(entries.map(({ body }) => body));
  for (const [body, { id, times }] of stored) {
    if (!sent.has(body)) problems.push(`${id} is stored but was never sent`);
    if (times > 1) problems.push(`${id} is stored ${times} times`);
  }
  return {
    posts: entries.length,
    acknowledged: acknowledged.length,
    unacknowledged: stored.size - acknowledged.length,
    repeatedRuns: handled.length - ran.size,
    problems: problems.slice(0, PROBLEMS_MAX),
  };
}

function readEvents(storeFile: string): Map<string, Row> {
  const db = new DatabaseSync(storeFile);
  try {
    const rows = db
      .prepare(
        `SELECT 'evt_' || lower(hex(e.id)) AS id, e.body AS body, min(d.state) AS state, count(*) AS times
         FROM events e LEFT JOIN deliveries d ON d.event = e.row GROUP BY e.body`,
      )
      .all() as unknown as Row[];
    return new Map(rows.map((row) => [Buffer.from(row.body).toString("utf8"), row]));
  } finally {
    db.close();
  }
}
