/**
 * Why a request was refused. `missing_header`: no signature was sent, or a value that it covers is missing.
 * `malformed_header`: what was sent is no signature of this scheme, or there are several. `unknown_version`: it is a
 * signature of a version that the recipe does not know. `no_match`: it is one, but none of the secrets makes it.
 * `stale`, `future`: one of the secrets makes it, but its time is out of tolerance. `certificate_not_trusted`: the
 * certificate is not from the pinned host, not valid at that time or no certificate. `certificate_needed`: fetch the
 * certificate at `url` and verify again with it.
 */
export type RefusalReason =
  | "missing_header"
  | "malformed_header"
  | "unknown_version"
  | "no_match"
  | "stale"
  | "future"
  | "certificate_not_trusted"
  | "certificate_needed";

/** A request that was signed with one of the secrets. */
export interface Acceptance {
  ok: true;
  /** The recipe's scheme. */
  scheme: string;
  /** Id of the secret that matched: the first one where several do. */
  secretId: string;
  /** When the provider signed, in milliseconds since 1970; null where the scheme signs no time. */
  signedAt: number | null;
  /** The signature that matched, without its prefix; empty where what was sent is a credential. */
  signature: string;
  /** Whether every byte of the body is covered. False: verified, but the body may have been changed on its way. */
  intact: boolean;
}

/** Reasons that say all there is to say. */
export type PlainReason = Exclude<RefusalReason, "stale" | "future" | "certificate_needed">;

/** A request that was not. */
export type Refusal =
  | { ok: false; reason: PlainReason }
  | {
      ok: false;
      reason: "stale" | "future";
      /** How long before (stale) or after (future) the time of receipt it was signed, in whole seconds, rounded up. */
      skewSeconds: number;
      /** The secret that matched all the same: where many sources look stale at once, our clock is wrong. */
      secretId: string;
    }
  | { ok: false; reason: "certificate_needed"; url: string };

/** What `verify` found. */
export type Verdict = Acceptance | Refusal;

/** A refusal whose reason says all. */
export function refuse(reason: PlainReason): Refusal {
  return { ok: false, reason };
}
