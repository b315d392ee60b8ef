import type { ReceivedEvent } from "@hookgate/types";

/** Bodies above this are not searched, in bytes: one would take more than a slice of the store's time. */
export const SEARCHED_BODY_BYTES_MAX = 1_024 * 1_024;

/** Events that one slice reads, and bytes of their bodies: about two milliseconds of the embedded store. */
export const SLICE_EVENTS_MAX = 64;
export const SLICE_BYTES_MAX = 512 * 1_024;

/** Events that one slice counts. */
export const SLICE_COUNTED_MAX = 2_000;

/** Which events to look through, newest first. */
export interface SearchRange {
  source: string;
  /** @default all */
  type?: string;
  /** Whose id contains this time or a later one, in milliseconds since 1970. */
  from: number;
  /** Whose id contains a time before this one. */
  to: number;
  /** Continue after this event id; null from the newest. */
  cursor: string | null;
}

/** An event with what is searched. */
export type SearchedEvent = Pick<ReceivedEvent, "id" | "source" | "type" | "headers" | "flags"> & {
  /** Null if it is larger than {@linkcode SEARCHED_BODY_BYTES_MAX}. */
  body: Uint8Array | null;
};

/** A slice of events. */
export interface SearchedSlice {
  /** Newest first; can be empty although there is a cursor. */
  events: readonly SearchedEvent[];
  /** Where to continue; null at the end. */
  cursor: string | null;
}

/** A slice of a count. */
export interface CountedSlice {
  events: number;
  /** Where to continue; null at the end. */
  cursor: string | null;
}

/** Finds events by what is not in their ids. Each call is one slice: so short that it delays nothing else. */
export interface Finding {
  /**
   * Ids of the events of these sources that are known by a provider's id, newest first, at most `limit`; also of some that were
   * removed since. Events whose source does not tell them apart by the id are not found.
   */
  knownBy(options: {
    sources: readonly string[];
    providerEventId: string;
    limit: number;
  }): Promise<string[]>;

  /** The next events of a range, with their bodies. */
  readBodies(range: SearchRange): Promise<SearchedSlice>;

  /** How many of the next events of a range there are. */
  countEvents(range: SearchRange): Promise<CountedSlice>;
}
