/** What was noticed about an event, in the order in which it is shown. */
export const EVENT_FLAGS = [
  "unreadable",
  "seen_before",
  "not_intact",
  "address_shadow",
  "released",
  "id_not_signed",
  "type_not_signed",
  "may_repeat",
  "stale",
  "edited",
  "protected",
  "erased",
] as const;

/**
 * - `unreadable`: verified, but not JSON or without a type.
 * - `not_intact`: verified, but the signature does not cover the body.
 * - `id_not_signed`, `type_not_signed`: the signature does not cover the provider's id, or the type, so anyone who captured a
 *   request could have changed it.
 * - `may_repeat`: nothing tells the provider's events apart, so this may be an earlier event that was sent again.
 * - `seen_before`: an earlier event has the same id, which is not signed, and another body; or, of one that may repeat, the
 *   same body, unless it has none.
 * - `address_shadow`: an allow list in shadow mode would have refused it.
 * - `released`: an operator released it from quarantine.
 * - `stale`: and did so though it was older than its source tolerates.
 * - `edited`: a copy of an event with a body that an operator wrote; its provider never sent it.
 * - `protected`: parts of it were dropped, masked or encrypted before it was stored.
 * - `erased`: and what was encrypted cannot be read any more, because the key of its subject was deleted.
 */
export type EventFlag = (typeof EVENT_FLAGS)[number];

const NO_FLAGS: readonly EventFlag[] = [];

/** The flags among these, each once, in the one order that they have wherever they are shown. */
export function inFlagOrder(flags: readonly string[]): readonly EventFlag[] {
  return flags.length === 0 ? NO_FLAGS : EVENT_FLAGS.filter((flag) => flags.includes(flag));
}

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
  /** The provider's id of the event; empty if it sends none. */
  providerEventId: string;
  /** Id of the secret that matched. */
  secretId: string;
  /** The client's address, resolved through trusted proxies. */
  address: string;
  /** The hops it was resolved from, in the order sent, the socket's address last, joined by `, `. */
  addressChain: string;
  /** The request's headers as an HTTP/1.1 header block, `name: value\r\n` each, in the order received, Latin-1. */
  headers: Uint8Array;
  /** The exact bytes of the body; where it is protected, those parts are cut out or replaced. */
  body: Uint8Array;
  /** SHA-256 of the body, 32 bytes. Of a protected event where no body is read, such as in lists: one that is keyed. */
  bodySha256: Uint8Array;
  flags: readonly EventFlag[];
  /** Only of one that is flagged `protected`. */
  protection?: Protection;
}

/** What was done to an event before it was stored. */
export interface Protection {
  /** A phrase each: `dropped /data/card`, `encrypted header x-user`. */
  done: readonly string[];
  /** What is encrypted, for the dispatcher; empty outside of it. */
  sealed: Uint8Array;
}

/**
 * How a store recognises an event that was received before from the same source: `id`, by the provider's id alone;
 * `id_and_body`, by the id together with the body; `body`, by the body, for some time; `none`, never, so that every request
 * is an event.
 */
export const DEDUPE_RULES = ["id", "id_and_body", "body", "none"] as const;

export type DedupeRule = (typeof DEDUPE_RULES)[number];

/** An event on its way to the store. */
export interface CapturedEvent extends ReceivedEvent {
  /** `id` and `id_and_body` only if it has a `providerEventId`. */
  dedupe: DedupeRule;
  /** For how long the same body is the same event, in milliseconds. Counts only for `body`. */
  bodyWindowMs: number;
}
