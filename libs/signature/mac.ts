import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { decodeKey } from "./decode_key.ts";
import type { Digest, Encoding, KeyForm } from "./recipe.ts";
import type { Chunk } from "./signed_chunks.ts";

/** What a message authentication code is made with. */
export interface MacRule {
  kind: "hmac" | "hash";
  digest: Digest;
  encoding: Encoding;
  key?: KeyForm;
}

/**
 * The message authentication code of what is signed, under one secret, written in the recipe's encoding; null where the
 * secret is no key. Text, because Node hands out 64 digits faster than a Buffer of 32 bytes: 0.4 of 3.5 µs for a body of
 * 2 KB.
 */
export function computeMac(rule: MacRule, chunks: readonly Chunk[], secret: string): string | null {
  const key = decodeKey(rule.key ?? "utf8", secret);
  if (key === null) return null;
  const hash = rule.kind === "hmac" ? createHmac(rule.digest, key) : createHash(rule.digest);
  return digestChunks(hash, chunks, { secret, encoding: rule.encoding });
}

function digestChunks(
  hash: Hash | Hmac,
  chunks: readonly Chunk[],
  { secret, encoding }: { secret: string; encoding: Encoding },
): string {
  for (const chunk of chunks) hash.update(chunk === "secret" ? Buffer.from(secret) : chunk);
  return encoding === "hex_upper" ? hash.digest("hex").toUpperCase() : hash.digest(encoding);
}
