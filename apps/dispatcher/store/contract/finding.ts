import type { ReceivedEvent } from "@hookgate/types";

/** Bodies above this are not searched, in bytes: one would take more than a slice of the store's time. */
export const SEARCHED_BODY_BYTES_MAX = 1_024 * 1_024;

/** How long a slice of the embedded store takes, in milliseconds: so long a commit may have to wait for it. */
export const SLICE_MS = 1;

/** Events that one slice hands over, and bytes of their bodies: its reader looks through them in one go. */
export const SLICE_EVENTS_MAX = 64;
export const SLICE_BYTES_MAX = 128 * 1_024;

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

/** How many events were looked at. */
export interface LookedAt {
  searched: number;
  /** Those with bodies larger than {@linkcode SEARCHED_BODY_BYTES_MAX}. */
  skipped: number;
}

/** An event with what is searched. */
export interface SearchedEvent extends Pick<ReceivedEvent, "id" | "headers" | "flags" | "body"> {
  /** What the slice had looked at when it came to this event, with it. */
  lookedAt: LookedAt;
}

/** A part of a search. */
interface Slice {
  /** Where to continue; null at the end. */
  cursor: string | null;
  /** How long the store worked on it, in milliseconds; a database's answer counts as work from when it was asked. */
  tookMs: number;
}

/** A slice of events. */
export interface SearchedSlice extends Slice {
  /** Those that may match, newest first. */
  events: readonly SearchedEvent[];
  /** What it has looked at in all; can be nothing although there is a cursor. */
  lookedAt: LookedAt;
}

/** A slice of a count. */
export interface CountedSlice extends Slice {
  events: number;
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

  /**
   * The next events of a range, with their bodies. Events without the bytes of `text` may be left out, as far as they are stored
   * as they came: the embedded store hands over only those that have them, MongoDB all.
   */
  readBodies(range: SearchRange & { text: Uint8Array | null }): Promise<SearchedSlice>;

  /** How many of the next events of a range there are. */
  countEvents(range: SearchRange): Promise<CountedSlice>;
}
