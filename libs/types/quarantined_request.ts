/**
 * Why a request was refused before its signature was looked at, or why its body is not kept. There is no body, so it cannot
 * be verified again.
 */
export const UNREAD_REASONS = [
  "method_not_allowed",
  "unsupported_encoding",
  "body_too_large",
  "body_too_slow",
  "headers_too_large",
  "malformed_request",
  "body_not_kept",
  "address_not_allowed_unread",
] as const;

/**
 * Such a reason. `body_not_kept`: the signature was refused, and quarantine keeps no body of that size.
 * `address_not_allowed_unread`: the allow list refused it, and its body was not read.
 */
export type UnreadReason = (typeof UNREAD_REASONS)[number];

/** Why a request was refused. The first ones are verdicts on the signature. */
export const QUARANTINE_REASONS = [
  "missing_header",
  "malformed_header",
  "unknown_version",
  "no_match",
  "stale",
  "future",
  "certificate_not_trusted",
  "certificate_unavailable",
  "key_unavailable",
  ...UNREAD_REASONS,
  "address_not_allowed",
] as const;

/** `certificate_unavailable`, `key_unavailable`: it could not be fetched in time. `address_not_allowed`: the allow list refused it. */
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];

/** Whether a request with this reason has no body. */
export function isUnread(reason: QuarantineReason): reason is UnreadReason {
  return (UNREAD_REASONS as readonly string[]).includes(reason);
}

/** A request in **quarantine**: received but refused, kept unchanged, never dispatched. */
export interface QuarantinedRequest {
  /** `qtn_` and a UUIDv7 in 32 hexadecimal digits. */
  id: string;
  source: string;
  provider: string;
  /** When its last byte arrived, in milliseconds since 1970: re-verifying uses this time. */
  receivedAt: number;
  reason: QuarantineReason;
  /** Probable causes, a sentence each, the most likely first; may be empty. */
  diagnosis: readonly string[];
  /** The client's address, and the chain of hops from which it was resolved. */
  address: string;
  addressChain: string;
  method: string;
  /** The public URL as the signature sees it. */
  url: string;
  /** The header block, as in events. */
  headers: Uint8Array;
  body: Uint8Array;
  /** The event it became when released, or null. */
  releasedAs: string | null;
  /** What is kept encrypted of a source that protects data: headers and body as they came. Then `body` is empty. */
  sealed?: Uint8Array;
}

/** How often a secret of a source matched. */
export interface SecretUse {
  source: string;
  secretId: string;
  /** Requests verified by it. */
  uses: number;
  /** In milliseconds since 1970. */
  firstUsedAt: number;
  lastUsedAt: number;
}

/** A handshake that was answered or failed. */
export interface HandshakeSeen {
  source: string;
  /** In milliseconds since 1970. */
  at: number;
  ok: boolean;
}
