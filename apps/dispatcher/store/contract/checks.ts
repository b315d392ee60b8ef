import type { IdPrefix, QuarantinedRequest } from "@hookgate/types";
import type { Capture } from "./captures.ts";
import { type EventQuery, PAGE_EVENTS_MAX } from "./events.ts";
import { isId } from "./ids.ts";
import type { QuarantineQuery } from "./quarantine.ts";

/** Bytes of a SHA-256. */
const SHA256_BYTES = 32;

/**
 * Checks what `commit` and `release` are to store.
 *
 * @throws {RangeError} for a malformed id or digest.
 */
export function checkCaptures(captures: readonly Capture[]): void {
  for (const { event, deliveries } of captures) {
    checkId(event.id, { prefix: "evt", what: "store" });
    for (const { id } of deliveries) checkId(id, { prefix: "dlv", what: "store" });
    if (event.bodySha256.length !== SHA256_BYTES) {
      throw new RangeError(`Cannot store ${event.id}: a SHA-256 has ${SHA256_BYTES} bytes`);
    }
  }
}

/**
 * Checks a query for a page of events.
 *
 * @throws {RangeError} for a limit out of bounds, a malformed cursor, or `state` together with `unhandled`.
 */
export function checkEventQuery({ limit, cursor, state, unhandled }: EventQuery): void {
  checkPage({ limit, cursor }, { prefix: "evt", what: "list events" });
  if (state !== undefined && unhandled) {
    throw new RangeError("Cannot list events: an unhandled event has no delivery in any state");
  }
}

/**
 * Checks refused requests that are to be kept.
 *
 * @throws {RangeError} for a malformed id.
 */
export function checkQuarantined(requests: readonly QuarantinedRequest[]): void {
  for (const { id } of requests) checkId(id, { prefix: "qtn", what: "keep" });
}

/**
 * Checks a query for a page of refused requests.
 *
 * @throws {RangeError} for a limit out of bounds or a malformed cursor.
 */
export function checkQuarantineQuery({ limit, cursor }: QuarantineQuery): void {
  checkPage({ limit, cursor }, { prefix: "qtn", what: "list quarantine" });
}

function checkPage(
  { limit, cursor }: Pick<EventQuery, "limit"> & { cursor: string | undefined },
  { prefix, what }: { prefix: IdPrefix; what: string },
): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_EVENTS_MAX) {
    throw new RangeError(`Cannot ${what}: limit ${limit} is not from 1 to ${PAGE_EVENTS_MAX}`);
  }
  if (cursor !== undefined && !isId(cursor, prefix)) {
    throw new RangeError(`Cannot ${what}: ${shown(cursor)} is not the cursor of a page`);
  }
}

function checkId(id: string, { prefix, what }: { prefix: IdPrefix; what: string }): void {
  if (isId(id, prefix)) return;
  throw new RangeError(
    `Cannot ${what} ${shown(id)}: an id is ${prefix}_ and 32 hexadecimal digits`,
  );
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}
