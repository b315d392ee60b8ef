import { createHash, type Hash, type Hmac } from "node:crypto";
import { readFormInTurns } from "@hookgate/types";
import { keepForm, type Reading } from "./place.ts";
import type { Digest, MacRecipe } from "./recipe.ts";
import type { SignedRequest } from "./signed_request.ts";

/** Bytes that are hashed in one turn of the event loop: about a tenth of a millisecond. */
const PIECE_BYTES = 128 * 1024;

/** Resolves once other requests had their turn. */
export function nextTurn(): Promise<unknown> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Hashes bytes a piece at a time: between two pieces, other requests have their turn. */
export async function updateInTurns(hash: Hash | Hmac, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    if (at > 0) await nextTurn();
    hash.update(bytes.subarray(at, at + PIECE_BYTES));
  }
}

/** The digest of bytes of any length, a piece at a time. */
export async function hashInTurns(digest: Digest, bytes: Uint8Array): Promise<Buffer> {
  const hash = createHash(digest);
  await updateInTurns(hash, bytes);
  return hash.digest();
}

/** Reads the fields of a large form a piece at a time, so that reading them again costs nothing. */
export async function prepareForm({ headers, body }: SignedRequest): Promise<void> {
  const contentType = headers("content-type")[0] ?? "";
  await nextFormTurn();
  keepForm(body, await readFormInTurns(contentType, body, { nextTurn: nextFormTurn }));
}

/** Those that read a form, in the order in which they go on. */
const readers: (() => void)[] = [];

/** Resolves in a turn of the event loop in which no other form is read: many keep others waiting no longer than one does. */
function nextFormTurn(): Promise<void> {
  return new Promise((resolve) => {
    readers.push(resolve);
    if (readers.length === 1) setImmediate(goOn);
  });
}

function goOn(): void {
  readers.shift()?.();
  if (readers.length > 0) setImmediate(goOn);
}

/** Computes the digests of the body that a recipe needs, so that reading them costs nothing. */
export async function digestInTurns(
  { signed, bodyDigest }: Pick<MacRecipe, "signed" | "bodyDigest">,
  reading: Reading,
): Promise<void> {
  const digests = new Set<Digest>(bodyDigest === undefined ? [] : [bodyDigest.digest]);
  for (const part of signed) {
    if (typeof part === "object" && "digest" in part) digests.add(part.digest);
  }
  for (const digest of digests) {
    const { body } = reading.request;
    reading.digests ??= new Map();
    reading.digests.set(digest, await hashInTurns(digest, body));
  }
}

/** The digest of the body. */
export function readDigest(reading: Reading, digest: Digest): Buffer {
  return reading.digests?.get(digest) ?? createHash(digest).update(reading.request.body).digest();
}
