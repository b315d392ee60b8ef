import { createHash } from "node:crypto";
import { formatHeaderBlock } from "@hookgate/providers";
import { type CapturedEvent, newId } from "@hookgate/types";
import { signedGenericRequest } from "./signed_generic_request.ts";

/** Secret that signs the events of {@linkcode makeEvent}. */
export const EVENT_SECRET = "secret of the events in tests";

/**
 * Makes a valid event of the source `academy` with a unique id and body, so that no two are duplicates. Headers and
 * digest are made from the body unless given.
 */
export function makeEvent(overrides: Partial<CapturedEvent> = {}): CapturedEvent {
  const { receivedAt = Date.now(), type = "payment.success" } = overrides;
  const { id = newId("evt", { now: receivedAt }) } = overrides;
  const timestamp = new Date(receivedAt);
  const {
    body = signedGenericRequest({ secret: EVENT_SECRET, type, data: { id }, timestamp }).body,
  } = overrides;
  const { headers } = signedGenericRequest({ secret: EVENT_SECRET, body });
  return {
    id,
    source: "academy",
    provider: "generic",
    type,
    providerType: type,
    receivedAt,
    providerEventId: "",
    secretId: "1",
    address: "127.0.0.1",
    addressChain: "127.0.0.1",
    headers: formatHeaderBlock(Object.entries(headers).flat()),
    body,
    bodySha256: createHash("sha256").update(body).digest(),
    flags: [],
    dedupe: overrides.providerEventId ? "id_and_body" : "body",
    bodyWindowMs: 86_400_000,
    ...overrides,
  };
}
