import type { Delivery, DeliveryState, ReceivedEvent, Skipped } from "@hookgate/types";

/** Largest page of {@linkcode Events.listEvents} and of `listQuarantine`. */
export const PAGE_EVENTS_MAX = 1_000;

/** Which events a page shows. */
export interface EventQuery {
  source?: string;
  type?: string;
  /** With at least one delivery in this state that was not repeated since. Not together with `unhandled`. */
  state?: DeliveryState;
  /** With no delivery at all. */
  unhandled?: boolean;
  /** With a delivery for this subscription; together with `state`, in that state. */
  subscription?: string;
  /** Whose id contains this time or a later one, in milliseconds since 1970. */
  from?: number;
  /** Whose id contains a time before this one, in milliseconds since 1970. */
  to?: number;
  /** Oldest first, by event id. @default {false} */
  oldestFirst?: boolean;
  /** 1 to {@linkcode PAGE_EVENTS_MAX}. */
  limit: number;
  /** `cursor` of the previous page, with the same filters; or any event id, to continue after it. */
  cursor?: string;
}

/** An event as a list shows it: without headers and body, deliveries without attempts. */
export interface EventSummary {
  event: Omit<ReceivedEvent, "headers" | "body">;
  bodyBytes: number;
  /** Oldest first (by delivery id); `attempts` is empty. */
  deliveries: readonly Delivery[];
}

/** One page of events. */
export interface EventPage {
  events: readonly EventSummary[];
  /**
   * Id of the last event that was looked at; null on the last page. The search is bounded, so a page may be short or
   * empty and still have a cursor.
   */
  cursor: string | null;
}

/** An event with everything that became of it. */
export interface EventDetail {
  event: ReceivedEvent;
  /** Oldest first (by delivery id). */
  deliveries: readonly Delivery[];
  skipped: readonly Skipped[];
}

/** A whole delivery, and its event without headers and body. */
export interface DeliverySummary {
  delivery: Delivery;
  event: Omit<ReceivedEvent, "headers" | "body">;
}

/** Options for {@linkcode Events.pruneEvents}. */
export interface PruneEventsOptions {
  /** Events stored before this time go if all their deliveries have ended and none is dead. */
  deliveredBefore: number;
  /** Events stored before this time go if all their deliveries have ended. */
  deadBefore: number;
  /** Continue after this event id; null from the first event. */
  cursor: string | null;
  /** Events to look at. */
  limit: number;
}

/** Options for {@linkcode Events.pruneKeys}. */
export interface PruneKeysOptions {
  /** In milliseconds since 1970. */
  receivedBefore: number;
  /** Where to continue; null from the first key. */
  cursor: string | null;
  /** Keys to look at. */
  limit: number;
}

/** What one step of `pruneKeys` did. */
export interface PrunedKeys {
  removed: number;
  /** Where to continue; null at the end. */
  cursor: string | null;
}

/** What one step of `pruneEvents` did. */
export interface PrunedEvents {
  removed: number;
  /** Where to continue; null if no event is left that is old enough. */
  cursor: string | null;
}

/** Lists, shows and removes stored events. */
export interface Events {
  /**
   * A page of events, newest first (by event id) unless `oldestFirst`. The work is bounded for every query. Following the
   * cursors shows every matching event that was stored before the first page, exactly once.
   *
   * @throws {RangeError} for a limit out of bounds, a malformed cursor, or `state` together with `unhandled`.
   */
  listEvents(query: EventQuery): Promise<EventPage>;

  /** One whole event; null if there is none. */
  getEvent(id: string): Promise<EventDetail | null>;

  /** One delivery and its event; null if there is none. */
  getDelivery(id: string): Promise<DeliverySummary | null>;

  /**
   * Removes old events, oldest first, with all their deliveries. One step in one transaction, which looks at no more than
   * `limit` events. A removed event is still known if the provider sends it again. If a removed dead delivery held back its order
   * key, the next waiting one is due now. Counts nothing in the metrics.
   */
  pruneEvents(options: PruneEventsOptions): Promise<PrunedEvents>;

  /**
   * Removes the keys by which removed events received before a time are known: if the provider sends one again it is new. Keys of
   * events that are still stored may go, too. One step in one transaction, which looks at no more than `limit` keys.
   */
  pruneKeys(options: PruneKeysOptions): Promise<PrunedKeys>;
}
