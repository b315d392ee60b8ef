/** What the edge noticed about an event. */
export const EVENT_FLAGS = [
  "unreadable",
  "key_reused",
  "not_intact",
  "address_shadow",
  "released",
] as const;

/**
 * `unreadable`: verified, but not JSON or without a type. `key_reused`: the provider's id was seen before with another
 * body. `not_intact`: verified, but the signature does not cover the body. `address_shadow`: an allow list in shadow mode
 * would have refused it. `released`: an operator released it from quarantine.
 */
export type EventFlag = (typeof EVENT_FLAGS)[number];

/** An **event**: what was received and verified. Immutable. */
export interface ReceivedEvent {
  /** `evt_` and a UUIDv7 in 32 hexadecimal digits: time-ordered, made by the edge, stable forever. */
  id: string;
  /** Name of the source, such as `stripe/eu`. */
  source: string;
  /** Provider id of the source, such as `stripe`. */
  provider: string;
  /** The type that subscriptions match: canonical if the provider's file maps it; `unknown` if there is none. */
  type: string;
  /** The provider's name of the type; the same as `type` unless the provider's file maps it. */
  providerType: string;
  /** When the last byte of the body arrived at the edge, in milliseconds since 1970. */
  receivedAt: number;
  /** The provider's id of the event; empty if it sends none, then the body's digest is the key. */
  providerEventId: string;
  /** Id of the secret that matched. */
  secretId: string;
  /** The client's address, resolved through trusted proxies. */
  address: string;
  /** The hops it was resolved from, in the order sent, the socket's address last, joined by `, `. */
  addressChain: string;
  /** The request's headers as an HTTP/1.1 header block, `name: value\r\n` each, in the order received, Latin-1. */
  headers: Uint8Array;
  /** The exact bytes of the body. */
  body: Uint8Array;
  /** SHA-256 of the body, 32 bytes. */
  bodySha256: Uint8Array;
  flags: readonly EventFlag[];
}
