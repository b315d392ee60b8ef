import type { DatabaseSync } from "node:sqlite";
import type { Delivery, DeliveryState } from "@hookgate/types";
import type { EventDetail, EventPage, EventQuery, EventSummary } from "./event_store.ts";
import {
  DELIVERY_COLUMNS,
  isId,
  packId,
  type Row,
  readDelivery,
  readEvent,
  readSummary,
  STATE_CODES,
  SUMMARY_COLUMNS,
  unpackId,
} from "./sqlite_rows.ts";

/** Events that one page looks at, whatever it finds. */
const EVENTS_SEEN_MAX = 1_000;

/** Comes after every id. */
const END = Buffer.alloc(17, 255);

const SUMMARY = `${SUMMARY_COLUMNS}, length(e.body) AS body_bytes`;

/** What lists and shows events. */
export interface Lists {
  listEvents(query: EventQuery): EventPage;
  getEvent(id: string): EventDetail | null;
}

/** Prepares {@linkcode Lists}. */
export function prepareLists(db: DatabaseSync): Lists {
  const newest = (where: string, index: string) =>
    db.prepare(`SELECT ${SUMMARY} FROM events e INDEXED BY ${index}
      WHERE ${where} AND e.id < ? ORDER BY e.id DESC`);
  const all = newest("1", "events_id");
  const ofType = newest("e.type = ?", "events_type");
  const ofSource = newest("e.source = ?", "events_source");
  const unhandled = newest("e.unhandled = 1", "events_unhandled");
  const open = db.prepare(`SELECT event_id FROM deliveries INDEXED BY deliveries_open
    WHERE state <> 2 AND state = ? AND event_id < ? ORDER BY event_id DESC`);
  const summary = db.prepare(`SELECT ${SUMMARY} FROM events e WHERE e.id = ?`);
  const whole = db.prepare(
    `SELECT ${SUMMARY_COLUMNS}, e.headers, e.body FROM events e WHERE e.id = ?`,
  );
  const deliveries = db.prepare(
    `SELECT ${DELIVERY_COLUMNS} FROM deliveries d WHERE d.event = ? ORDER BY d.id`,
  );
  const withAttempts = db.prepare(
    `SELECT ${DELIVERY_COLUMNS}, d.attempts FROM deliveries d WHERE d.event = ? ORDER BY d.id`,
  );

  /** Rows of the narrowest index that the query has, newest first. Delivered is nearly all: it has none. */
  function candidates({ state, unhandled: bare, type, source, cursor }: EventQuery): Iterable<Row> {
    const before = cursor === undefined ? END : packId(cursor);
    if (state !== undefined && state !== "delivered") return withDelivery(state, before);
    if (bare) return unhandled.iterate(before);
    if (type !== undefined) return ofType.iterate(type, before);
    if (source !== undefined) return ofSource.iterate(source, before);
    return all.iterate(before);
  }

  function* withDelivery(state: DeliveryState, before: Uint8Array): Iterable<Row> {
    let last = "";
    for (const row of open.iterate(STATE_CODES[state], before)) {
      const id = unpackId("evt", row["event_id"]);
      if (id === last) continue;
      last = id;
      yield summary.get(row["event_id"] as Uint8Array) as Row;
    }
  }

  function readSummaryOf(row: Row, query: EventQuery): EventSummary | null {
    if (query.type !== undefined && row["type"] !== query.type) return null;
    if (query.source !== undefined && row["source"] !== query.source) return null;
    const found: Delivery[] = deliveries.all(row["row"] as number).map(readDelivery);
    if (query.state !== undefined && !found.some(({ state }) => state === query.state)) return null;
    if (query.unhandled && found.length > 0) return null;
    return { event: readSummary(row), bodyBytes: row["body_bytes"] as number, deliveries: found };
  }

  return {
    listEvents(query) {
      const events: EventSummary[] = [];
      let seen = 0;
      let cursor = "";
      for (const row of candidates(query)) {
        if (events.length === query.limit || seen === EVENTS_SEEN_MAX) return { events, cursor };
        seen += 1;
        cursor = unpackId("evt", row["event_id"]);
        const found = readSummaryOf(row, query);
        if (found) events.push(found);
      }
      return { events, cursor: null };
    },

    getEvent(id) {
      const row = isId(id, "evt") ? (whole.get(packId(id)) as Row | undefined) : undefined;
      if (!row) return null;
      const found = withAttempts.all(row["row"] as number).map(readDelivery);
      return { event: readEvent(row), deliveries: found };
    },
  };
}
