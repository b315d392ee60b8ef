import type { Delivery, Replay } from "@hookgate/types";
import type { EventQuery, EventSummary, Events } from "../store/contract/events.ts";

/** An event that a replay looks at. */
export interface Candidate {
  /** The replay's cursor after it. */
  cursor: string;
  event: EventSummary["event"];
  deliveries: readonly Delivery[];
  /** The subscription to repeat for; undefined for all. */
  subscription: string | undefined;
  /** What the id is of that names it; null if a filter found it. */
  named: "event" | "delivery" | null;
}

/** The next events that a replay looks at, oldest first. */
export interface CandidatePage {
  candidates: readonly Candidate[];
  /** The replay's cursor after all of them. */
  cursor: string | null;
  /** Whether these are the last. */
  last: boolean;
  /** Ids that were named and are not stored, or not any more. */
  unknown: readonly string[];
}

/** Options for {@linkcode readCandidates}. */
export interface ReadCandidatesOptions {
  store: Pick<Events, "listEvents" | "getEvent" | "getDelivery">;
  /** Most events. */
  limit: number;
}

/** Reads the events after a replay's cursor that may have a delivery to repeat or to make. */
export async function readCandidates(
  replay: Pick<Replay, "kind" | "filter" | "cursor">,
  options: ReadCandidatesOptions,
): Promise<CandidatePage> {
  const { ids } = replay.filter;
  if (ids !== undefined) return readNamed(ids, { ...options, cursor: replay.cursor });
  const { events, cursor } = await options.store.listEvents({
    ...toQuery(replay),
    oldestFirst: true,
    limit: options.limit,
    ...(replay.cursor !== null && { cursor: replay.cursor }),
  });
  const { subscription } = replay.filter;
  const candidates = events.map(({ event, deliveries }) => {
    return { cursor: event.id, event, deliveries, subscription, named: null };
  });
  const end = candidates.at(-1)?.cursor ?? replay.cursor;
  return { candidates, cursor: cursor ?? end, last: cursor === null, unknown: [] };
}

/** The filter as a query. A backfill looks for events without a delivery, so it cannot filter by subscription. */
function toQuery({ kind, filter }: Pick<Replay, "kind" | "filter">): Omit<EventQuery, "limit"> {
  const { ids: _, failure: __, subscription, state, ...rest } = filter;
  if (kind === "backfill") return rest;
  return {
    ...rest,
    ...(subscription !== undefined && { subscription }),
    ...(state !== undefined && { state }),
  };
}

/** Reads one after the other, as each comes with its body. Skips events that were removed. */
async function readNamed(
  ids: readonly string[],
  { store, limit, cursor }: ReadCandidatesOptions & { cursor: string | null },
): Promise<CandidatePage> {
  const begin = cursor === null ? 0 : ids.indexOf(cursor) + 1;
  const named = ids.slice(begin, begin + limit);
  const candidates: Candidate[] = [];
  const unknown: string[] = [];
  for (const id of named) {
    const meant = id.startsWith("dlv_") ? await store.getDelivery(id) : { event: { id } };
    const detail = meant && (await store.getEvent(meant.event.id));
    if (!meant || !detail) {
      unknown.push(id);
      continue;
    }
    const { event, deliveries } = detail;
    const subscription = "delivery" in meant ? meant.delivery.subscription : undefined;
    const named = subscription === undefined ? "event" : "delivery";
    candidates.push({ cursor: id, event, deliveries, subscription, named });
  }
  return {
    candidates,
    cursor: named.at(-1) ?? cursor,
    last: begin + named.length >= ids.length,
    unknown,
  };
}
