/**
 * Why a request was refused. `missing_header`: no signature was sent. `malformed_header`: what was sent is no signature
 * of this scheme, or there are several. `no_match`: it is one, but none of the secrets makes it.
 */
export type RefusalReason = "missing_header" | "malformed_header" | "no_match";

/** What `verify` found. */
export type Verdict =
  | {
      ok: true;
      /** The recipe's scheme. */
      scheme: string;
      /** Id of the secret that matched: the first one where several do. */
      secretId: string;
      /** When the provider signed, in milliseconds since 1970; null where the scheme signs no time. */
      signedAt: number | null;
      /** The signature that matched, without its prefix. */
      signature: string;
    }
  | { ok: false; reason: RefusalReason };
