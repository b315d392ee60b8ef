import type { QuarantinedRequest, QuarantineReason } from "@hookgate/types";
import type { Capture, CaptureResult } from "./captures.ts";

/** How many refused requests are kept for one source. */
export const QUARANTINE_REQUESTS_MAX = 10_000;

/** Bodies and headers of the refused requests that are kept for one source, in bytes. */
export const QUARANTINE_BYTES_MAX = 64 * 1024 * 1024;

/** Which refused requests a page shows. */
export interface QuarantineQuery {
  source?: string;
  reason?: QuarantineReason;
  /** Show released ones too. */
  includeReleased?: boolean;
  /** 1 to PAGE_EVENTS_MAX. */
  limit: number;
  cursor?: string;
}

/** One page of refused requests, newest first. */
export interface QuarantinePage {
  requests: readonly (Omit<QuarantinedRequest, "headers" | "body"> & { bodyBytes: number })[];
  /** Null on the last page. */
  cursor: string | null;
}

/** What `release` did. */
export type ReleaseResult =
  | ({ outcome: "released" } & Omit<CaptureResult, "duplicate">)
  | { outcome: "already_stored" | "already_released"; eventId: string }
  | { outcome: "missing" };

/** Keeps requests that were refused, and releases them. They take no part in dedupe until they are released. */
export interface Quarantine {
  /**
   * Keeps refused requests, as not released, in one durable transaction. Past QUARANTINE_REQUESTS_MAX or
   * QUARANTINE_BYTES_MAX of a source that source's requests are removed, released or not, never another source's: one
   * after the other, the oldest (by id) of the address that holds the most of what is short (see `chooseShare`). A request that alone exceeds the bytes is not kept, and nothing is removed for it. A request that comes
   * again under its own id is kept once, unchanged. Returns how many this call added.
   *
   * @throws {RangeError} for a malformed id.
   */
  quarantine(requests: readonly QuarantinedRequest[]): Promise<number>;

  /**
   * A page of refused requests, newest first (by id), without headers and body. Bounded work, as for `listEvents`.
   * Requests removed meanwhile are not shown.
   *
   * @throws {RangeError} for a limit out of bounds or a malformed cursor.
   */
  listQuarantine(query: QuarantineQuery): Promise<QuarantinePage>;

  /** One whole refused request; null if there is none. */
  getQuarantined(id: string): Promise<QuarantinedRequest | null>;

  /**
   * Stores the event that a refused request became, with its deliveries, and marks the request as released.
   *
   * - Atomic and durable: one transaction, as `commit` for one capture.
   * - Fenced: of two releases of one request the second returns `already_released` and stores nothing. Null if
   *   `revision` is not current, as for `commit`; but `missing` and `already_released` do not depend on the revision.
   *
   * If the event is a duplicate the request is marked with the first one's id: `already_stored`. Nothing is dispatched
   * then, and no dead delivery replaced.
   */
  release(
    id: string,
    options: { capture: Capture; revision: number },
  ): Promise<ReleaseResult | null>;

  /** Removes requests received before `receivedBefore`, in bounded steps, each a transaction. Returns how many. */
  pruneQuarantine(options: { receivedBefore: number }): Promise<number>;
}
