import { readFileSync } from "node:fs";
import { parseHeaderBlock } from "@hookgate/providers";
import { headersForEndpoint } from "../../headers/leaving_headers.ts";
import type { ClaimedDelivery } from "../../store/contract/deliveries.ts";
import type { SubscriptionOf } from "../target.ts";
import { signDelivery } from "./sign_delivery.ts";

const USER_AGENT = `hookgate/${readVersion()}`;

/** Options for {@linkcode endpointHeaders}. */
export interface EndpointHeadersOptions {
  /** 1 for the first try. */
  number: number;
  /** The time of the attempt, in milliseconds since 1970. */
  now: number;
  /** The headers of the event that may leave, as a block; null if the endpoint does not want them. */
  leaving: Uint8Array | null;
  /** Continues the event's trace. @default {undefined} it is not traced */
  traceparent?: string | undefined;
  /** Goes with it. @default {""} */
  tracestate?: string | undefined;
}

/**
 * The headers of one attempt, by lower-case name: sender, event, signature, those that the configuration sets, and the
 * provider's own if the endpoint wants them.
 *
 * @throws {TypeError} if it cannot be signed.
 */
export function endpointHeaders(
  { event, delivery }: ClaimedDelivery,
  { target: { secrets, headers } }: SubscriptionOf<"endpoint">,
  { number, now, leaving, traceparent, tracestate = "" }: EndpointHeadersOptions,
): Record<string, string> {
  const contentType = contentTypeOf(event.headers);
  const passedOn = leaving === null ? {} : headersForEndpoint(leaving);
  // It belongs to the traceparent that came with it.
  if (traceparent !== undefined) delete passedOn["tracestate"];
  return {
    ...passedOn,
    ...(contentType !== undefined && { "content-type": contentType }),
    "user-agent": USER_AGENT,
    ...Object.fromEntries(headers.map(({ name, value }) => [name, value])),
    "content-length": String(event.body.length),
    "hookgate-source": headerText(event.source),
    "hookgate-type": headerText(event.type),
    "hookgate-attempt": String(number),
    "hookgate-delivery": delivery.id,
    ...(traceparent !== undefined && { traceparent }),
    ...(tracestate !== "" && { tracestate }),
    ...(event.flags.length > 0 && { "hookgate-flags": event.flags.join(", ") }),
    ...signDelivery(event, { secrets, now }),
  };
}

/**
 * A text as a header's value. Everything but visible ASCII, and the percent sign itself, is percent-encoded, so that
 * `decodeURIComponent` returns the original. Event types may contain anything; the usual ones do not change.
 */
export function headerText(text: string): string {
  return text.toWellFormed().replace(/[^\x21-\x24\x26-\x7e]+/g, encodeURIComponent);
}

/** The first one counts, as at the edge. */
function contentTypeOf(block: Uint8Array): string | undefined {
  const found = parseHeaderBlock(block).find(([name]) => name.toLowerCase() === "content-type");
  return found?.[1];
}

function readVersion(): string {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version;
}
