import { createHash } from "node:crypto";

/** Digits of the digest: two secrets of one source are told apart, and nothing of a secret can be read back. */
const DIGITS = 8;

/** The id of a secret that a handshake delivered: the same wherever it is asked for, without a word of the secret in it. */
export function enrolledSecretId(secret: string): string {
  return `enrolled-${createHash("sha256").update(secret).digest("hex").slice(0, DIGITS)}`;
}
