// Original file: protos/hookgate/v1/event.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Event is what was received from a source and verified. It never changes.
 */
export interface Event {
  /**
   * "evt_" and a UUIDv7 in 32 hexadecimal digits. Stable across retries and replays.
   */
  'id'?: (string);
  /**
   * Name of the source, such as "stripe/eu".
   */
  'source'?: (string);
  /**
   * Id of the provider, such as "stripe".
   */
  'provider'?: (string);
  /**
   * Canonical type if the provider's file maps it, else the provider's own name; "unknown" if there is none.
   */
  'type'?: (string);
  /**
   * When the last byte of the body arrived, in milliseconds since 1970.
   */
  'receivedAtMs'?: (number | string | Long);
  /**
   * The provider's id of the event; empty if it sends none.
   */
  'providerEventId'?: (string);
  /**
   * Id of the secret that matched.
   */
  'secretId'?: (string);
  /**
   * Client address, resolved through trusted proxies.
   */
  'address'?: (string);
  /**
   * The request's headers as an HTTP/1.1 header block, "name: value\r\n" each, in the order received, Latin-1.
   */
  'headers'?: (Buffer | Uint8Array | string);
  /**
   * The exact bytes of the body, but for what is protected.
   */
  'body'?: (Buffer | Uint8Array | string);
  /**
   * SHA-256 of the body, 32 bytes. In lists, of an event that is protected a keyed digest.
   */
  'bodySha256'?: (Buffer | Uint8Array | string);
  /**
   * Findings: "unreadable", "seen_before", "not_intact", "address_shadow", "released", "id_not_signed",
   * "type_not_signed", "may_repeat", "stale", "edited", "protected", "erased".
   */
  'flags'?: (string)[];
  /**
   * The type as the provider calls it.
   */
  'providerType'?: (string);
  /**
   * The hops that the address was resolved from, the socket's own last.
   */
  'addressChain'?: (string);
  /**
   * What was done to protect data before the event was stored: "dropped /data/card", "encrypted header x-user". Empty if nothing
   * was, and in lists. Encrypted places are as they came in deliveries, and "[encrypted]" for operators; both have "[erased]" once
   * their key was deleted.
   */
  'protections'?: (string)[];
}

/**
 * Event is what was received from a source and verified. It never changes.
 */
export interface Event__Output {
  /**
   * "evt_" and a UUIDv7 in 32 hexadecimal digits. Stable across retries and replays.
   */
  'id': (string);
  /**
   * Name of the source, such as "stripe/eu".
   */
  'source': (string);
  /**
   * Id of the provider, such as "stripe".
   */
  'provider': (string);
  /**
   * Canonical type if the provider's file maps it, else the provider's own name; "unknown" if there is none.
   */
  'type': (string);
  /**
   * When the last byte of the body arrived, in milliseconds since 1970.
   */
  'receivedAtMs': (number);
  /**
   * The provider's id of the event; empty if it sends none.
   */
  'providerEventId': (string);
  /**
   * Id of the secret that matched.
   */
  'secretId': (string);
  /**
   * Client address, resolved through trusted proxies.
   */
  'address': (string);
  /**
   * The request's headers as an HTTP/1.1 header block, "name: value\r\n" each, in the order received, Latin-1.
   */
  'headers': (Buffer);
  /**
   * The exact bytes of the body, but for what is protected.
   */
  'body': (Buffer);
  /**
   * SHA-256 of the body, 32 bytes. In lists, of an event that is protected a keyed digest.
   */
  'bodySha256': (Buffer);
  /**
   * Findings: "unreadable", "seen_before", "not_intact", "address_shadow", "released", "id_not_signed",
   * "type_not_signed", "may_repeat", "stale", "edited", "protected", "erased".
   */
  'flags': (string)[];
  /**
   * The type as the provider calls it.
   */
  'providerType': (string);
  /**
   * The hops that the address was resolved from, the socket's own last.
   */
  'addressChain': (string);
  /**
   * What was done to protect data before the event was stored: "dropped /data/card", "encrypted header x-user". Empty if nothing
   * was, and in lists. Encrypted places are as they came in deliveries, and "[encrypted]" for operators; both have "[erased]" once
   * their key was deleted.
   */
  'protections': (string)[];
}
