import type { Filter } from "mongodb";
import { checkEventQuery } from "../contract/checks.ts";
import type { DeliverySummary, EventDetail, EventPage, EventQuery } from "../contract/events.ts";
import { eventIdRange } from "../contract/ids.ts";
import { hasWanted } from "../contract/latest.ts";
import { readEvents } from "./body_parts.ts";
import type { DeliveryDocument, EventDocument } from "./collections.ts";
import type { MongoContext } from "./context.ts";
import { deliveryOf, readAll, summaryOf, WITHOUT_BYTES } from "./documents.ts";

/** Index entries read in one step, and steps in one call: a filter that matches little returns a short page. */
const STEP_ENTRIES_MAX = 1_000;
const STEPS_MAX = 5;

/** An index entry of an event or of one of its deliveries, with the fields that still have to be filtered. */
type Entry = { eventId: string } & Partial<
  Pick<DeliveryDocument, "source" | "type" | "subscription" | "state">
>;

/** Reads the entries after the event `last`, in the query's order. */
type ReadEntries = (last: string | null, limit: number) => Promise<Entry[]>;

/** `getEvent`. */
export async function getEvent(
  { collections }: MongoContext,
  id: string,
): Promise<EventDetail | null> {
  const [stored] = await readEvents(collections, [id]);
  if (!stored) return null;
  const found = await readAll(collections.deliveries.find({ eventId: id }));
  const { event, skipped } = stored;
  return { event, deliveries: found.sort(byId).map(deliveryOf), skipped };
}

/** `getDelivery`. */
export async function getDelivery(
  { collections: { events, deliveries } }: MongoContext,
  id: string,
): Promise<DeliverySummary | null> {
  const delivery = await deliveries.findOne({ _id: id });
  if (!delivery) return null;
  const event = await events.findOne({ _id: delivery.eventId }, { projection: WITHOUT_BYTES });
  // Event and delivery were removed in between.
  if (!event) return null;
  return { delivery: deliveryOf(delivery), event: summaryOf(event) };
}

/**
 * `listEvents`: walks the index that fits best, in steps, applies the rest of the filter, and then reads the page's events
 * and deliveries.
 */
export async function listEvents(context: MongoContext, query: EventQuery): Promise<EventPage> {
  checkEventQuery(query);
  const { limit } = query;
  const read = entriesOf(context, query);
  const ids: string[] = [];
  let last = query.cursor ?? null;
  let isEnd = false;
  for (let step = 0; step < STEPS_MAX && !isEnd && ids.length <= limit; step += 1) {
    const entries = await read(last, STEP_ENTRIES_MAX + 1);
    isEnd = entries.length <= STEP_ENTRIES_MAX;
    for (const entry of isEnd ? entries : withoutPart(entries)) {
      last = entry.eventId;
      // Several deliveries of an event come one after the other.
      if (passes(entry, query) && ids.at(-1) !== entry.eventId) ids.push(entry.eventId);
      if (ids.length > limit) break;
    }
  }
  const page = ids.slice(0, limit);
  const more = ids.length > limit ? (page.at(-1) ?? null) : isEnd ? null : last;
  const events = await readSummaries(context, page);
  // The index has every delivery, also one that was repeated since.
  return { events: events.filter(({ deliveries }) => hasWanted(deliveries, query)), cursor: more };
}

/** The entries without those of the last event, of which more may follow: the next step reads them all. */
function withoutPart(entries: readonly Entry[]): readonly Entry[] {
  const last = entries.at(-1)?.eventId;
  const whole = entries.filter(({ eventId }) => eventId !== last);
  return whole.length > 0 ? whole : entries;
}

/** Whether an entry matches the fields that its index does not filter. */
function passes(entry: Entry, query: EventQuery): boolean {
  const fields = ["source", "type", "subscription", "state"] as const;
  return fields.every((field) => query[field] === undefined || entry[field] === query[field]);
}

function entriesOf(context: MongoContext, query: EventQuery): ReadEntries {
  const { state, unhandled, subscription } = query;
  const isOfDelivery = state !== undefined || subscription !== undefined;
  // An unhandled event has no deliveries.
  if (unhandled && isOfDelivery) return async () => [];
  return isOfDelivery ? deliveryEntries(context, query) : eventEntries(context, query);
}

function deliveryEntries(
  { collections: { deliveries } }: MongoContext,
  query: EventQuery,
): ReadEntries {
  const projection = { eventId: 1, source: 1, type: 1, subscription: 1, state: 1 };
  return (last, limit) =>
    readAll(
      deliveries
        .find({ ...walkedBy(query), ...rangeOf("eventId", query, last) }, { projection })
        .sort({ eventId: query.oldestFirst ? 1 : -1 })
        .limit(limit),
    );
}

/**
 * Which deliveries to walk: those in a state, or those of a subscription. With both in the query the state decides, as
 * few deliveries are in one, except for `delivered`, where most end.
 */
function walkedBy({ state, subscription }: EventQuery): Filter<DeliveryDocument> {
  const isMost = state === undefined || state === "delivered";
  if (subscription !== undefined && isMost) return { subscription };
  return state === undefined ? {} : { state };
}

function eventEntries({ collections: { events } }: MongoContext, query: EventQuery): ReadEntries {
  const { unhandled, source, type, oldestFirst } = query;
  const filter: Filter<EventDocument> = unhandled
    ? { unhandled: true }
    : source !== undefined
      ? { source }
      : type !== undefined
        ? { type }
        : {};
  // Without a filter only the id is read, from its own index.
  const isFiltered = source !== undefined || type !== undefined;
  const projection = isFiltered ? { source: 1, type: 1 } : { _id: 1 };
  return async (last, limit) => {
    const found = await readAll(
      events
        .find({ ...filter, ...rangeOf("_id", query, last) }, { projection })
        .sort({ _id: oldestFirst ? 1 : -1 })
        .limit(isFiltered ? limit : Math.min(limit, query.limit + 1)),
    );
    return found.map((entry) => ({ ...entry, eventId: entry._id }));
  };
}

/** The condition on event ids: within the query's times, and after `last` in the query's order. */
function rangeOf(
  field: "_id" | "eventId",
  query: EventQuery,
  last: string | null,
): Record<string, { $gt?: string; $lt?: string }> {
  const { cursor: _, ...times } = query;
  const { after, before } = eventIdRange(last === null ? times : { ...times, cursor: last });
  const condition = {
    ...(after === null ? {} : { $gt: after }),
    ...(before === null ? {} : { $lt: before }),
  };
  return Object.keys(condition).length > 0 ? { [field]: condition } : {};
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
