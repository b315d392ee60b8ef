import { generic } from "@hookgate/providers";
import { sign } from "@hookgate/signature";

/** The scheme does not sign the URL, so any will do. */
const URL = "http://localhost/api/webhooks/academy";
const JSON_HEADERS = { "content-type": "application/json" };

/** What {@linkcode signedGenericRequest} signs. */
export interface GenericRequest {
  secret: string;
  /** Type of the event. @default {"payment.success"} */
  type?: string;
  /** Payload of the event. @default {{}} */
  data?: unknown;
  /** When it happened. @default {new Date()} */
  timestamp?: Date;
  /** The exact body, instead of one made from type, timestamp and data. */
  body?: Uint8Array | string;
}

/** A request ready for `fetch`. */
export interface SignedGenericRequest {
  headers: Record<string, string>;
  body: Uint8Array<ArrayBuffer>;
}

/**
 * Makes a correctly signed webhook of the `generic` provider. Two with the same body within 24 hours are one event: use
 * different data for different events.
 */
export function signedGenericRequest(request: GenericRequest): SignedGenericRequest {
  const { secret, type = "payment.success", data = {}, timestamp = new Date() } = request;
  const content =
    request.body ?? JSON.stringify({ type, timestamp: timestamp.toISOString(), data });
  const body = typeof content === "string" ? Buffer.from(content) : new Uint8Array(content);
  const unsigned = { method: "POST", url: URL, headers: JSON_HEADERS, body };
  const { headers } = sign(generic.recipe, unsigned, { secret, now: timestamp.getTime() });
  return { headers: { ...headers }, body };
}
