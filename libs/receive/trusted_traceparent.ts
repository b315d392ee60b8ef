import type { ConfiguredSource } from "@hookgate/config";
import { parseHeaderBlock } from "@hookgate/providers";
import type { ReceivedEvent } from "@hookgate/types";

/**
 * The header `traceparent` that an event's request came with, if its source trusts it: whose trace the event continues. Read from the
 * headers that are stored with the event, so that a retry continues the same trace. Null if there is none, or several (W3C Trace
 * Context, 3.2.1: then none counts).
 *
 * @param source As it is configured; undefined if it was removed.
 */
export function trustedTraceparent(
  event: Pick<ReceivedEvent, "headers">,
  source: Pick<ConfiguredSource, "trustTraceparent"> | undefined,
): string | null {
  if (source?.trustTraceparent !== true) return null;
  const found = parseHeaderBlock(event.headers).filter(
    ([name]) => name.toLowerCase() === "traceparent",
  );
  const [first] = found;
  return found.length === 1 && first !== undefined ? first[1] : null;
}
