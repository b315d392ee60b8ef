import type { DatabaseSync } from "node:sqlite";
import type { Delivery, DeliveryState } from "@hookgate/types";
import { checkEventQuery } from "../contract/checks.ts";
import type { EventQuery, EventSummary } from "../contract/events.ts";
import { eventIdRange, isId } from "../contract/ids.ts";
import { hasWanted } from "../contract/latest.ts";
import {
  type BytesRow,
  DELIVERY_COLUMNS,
  type DeliveryRow,
  ID_END,
  ID_START,
  packId,
  prepare,
  readDelivery,
  readEvent,
  readSummary,
  STATE_CODES,
  SUMMARY_COLUMNS,
  type SummaryRow,
  unpackId,
} from "./rows.ts";
import type { SteadyTime } from "./steady_time.ts";
import type { OperationsOf } from "./wire.ts";

/** Events that one call looks at, even if it finds none: a page may take several calls, and commits wait for each. */
const EVENTS_SEEN_MAX = 128;

/** Deliveries that one call reads, 20 to 30 µs each; those of one event at least, which many may have wanted. */
const DELIVERIES_SEEN_MAX = 400;

/** Events of which one call looks for a delivery of a subscription: only in indexes, 0.4 µs each. */
const EVENTS_ASKED_MAX = 4_000;

/** The same among events with a delivery in a state: the delivery is read, too. */
const OPEN_ASKED_MAX = 2_000;

const HAS_DELIVERY = `EXISTS (SELECT 1 FROM deliveries d INDEXED BY deliveries_generation
  WHERE d.event = e.row AND d.subscription = ?)`;

const SUMMARY = `${SUMMARY_COLUMNS}, length(e.body) AS body_bytes`;

type ListedRow = SummaryRow & { body_bytes: number };

/** A walk through the events of an index, between two ids and in one direction. */
interface Walk {
  /** All of them. */
  rows(between: Between, values: readonly string[]): Iterable<ListedRow>;
  /** Those with a delivery of a subscription, among the next {@linkcode EVENTS_ASKED_MAX}. */
  rowsOf(subscription: string, between: Between, values: readonly string[]): Step;
}

/** Rows to look at, and the id that they end with if more may follow. */
interface Step {
  rows: Iterable<ListedRow>;
  last: Uint8Array | null;
}

interface EventId {
  id: Uint8Array;
}

/** Ids to walk through, both left out, and the direction. */
interface Between {
  low: Uint8Array;
  high: Uint8Array;
  oldestFirst: boolean;
}

/** Prepares what lists and shows events. */
export function prepareLists(
  db: DatabaseSync,
  time: SteadyTime,
): OperationsOf<"listEvents" | "getEvent" | "getDelivery"> {
  const walk = (where: string, index: string): Walk => {
    const inOrder = (direction: "ASC" | "DESC") => {
      const between = `FROM events e INDEXED BY ${index} WHERE ${where} AND e.id > ? AND e.id < ?`;
      const order = `ORDER BY e.id ${direction}`;
      return {
        rows: prepare<ListedRow>(db, `SELECT ${SUMMARY} ${between} ${order}`),
        rowsOf: prepare<ListedRow>(db, `SELECT ${SUMMARY} ${between} AND ${HAS_DELIVERY} ${order}`),
        ends: prepare<EventId>(db, `SELECT e.id ${between} ${order} LIMIT 2 OFFSET ?`),
      };
    };
    const [up, down] = [inOrder("ASC"), inOrder("DESC")];
    return {
      rows: ({ low, high, oldestFirst }, values) =>
        (oldestFirst ? up : down).rows.iterate(...values, low, high),
      rowsOf(subscription, { low, high, oldestFirst }, values) {
        const { ends, rowsOf } = oldestFirst ? up : down;
        const found = ends.all(...values, low, high, EVENTS_ASKED_MAX - 1);
        const { ids, last } = cut({ low, high, oldestFirst }, found);
        return { rows: rowsOf.iterate(...values, ...ids, subscription), last };
      },
    };
  };
  const all = walk("1", "events_id");
  const ofType = walk("e.type = ?", "events_type");
  const ofSource = walk("e.source = ?", "events_source");
  const unhandled = walk("e.unhandled = 1", "events_unhandled");
  const openInOrder = (direction: "ASC" | "DESC") => {
    const between = `SELECT DISTINCT event_id AS id FROM deliveries INDEXED BY deliveries_open
      WHERE state <> 2 AND state = ? AND event_id > ? AND event_id < ?`;
    const order = `ORDER BY event_id ${direction}`;
    return {
      ids: prepare<EventId>(db, `${between} ${order}`),
      idsOf: prepare<EventId>(db, `${between} AND subscription = ? ${order}`),
      ends: prepare<EventId>(db, `${between} ${order} LIMIT 2 OFFSET ?`),
    };
  };
  const [openUp, openDown] = [openInOrder("ASC"), openInOrder("DESC")];
  const summary = prepare<ListedRow>(db, `SELECT ${SUMMARY} FROM events e WHERE e.id = ?`);
  const whole = prepare<SummaryRow & BytesRow & { skipped: string | null }>(
    db,
    `SELECT ${SUMMARY_COLUMNS}, e.skipped, e.headers, e.body FROM events e WHERE e.id = ?`,
  );
  const deliveries = prepare<DeliveryRow>(
    db,
    `SELECT ${DELIVERY_COLUMNS} FROM deliveries d WHERE d.event = ? ORDER BY d.id`,
  );
  const withAttempts = prepare<DeliveryRow>(
    db,
    `SELECT ${DELIVERY_COLUMNS}, d.attempts FROM deliveries d WHERE d.event = ? ORDER BY d.id`,
  );
  // Both tables have a row number: the event's comes last, and nobody reads it.
  const oneDelivery = prepare<DeliveryRow & SummaryRow>(
    db,
    `SELECT ${DELIVERY_COLUMNS}, d.attempts, ${SUMMARY_COLUMNS}
     FROM deliveries d JOIN events e ON e.row = d.event WHERE d.id = ?`,
  );

  /** Rows of the narrowest index for the query. There is none for delivered ones: they are nearly all. */
  function candidates(query: EventQuery): Step {
    const { state, unhandled: bare, subscription } = query;
    const between = betweenOf(query);
    if (state !== undefined && state !== "delivered") {
      return withDelivery(state, between, subscription);
    }
    const [walk, ...values] = bare ? [unhandled] : byName(query);
    if (subscription !== undefined) return walk.rowsOf(subscription, between, values);
    return { rows: walk.rows(between, values), last: null };
  }

  function byName({ type, source }: EventQuery): [Walk, ...string[]] {
    if (type !== undefined) return [ofType, type];
    return source === undefined ? [all] : [ofSource, source];
  }

  function withDelivery(
    state: DeliveryState,
    between: Between,
    subscription: string | undefined,
  ): Step {
    const { low, high, oldestFirst } = between;
    const code = STATE_CODES[state];
    const { ids, idsOf, ends } = oldestFirst ? openUp : openDown;
    if (subscription === undefined) {
      return { rows: summaries(ids.iterate(code, low, high)), last: null };
    }
    const step = cut(between, ends.all(code, low, high, OPEN_ASKED_MAX - 1));
    return { rows: summaries(idsOf.iterate(code, ...step.ids, subscription)), last: step.last };
  }

  function* summaries(ids: Iterable<EventId>): Iterable<ListedRow> {
    for (const { id } of ids) {
      const row = summary.get(id);
      if (row) yield row;
    }
  }

  function readDeliveries(row: ListedRow): Delivery[] {
    return deliveries.all(row.row).map((delivery) => readDelivery(delivery, time));
  }

  return {
    listEvents(_now, query) {
      checkEventQuery(query);
      const events: EventSummary[] = [];
      let seen = 0;
      let deliveriesSeen = 0;
      let cursor = "";
      const { rows, last } = candidates(query);
      for (const row of rows) {
        const isFull = events.length === query.limit;
        const isLong = seen === EVENTS_SEEN_MAX || deliveriesSeen >= DELIVERIES_SEEN_MAX;
        if (isFull || isLong) return { events, cursor };
        seen += 1;
        cursor = unpackId("evt", row.event_id);
        if (query.type !== undefined && row.type !== query.type) continue;
        if (query.source !== undefined && row.source !== query.source) continue;
        const found = readDeliveries(row);
        deliveriesSeen += found.length;
        if (isWanted(found, query)) {
          events.push({ event: readSummary(row), bodyBytes: row.body_bytes, deliveries: found });
        }
      }
      return { events, cursor: last === null ? null : unpackId("evt", last) };
    },

    getEvent(_now, id) {
      const row = isId(id, "evt") ? whole.get(packId(id)) : undefined;
      if (!row) return null;
      const found = withAttempts.all(row.row).map((delivery) => readDelivery(delivery, time));
      const skipped = row.skipped === null ? [] : JSON.parse(row.skipped);
      return { event: readEvent(row), deliveries: found, skipped };
    },

    getDelivery(_now, id) {
      const row = isId(id, "dlv") ? oneDelivery.get(packId(id)) : undefined;
      return row ? { delivery: readDelivery(row, time), event: readSummary(row) } : null;
    },
  };
}

/** Whether an event with these deliveries is to be listed. */
function isWanted(deliveries: readonly Delivery[], query: EventQuery): boolean {
  return hasWanted(deliveries, query) && !(query.unhandled && deliveries.length > 0);
}

/** Cuts a walk after the first of two ids that were found, if there is a second. */
function cut(
  { low, high, oldestFirst }: Between,
  [last, next]: readonly EventId[],
): { ids: [Uint8Array, Uint8Array]; last: Uint8Array | null } {
  const end = next?.id ?? (oldestFirst ? high : low);
  const ids: [Uint8Array, Uint8Array] = oldestFirst ? [low, end] : [end, high];
  return { ids, last: next === undefined ? null : (last?.id ?? null) };
}

function betweenOf(query: EventQuery): Between {
  const { after, before } = eventIdRange(query);
  const { oldestFirst = false } = query;
  return {
    low: after === null ? ID_START : packId(after),
    high: before === null ? ID_END : packId(before),
    oldestFirst,
  };
}
