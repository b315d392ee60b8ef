/** What was noticed about an event when it was received. */
export const EVENT_FLAGS = [
  "unreadable",
  "key_reused",
  "not_intact",
  "address_shadow",
  "released",
] as const;

/**
 * `unreadable`: verified, but not JSON or without a type. `key_reused`: the provider's id was seen before over another
 * body. `not_intact`: verified, but the signature does not cover the body. `address_shadow`: an allow list in shadow mode
 * would have refused it. `released`: an operator released it from quarantine.
 */
export type EventFlag = (typeof EVENT_FLAGS)[number];

/** An **event**: what was received and verified. Immutable. */
export interface ReceivedEvent {
  /** `evt_` and a UUIDv7 in 32 hexadecimal digits: time-ordered, made by the edge, stable for ever. */
  id: string;
  /** Name of the source, such as `stripe/eu`. */
  source: string;
  /** Provider id of the source, such as `stripe`. */
  provider: string;
  /** The type that subscriptions match: canonical where the provider's file maps it; `unknown` where there is none. */
  type: string;
  /** The type as the provider calls it; the same as `type` where the provider's file maps nothing. */
  providerType: string;
  /** When the last byte of the body arrived at the edge, in milliseconds since 1970. */
  receivedAt: number;
  /** The provider's id of the event; empty where it sends none and the body's digest is the key. */
  providerEventId: string;
  /** Which secret matched, by its id. */
  secretId: string;
  /** The address the request came from, resolved through trusted proxies. */
  address: string;
  /** The hops it was resolved from, left to right as they were sent, the socket's own last; `, ` between them. */
  addressChain: string;
  /** The request's headers as an HTTP/1.1 header block, `name: value\r\n` each, in the order received, Latin-1. */
  headers: Uint8Array;
  /** The exact bytes of the body. */
  body: Uint8Array;
  /** SHA-256 of the body, 32 bytes. */
  bodySha256: Uint8Array;
  flags: readonly EventFlag[];
}
