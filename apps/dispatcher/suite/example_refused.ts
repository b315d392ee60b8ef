import { newId, type QuarantinedRequest } from "@hookgate/types";

/** A refused request of the source `academy`, with a new id. */
export function exampleRefused(changes: Partial<QuarantinedRequest> = {}): QuarantinedRequest {
  const { receivedAt = 1_763_950_000_000 } = changes;
  return {
    id: newId("qtn", { now: receivedAt || 0 }),
    source: "academy",
    provider: "generic",
    receivedAt,
    reason: "no_match",
    diagnosis: [],
    address: "203.0.113.7",
    addressChain: "203.0.113.7",
    method: "POST",
    url: "https://hooks.example.com/api/webhooks/academy",
    headers: Buffer.from("content-type: application/json\r\n"),
    body: Buffer.from("{}"),
    releasedAs: null,
    ...changes,
  };
}
