import { newId, type QuarantinedRequest } from "@hookgate/types";

/** A refused request as the edge keeps it. */
export function makeRefused(overrides: Partial<QuarantinedRequest> = {}): QuarantinedRequest {
  return {
    id: newId("qtn"),
    source: "academy",
    provider: "generic",
    receivedAt: 1_767_225_600_000,
    reason: "no_match",
    diagnosis: [],
    address: "203.0.113.7",
    addressChain: "203.0.113.7",
    method: "POST",
    url: "u",
    headers: Buffer.from("a: b\r\n"),
    body: Buffer.from("{}"),
    releasedAs: null,
    ...overrides,
  };
}
