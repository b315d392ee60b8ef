import { createHash, createHmac, type Hash, type Hmac, timingSafeEqual } from "node:crypto";
import { nameSeparator, readClaim, splitName } from "./claim.ts";
import { DIGEST_BYTES, encodedLength, hasLetters } from "./encoding.ts";
import { decodeKey } from "./keys.ts";
import { SIGNATURES_MAX } from "./limits.ts";
import { readUnproven } from "./place.ts";
import { prepareSigning } from "./prepare_signing.ts";
import type { Digest, Encoding, KeyForm, MacRecipe } from "./recipe.ts";
import {
  type Chunk,
  checkBodyDigest,
  joinChunks,
  signedChunks,
  spellings,
} from "./signed_bytes.ts";
import type { OutgoingRequest, SignedRequest, VerifySecret } from "./signed_request.ts";
import { accept, type Match, readTimestamp } from "./timestamp.ts";
import { refuse, type Verdict } from "./verdict.ts";

/** How a message authentication code is made. */
export interface MacRule {
  kind: "hmac" | "hash";
  digest: Digest;
  encoding: Encoding;
  key?: KeyForm;
}

/**
 * The message authentication code of what is signed, with one secret, in the recipe's encoding; null if the secret is not
 * a key. Text, because Node returns 64 digits faster than a Buffer of 32 bytes: 0.4 of 3.5 µs for a body of 2 KB.
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

/** Verifies a message authentication code. */
export function verifyMac(
  recipe: MacRecipe,
  request: SignedRequest,
  { secrets }: { secrets: readonly VerifySecret[] },
): Verdict {
  const reading = readUnproven(request);
  const claim = readClaim(recipe, reading, { signaturesMax: SIGNATURES_MAX });
  if (typeof claim === "string") return refuse(claim);
  const signatures = wellFormed(recipe, claim.signatures);
  if (signatures.length === 0) return refuse("malformed_header");
  const timestamp = readTimestamp(recipe.timestamp, reading, claim);
  if (typeof timestamp === "string") return refuse(timestamp);
  const digestProblem = checkBodyDigest(recipe.bodyDigest, reading);
  if (digestProblem !== null) return refuse(digestProblem);

  let match: Match | null = null;
  for (const url of spellings(recipe, request.url)) {
    const chunks = signedChunks(recipe.signed, reading, { timestamp, url });
    if (typeof chunks === "string") return refuse(chunks);
    if (recipe.neverSigned?.test(joinChunks(chunks, "").toString("latin1"))) {
      return refuse("malformed_header");
    }
    match = matchSecrets(recipe, chunks, { secrets, signatures }) ?? match;
  }
  if (match === null) return refuse("no_match");
  return accept(recipe, match, { timestamp, receivedAt: request.receivedAt });
}

const scratches = new Map<number, Buffer>();

/** A reused buffer of this length: nothing else runs between writing and reading it. */
function scratch(length: number): Buffer {
  let buffer = scratches.get(length);
  if (buffer === undefined) {
    buffer = Buffer.alloc(length);
    scratches.set(length, buffer);
  }
  return buffer;
}

/** A signature as it was sent, its bytes to compare, and the name of its key if it has one. */
interface Claimed {
  name: string;
  text: string;
  bytes: Buffer;
}

function wellFormed(
  { format, encoding, digest }: MacRecipe,
  entries: readonly string[],
): Claimed[] {
  const length = encodedLength(encoding, DIGEST_BYTES[digest]);
  const found: Claimed[] = [];
  for (const entry of entries) {
    const [name, text] = splitName(format, entry);
    if (text.length !== length || !hasLetters(encoding, text)) continue;
    found.push({ name, text, bytes: Buffer.from(text, "latin1") });
  }
  return found;
}

/** Compares every secret with every signature, whichever matches, for constant time; the first matching secret counts. */
function matchSecrets(
  recipe: MacRecipe,
  chunks: readonly Chunk[],
  { secrets, signatures }: { secrets: readonly VerifySecret[]; signatures: readonly Claimed[] },
): Match | null {
  let match: Match | null = null;
  for (const secret of secrets) {
    const [name, key] = splitName(recipe.format, secret.value);
    const mac = computeMac(recipe, chunks, key);
    if (mac === null) continue;
    const expected = scratch(mac.length);
    expected.write(mac, "latin1");
    for (const { name: claimed, text, bytes } of signatures) {
      const matches = timingSafeEqual(expected, bytes);
      if (matches && claimed === name) match ??= { secretId: secret.id, signature: text };
    }
  }
  return match;
}

/** Signs with a message authentication code. */
export function signMac(
  recipe: MacRecipe,
  request: OutgoingRequest,
  { secret, now }: { secret: string; now: number },
): OutgoingRequest {
  const prepared = prepareSigning(recipe, request, { now });
  const { format, key: form = "utf8" } = recipe;
  const [name, key] = splitName(format, secret);
  const mac = computeMac(recipe, prepared.chunks, key);
  if (mac === null) {
    const state = secret === "" ? "empty" : `no ${form} key`;
    throw new TypeError(`Cannot sign: the secret is ${state}`);
  }
  const separator = nameSeparator(format);
  return prepared.finish(separator === undefined ? mac : `${name}${separator}${mac}`);
}
