import { createHash } from "node:crypto";

/** A secret of a source. */
export interface Secret {
  /** Name that logs and records may show: `1`, `2` … if the configuration sets none. */
  id: string;
  value: string;
  /** A `retiring` one verifies until `until`; a `revoked` one verifies nothing and is kept for diagnosis only. */
  state: "active" | "retiring" | "revoked";
  /** When a retiring one ends, in milliseconds since 1970; null if it has no end. */
  until: number | null;
}

/** Hex digits of the digest in an id: enough to tell the secrets of one source apart. */
const ID_DIGITS = 8;

/** Whether a secret verifies what arrives at this time, in milliseconds since 1970. */
export function isInForce({ state, until }: Pick<Secret, "state" | "until">, at: number): boolean {
  return state !== "revoked" && (until === null || at < until);
}

/** A secret that a handshake delivered: it has no end. */
export function enrolledSecret(value: string): Secret {
  return { id: enrolledSecretId(value), value, state: "active", until: null };
}

/** The id of a delivered secret: derived from its digest, so it is the same everywhere and reveals nothing. */
export function enrolledSecretId(value: string): string {
  return `enrolled-${createHash("sha256").update(value).digest("hex").slice(0, ID_DIGITS)}`;
}
