import type { TargetResult } from "../target.ts";

/** Answers of 400 to 499 that are about the endpoint's state, not about what it was sent. */
const BUSY_STATUSES = [408, 425, 429];

/**
 * Whether an attempt's end says that the endpoint is down; null where it says nothing.
 *
 * No answer in time, a connection that fails, a redirect, 5xx and 408, 425, 429 do: they would meet any other delivery as
 * well. Every other 4xx says the contrary: the endpoint is there, has read this one delivery and wants none of it. Were it
 * counted, a few events that it cannot read would keep back all those that it can.
 */
export function speaksOfOutage(result: TargetResult): boolean | null {
  switch (result.kind) {
    case "succeeded":
    case "gone":
      return false;
    case "interrupted":
    case "not_started":
      return null;
    case "failed": {
      const { status = 0 } = result.response ?? {};
      return !(status >= 400 && status <= 499) || BUSY_STATUSES.includes(status);
    }
    default:
      return true;
  }
}
