import type { DatabaseSync } from "node:sqlite";
import { isWhole } from "../../contract/protected_body.ts";
import {
  CHECK_BYTES_MAX,
  CHECK_DELIVERIES_MAX,
  CHECK_EVENTS_MAX,
  CHECK_PROBLEMS,
  type CheckedStep,
  nextCheckCursor,
  readCheckCursor,
} from "../../contract/upkeep.ts";
import { readFlags } from "../rows.ts";

interface EventRow {
  row: number;
  id: string;
  body: Uint8Array;
  body_sha256: Uint8Array;
  flags: number;
}

interface DeliveryRow {
  row: number;
  id: string;
  event_id: string;
  found: string | null;
}

/** Prepares `checkStep`, for a file of any version. Cursors hold row numbers. */
export function prepareCheck(db: DatabaseSync): {
  checkStep(now: number, cursor: string | null): CheckedStep;
} {
  const events = db.prepare(
    `SELECT row, 'evt_' || lower(hex(id)) AS id, body, body_sha256, flags FROM events
     WHERE row > ? ORDER BY row LIMIT ${CHECK_EVENTS_MAX}`,
  );
  const deliveries = db.prepare(
    `SELECT d.row, 'dlv_' || lower(hex(d.id)) AS id, 'evt_' || lower(hex(d.event_id)) AS event_id,
       'evt_' || lower(hex(e.id)) AS found
     FROM deliveries d LEFT JOIN events e ON e.row = d.event
     WHERE d.row > ? ORDER BY d.row LIMIT ${CHECK_DELIVERIES_MAX}`,
  );
  return {
    checkStep(_now, cursor) {
      const { part, after } = readCheckCursor(cursor);
      const problems: string[] = [];
      let last: number | null = null;
      let seen = 0;
      let bytes = 0;
      if (part === "events") {
        for (const row of events.iterate(Number(after)) as Iterable<unknown>) {
          const event = row as EventRow;
          const { body, body_sha256: bodySha256 } = event;
          const flags = readFlags(event.flags);
          if (!isWhole({ body, bodySha256, flags })) problems.push(CHECK_PROBLEMS.body(event.id));
          last = event.row;
          seen += 1;
          bytes += event.body.length;
          if (bytes >= CHECK_BYTES_MAX) break;
        }
        return {
          cursor: nextCheckCursor(part, numbered(last)),
          events: seen,
          deliveries: 0,
          problems,
        };
      }
      for (const row of deliveries.all(Number(after)) as unknown as DeliveryRow[]) {
        if (row.found !== row.event_id) problems.push(CHECK_PROBLEMS.event(row.id, row.event_id));
        last = row.row;
        seen += 1;
      }
      return {
        cursor: nextCheckCursor(part, numbered(last)),
        events: 0,
        deliveries: seen,
        problems,
      };
    },
  };
}

function numbered(row: number | null): string | null {
  return row === null ? null : String(row);
}
