/** Why a request was refused and kept. The first ones are the signature's verdicts. */
export const QUARANTINE_REASONS = [
  "missing_header",
  "malformed_header",
  "unknown_version",
  "no_match",
  "stale",
  "future",
  "certificate_not_trusted",
  "certificate_unavailable",
  "address_not_allowed",
] as const;

/** `certificate_unavailable`: it could not be fetched in time. `address_not_allowed`: the allow list refused it. */
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];

/** A request in **quarantine**: received but refused, kept apart as it was, never dispatched. */
export interface QuarantinedRequest {
  /** `qtn_` and a UUIDv7 in 32 hexadecimal digits. */
  id: string;
  source: string;
  provider: string;
  /** When its last byte arrived, in milliseconds since 1970: it is verified again as of this time. */
  receivedAt: number;
  reason: QuarantineReason;
  /** What went wrong most likely, a sentence each, likeliest first; empty where nothing is known. */
  diagnosis: readonly string[];
  /** The client's address, and the chain of hops it was resolved from. */
  address: string;
  addressChain: string;
  method: string;
  /** The public URL as the signature sees it. */
  url: string;
  /** The header block, as with events. */
  headers: Uint8Array;
  body: Uint8Array;
  /** The event it became when it was released; null where it was not. */
  releasedAs: string | null;
}

/** How often a secret of a source was the one that matched. */
export interface SecretUse {
  source: string;
  secretId: string;
  /** Requests that it verified. */
  uses: number;
  /** In milliseconds since 1970. */
  firstUsedAt: number;
  lastUsedAt: number;
}

/** A handshake that was answered, or that failed. */
export interface HandshakeSeen {
  source: string;
  /** In milliseconds since 1970. */
  at: number;
  ok: boolean;
}
