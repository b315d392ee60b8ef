import type { ConfiguredSource } from "@hookgate/config";
import { parseHeaderBlock } from "@hookgate/providers";
import type { ReceivedEvent } from "@hookgate/types";

/** Whose trace an event continues: the headers of W3C Trace Context that its request came with. */
export interface Upstream {
  traceparent: string;
  /** What other systems of tracing keep with it; empty if there is nothing. */
  tracestate: string;
}

/**
 * Whose trace an event continues, if its source trusts it. Read from the headers that are stored with the event, so that a retry
 * continues the same trace. Null if there is no `traceparent`, or several (W3C Trace Context, 3.2.1: then none counts); of several
 * headers `tracestate` all count, in their order (3.3.1).
 *
 * @param source As it is configured; undefined if it was removed.
 */
export function trustedUpstream(
  event: Pick<ReceivedEvent, "headers">,
  source: Pick<ConfiguredSource, "trustTraceparent"> | undefined,
): Upstream | null {
  if (source?.trustTraceparent !== true) return null;
  const headers = parseHeaderBlock(event.headers);
  const valuesOf = (wanted: string) =>
    headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
  const [traceparent, ...more] = valuesOf("traceparent");
  if (traceparent === undefined || more.length > 0) return null;
  return { traceparent, tracestate: valuesOf("tracestate").join(",") };
}
