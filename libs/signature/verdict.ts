/**
 * Why a request was refused. `missing_header`: no signature was sent, or a value that it covers is missing.
 * `malformed_header`: what was sent is not a signature of this scheme, or there are several. `unknown_version`: the
 * recipe does not know this version of signature. `no_match`: none of the secrets made the signature. `stale`, `future`:
 * one of the secrets made it, but its time is out of tolerance. `certificate_not_trusted`: the certificate is not from
 * the pinned host, not valid at that time, or not a certificate. `certificate_needed`: fetch the certificate at `url` and
 * verify again with it. `key_needed`: fetch the key set at `url`, which should have a key of the name `kid`.
 * `body_too_large`: the scheme needs something from the body's JSON, which is larger than what is looked into.
 */
export type RefusalReason =
  | "missing_header"
  | "malformed_header"
  | "unknown_version"
  | "no_match"
  | "stale"
  | "future"
  | "certificate_not_trusted"
  | "certificate_needed"
  | "key_needed"
  | "body_too_large";

/** A request that was signed with one of the secrets. */
export interface Acceptance {
  ok: true;
  /** The recipe's scheme. */
  scheme: string;
  /** Id of the secret that matched, the first if several did. */
  secretId: string;
  /** When the provider signed, in milliseconds since 1970; null if the scheme signs no time. */
  signedAt: number | null;
  /** The signature that matched, without its prefix; empty if the secret itself was sent. */
  signature: string;
  /** Whether every byte of the body is covered. False: verified, but the body may have been changed in transit. */
  intact: boolean;
}

/** Reasons without further details. */
export type PlainReason = Exclude<
  RefusalReason,
  "stale" | "future" | "certificate_needed" | "key_needed"
>;

/** A request that was not signed with one of the secrets. */
export type Refusal =
  | { ok: false; reason: PlainReason }
  | {
      ok: false;
      reason: "stale" | "future";
      /** How long before (stale) or after (future) the time of receipt it was signed, in whole seconds, rounded up. */
      skewSeconds: number;
      /** The secret that matched: if many sources look stale at once, our clock is wrong. */
      secretId: string;
    }
  | { ok: false; reason: "certificate_needed"; url: string }
  | { ok: false; reason: "key_needed"; url: string; kid: string };

/** What `verify` found. */
export type Verdict = Acceptance | Refusal;

/** A refusal without further details. */
export function refuse(reason: PlainReason): Refusal {
  return { ok: false, reason };
}
