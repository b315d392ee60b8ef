import { createHash } from "node:crypto";
import { type CapturedEvent, newId } from "@hookgate/types";

const HEADERS = Buffer.from("content-type: application/json\r\nuser-agent: hookgate-tools\r\n");

/** Makes an event with this body, received now. Unsigned, so that making it costs little. */
export function newEvent(body: Uint8Array): CapturedEvent {
  return {
    id: newId("evt"),
    source: "tools",
    provider: "generic",
    type: "payment.success",
    providerType: "payment.success",
    receivedAt: Date.now(),
    providerEventId: "",
    secretId: "1",
    address: "127.0.0.1",
    addressChain: "127.0.0.1",
    headers: HEADERS,
    body,
    bodySha256: createHash("sha256").update(body).digest(),
    flags: [],
    dedupe: "body",
    bodyWindowMs: 86_400_000,
  };
}
