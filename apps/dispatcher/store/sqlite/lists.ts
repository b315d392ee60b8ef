import type { DatabaseSync } from "node:sqlite";
import type { Delivery, DeliveryState } from "@hookgate/types";
import type {
  DeliverySummary,
  EventDetail,
  EventPage,
  EventQuery,
  EventSummary,
} from "../contract/events.ts";
import {
  DELIVERY_COLUMNS,
  idAtTime,
  isId,
  packId,
  type Row,
  readDelivery,
  readEvent,
  readSummary,
  STATE_CODES,
  SUMMARY_COLUMNS,
  unpackId,
} from "./rows.ts";

/** Events that one page looks at, whatever it finds. */
const EVENTS_SEEN_MAX = 1_000;

/** Come before and after every id. */
const START = Buffer.of();
const END = Buffer.alloc(17, 255);

const SUMMARY = `${SUMMARY_COLUMNS}, length(e.body) AS body_bytes`;

/** What lists and shows events. */
export interface Lists {
  listEvents(query: EventQuery): EventPage;
  getEvent(id: string): EventDetail | null;
  getDelivery(id: string): DeliverySummary | null;
}

/** Rows between two ids, in one direction. */
type Walk = (between: Between, ...values: string[]) => Iterable<Row>;

/** Ids that are walked through, both left out, and the direction. */
interface Between {
  low: Uint8Array;
  high: Uint8Array;
  oldestFirst: boolean;
}

/** Prepares {@linkcode Lists}. */
export function prepareLists(db: DatabaseSync): Lists {
  const walk = (where: string, index: string): Walk => {
    const inOrder = (direction: "ASC" | "DESC") =>
      db.prepare(`SELECT ${SUMMARY} FROM events e INDEXED BY ${index}
        WHERE ${where} AND e.id > ? AND e.id < ? ORDER BY e.id ${direction}`);
    const [up, down] = [inOrder("ASC"), inOrder("DESC")];
    return ({ low, high, oldestFirst }, ...values) =>
      (oldestFirst ? up : down).iterate(...values, low, high);
  };
  const all = walk("1", "events_id");
  const ofType = walk("e.type = ?", "events_type");
  const ofSource = walk("e.source = ?", "events_source");
  const unhandled = walk("e.unhandled = 1", "events_unhandled");
  const openInOrder = (direction: "ASC" | "DESC") =>
    db.prepare(`SELECT event_id FROM deliveries INDEXED BY deliveries_open
      WHERE state <> 2 AND state = ? AND event_id > ? AND event_id < ?
      ORDER BY event_id ${direction}`);
  const [openUp, openDown] = [openInOrder("ASC"), openInOrder("DESC")];
  const summary = db.prepare(`SELECT ${SUMMARY} FROM events e WHERE e.id = ?`);
  const whole = db.prepare(
    `SELECT ${SUMMARY_COLUMNS}, e.skipped, e.headers, e.body FROM events e WHERE e.id = ?`,
  );
  const deliveries = db.prepare(
    `SELECT ${DELIVERY_COLUMNS} FROM deliveries d WHERE d.event = ? ORDER BY d.id`,
  );
  const withAttempts = db.prepare(
    `SELECT ${DELIVERY_COLUMNS}, d.attempts FROM deliveries d WHERE d.event = ? ORDER BY d.id`,
  );
  const oneDelivery = db.prepare(`SELECT ${DELIVERY_COLUMNS}, d.attempts, ${SUMMARY_COLUMNS}
    FROM deliveries d JOIN events e ON e.row = d.event WHERE d.id = ?`);

  /** Rows of the narrowest index that the query has. Delivered is nearly all: it has none. */
  function candidates(query: EventQuery): Iterable<Row> {
    const { state, unhandled: bare, type, source } = query;
    const between = betweenOf(query);
    if (state !== undefined && state !== "delivered") return withDelivery(state, between);
    if (bare) return unhandled(between);
    if (type !== undefined) return ofType(between, type);
    if (source !== undefined) return ofSource(between, source);
    return all(between);
  }

  function* withDelivery(state: DeliveryState, { low, high, oldestFirst }: Between): Iterable<Row> {
    let last = "";
    for (const row of (oldestFirst ? openUp : openDown).iterate(STATE_CODES[state], low, high)) {
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
    const { state, subscription } = query;
    if (state !== undefined || subscription !== undefined) {
      const matches = found.some(
        (one) =>
          (state === undefined || one.state === state) &&
          (subscription === undefined || one.subscription === subscription),
      );
      if (!matches) return null;
    }
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
      const skipped = row["skipped"] === null ? [] : JSON.parse(row["skipped"] as string);
      return { event: readEvent(row), deliveries: found, skipped };
    },

    getDelivery(id) {
      const row = isId(id, "dlv") ? (oneDelivery.get(packId(id)) as Row | undefined) : undefined;
      return row ? { delivery: readDelivery(row), event: readSummary(row) } : null;
    },
  };
}

function betweenOf({ from, to, cursor, oldestFirst = false }: EventQuery): Between {
  const after = cursor === undefined ? null : packId(cursor);
  // Ids at the time itself belong to it: the bound is the one before the least of them.
  const first = from === undefined ? START : before(idAtTime(from));
  const end = to === undefined ? END : idAtTime(to);
  if (after === null) return { low: first, high: end, oldestFirst };
  return oldestFirst
    ? { low: Buffer.compare(after, first) > 0 ? after : first, high: end, oldestFirst }
    : { low: first, high: Buffer.compare(after, end) < 0 ? after : end, oldestFirst };
}

/** Comes before `id`, and after all that are less: it is a part of it. */
function before(id: Uint8Array): Uint8Array {
  return id.subarray(0, -1);
}
