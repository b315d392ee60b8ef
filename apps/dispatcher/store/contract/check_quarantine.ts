import type { QuarantinedRequest } from "@hookgate/types";
import { PAGE_EVENTS_MAX } from "./events.ts";
import type { QuarantineQuery } from "./quarantine.ts";

const QUARANTINE_ID = /^qtn_[0-9a-f]{32}$/;

/**
 * Sees that refused requests can be kept.
 *
 * @throws {RangeError} where an id is none.
 */
export function checkQuarantined(requests: readonly QuarantinedRequest[]): void {
  for (const { id } of requests) {
    if (QUARANTINE_ID.test(id)) continue;
    const shown = JSON.stringify(id.slice(0, 60));
    throw new RangeError(`Cannot keep ${shown}: an id is qtn_ and 32 hexadecimal digits`);
  }
}

/**
 * Sees that a page of refused requests can be shown.
 *
 * @throws {RangeError} for a limit out of its bounds or a cursor that is none.
 */
export function checkQuarantineQuery({ limit, cursor }: QuarantineQuery): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_EVENTS_MAX) {
    throw new RangeError(
      `Cannot list quarantine: limit ${limit} is not from 1 to ${PAGE_EVENTS_MAX}`,
    );
  }
  if (cursor !== undefined && !QUARANTINE_ID.test(cursor)) {
    throw new RangeError("Cannot list quarantine: the cursor is not one of a page before");
  }
}

/** What a refused request counts against the bound of its source, in bytes. */
export function quarantinedBytes({
  headers,
  body,
}: Pick<QuarantinedRequest, "headers" | "body">): number {
  return headers.length + body.length;
}
