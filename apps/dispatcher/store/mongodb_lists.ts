import type { Filter } from "mongodb";
import {
  type EventDetail,
  type EventPage,
  type EventQuery,
  PAGE_EVENTS_MAX,
} from "./event_store.ts";
import type { DeliveryDocument, EventDocument } from "./mongodb_collections.ts";
import type { MongoContext } from "./mongodb_context.ts";
import { deliveryOf, eventOf, readAll, summaryOf, WITHOUT_BYTES } from "./mongodb_documents.ts";

/** Index entries read in one step, and steps in one call: a filter that hardly anything passes gives a short page. */
const STEP_ENTRIES_MAX = 1_000;
const STEPS_MAX = 5;

const EVENT_ID = /^evt_[0-9a-f]{32}$/;

/** What an index says of an event. Source and type are asked for only where the index holds them. */
interface Entry {
  eventId: string;
  source?: string | undefined;
  type?: string | undefined;
}

/** Reads entries in order, newest first, those before the event `before`. */
type ReadEntries = (before: string | null, limit: number) => Promise<Entry[]>;

/** `getEvent`. */
export async function getEvent(
  { collections: { events, deliveries } }: MongoContext,
  id: string,
): Promise<EventDetail | null> {
  const event = await events.findOne({ _id: id });
  if (!event) return null;
  const found = await readAll(deliveries.find({ eventId: id }));
  return { event: eventOf(event), deliveries: found.sort(byId).map(deliveryOf) };
}

/**
 * `listEvents`: walks the index that fits the filter best, in steps, lets pass what the rest of the filter lets pass, and
 * then reads the page's events and deliveries.
 */
export async function listEvents(context: MongoContext, query: EventQuery): Promise<EventPage> {
  checkQuery(query);
  const { source, type, limit } = query;
  const read = entriesOf(context, query);
  const ids: string[] = [];
  let last = query.cursor ?? null;
  let isEnd = false;
  for (let step = 0; step < STEPS_MAX && !isEnd && ids.length <= limit; step += 1) {
    const entries = await read(last, STEP_ENTRIES_MAX + 1);
    isEnd = entries.length <= STEP_ENTRIES_MAX;
    for (const entry of entries) {
      last = entry.eventId;
      const passes =
        (source === undefined || entry.source === source) &&
        (type === undefined || entry.type === type);
      // Several deliveries of an event come one after the other.
      if (passes && ids.at(-1) !== entry.eventId) ids.push(entry.eventId);
      if (ids.length > limit) break;
    }
  }
  const page = ids.slice(0, limit);
  const more = ids.length > limit ? (page.at(-1) ?? null) : isEnd ? null : last;
  return { events: await readSummaries(context, page), cursor: more };
}

function checkQuery({ limit, cursor, state, unhandled }: EventQuery): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_EVENTS_MAX) {
    throw new RangeError(`Cannot list events: limit ${limit} is not from 1 to ${PAGE_EVENTS_MAX}`);
  }
  if (cursor !== undefined && !EVENT_ID.test(cursor)) {
    const shown = JSON.stringify(cursor.slice(0, 60));
    throw new RangeError(`Cannot list events: ${shown} is not the cursor of a page`);
  }
  if (state !== undefined && unhandled) {
    throw new RangeError("Cannot list events: an unhandled event has no delivery in any state");
  }
}

function entriesOf(context: MongoContext, query: EventQuery): ReadEntries {
  const { events, deliveries } = context.collections;
  const { state, unhandled, source, type } = query;
  if (state !== undefined) {
    return (before, limit) =>
      readAll(
        deliveries
          .find(
            { state, ...(before ? { eventId: { $lt: before } } : {}) },
            { projection: { eventId: 1, source: 1, type: 1 } },
          )
          .sort({ eventId: -1 })
          .limit(limit),
      );
  }
  const filter: Filter<EventDocument> = unhandled
    ? { unhandled: true }
    : source !== undefined
      ? { source }
      : type !== undefined
        ? { type }
        : {};
  // Without a filter only the id, which its own index has.
  const isFiltered = source !== undefined || type !== undefined;
  const projection = isFiltered ? { source: 1, type: 1 } : { _id: 1 };
  return async (before, limit) => {
    const found = await readAll(
      events
        .find({ ...filter, ...(before ? { _id: { $lt: before } } : {}) }, { projection })
        .sort({ _id: -1 })
        .limit(isFiltered ? limit : Math.min(limit, query.limit + 1)),
    );
    return found.map((entry) => ({ ...entry, eventId: entry._id }));
  };
}

async function readSummaries(
  { collections: { events, deliveries } }: MongoContext,
  ids: readonly string[],
): Promise<EventPage["events"]> {
  if (ids.length === 0) return [];
  const [found, made] = await Promise.all([
    readAll(events.find({ _id: { $in: [...ids] } }, { projection: WITHOUT_BYTES })),
    readAll(deliveries.find({ eventId: { $in: [...ids] } }, { projection: { attempts: 0 } })),
  ]);
  const byEvent = Map.groupBy(made.sort(byId), ({ eventId }) => eventId);
  const documents = new Map(found.map((document) => [document._id, document]));
  return ids.flatMap((id) => {
    const document = documents.get(id);
    if (!document) return [];
    const { bodyBytes } = document;
    const of = byEvent.get(id) ?? [];
    const summaries = of.map((delivery) => deliveryOf({ ...delivery, attempts: [] }));
    return { event: summaryOf(document), bodyBytes, deliveries: summaries };
  });
}

function byId(a: Pick<DeliveryDocument, "_id">, b: Pick<DeliveryDocument, "_id">): number {
  return a._id < b._id ? -1 : 1;
}
