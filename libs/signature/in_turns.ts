import { createHash, type Hash, type Hmac, hash as hashOnce, type Verify } from "node:crypto";
import { readFormInTurns } from "@hookgate/types";
import { keepForm, keepSortedForm, type Reading, readForm } from "./place.ts";
import type { Digest, MacRecipe } from "./recipe.ts";
import type { SignedRequest } from "./signed_request.ts";
import { sortFormInTurns } from "./sorted_form.ts";

/** Bytes that are hashed in one turn of the event loop: about a tenth of a millisecond. */
const PIECE_BYTES = 128 * 1024;

/** Bytes of all bodies together that are looked into in one turn: at most 3 ms if they are hostile. */
const LOOKED_INTO_BYTES = 128 * 1024;

/** Resolves once other requests had their turn. */
export function nextTurn(): Promise<unknown> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Hashes runs of bytes a piece at a time: between two pieces, other requests have their turn. */
export async function updateInTurns(
  hash: Hash | Hmac | Verify,
  runs: readonly Uint8Array[],
): Promise<void> {
  await inPieces(runs, (piece) => hash.update(piece));
}

/** The same runs in a row: a copy of 32 MiB in one go takes 30 ms. */
export async function joinInTurns(runs: readonly Uint8Array[]): Promise<Uint8Array> {
  const joined = Buffer.allocUnsafeSlow(runs.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  await inPieces(runs, (piece) => {
    joined.set(piece, at);
    at += piece.length;
  });
  return joined;
}

async function inPieces(
  runs: readonly Uint8Array[],
  work: (piece: Uint8Array) => unknown,
): Promise<void> {
  let left = PIECE_BYTES;
  for (const bytes of runs) {
    for (let at = 0; at < bytes.length; ) {
      if (left === 0) {
        await nextTurn();
        left = PIECE_BYTES;
      }
      const piece = bytes.subarray(at, at + left);
      work(piece);
      at += piece.length;
      left -= piece.length;
    }
  }
}

/** The digest of bytes of any length, a piece at a time. */
export async function hashInTurns(digest: Digest, bytes: Uint8Array): Promise<Buffer> {
  if (bytes.length <= PIECE_BYTES) return hashOnce(digest, bytes, "buffer");
  const hash = createHash(digest);
  await updateInTurns(hash, [bytes]);
  return hash.digest();
}

/** Reads the fields of a large form a piece at a time, so that reading them again costs nothing. */
export async function prepareForm({ headers, body }: SignedRequest): Promise<void> {
  const contentType = headers("content-type")[0] ?? "";
  await turnForPiece();
  keepForm(body, await readFormInTurns(contentType, body, { nextTurn: turnForPiece }));
}

/** The same request with what `sorted_form` signs of its form, which {@linkcode prepareForm} has read. */
export async function prepareSortedForm(request: SignedRequest): Promise<SignedRequest> {
  await turnForPiece();
  const sorted = await sortFormInTurns(readForm({ request }), { nextTurn: turnForPiece });
  const prepared = { ...request };
  keepSortedForm(prepared, sorted);
  return prepared;
}

async function turnForPiece(): Promise<void> {
  await turnToLook(LOOKED_INTO_BYTES);
}

/** What may still be looked into in this turn of the event loop, in bytes. */
let left = LOOKED_INTO_BYTES;

/** Those that wait to look into so many bytes, in the order in which they go on. */
const waiting: { bytes: number; look: () => void }[] = [];

/**
 * A turn of the event loop in which there is room to look into so many bytes, more than fit alone; null if there is in this one.
 * However many bodies come at once, from however many addresses, they keep others waiting no longer than one does.
 */
export function turnToLook(bytes: number): Promise<void> | null {
  if (waiting.length === 0 && hasRoom(bytes)) {
    takeRoom(bytes);
    return null;
  }
  return new Promise((look) => {
    waiting.push({ bytes, look });
  });
}

function hasRoom(bytes: number): boolean {
  return bytes <= left || left === LOOKED_INTO_BYTES;
}

function takeRoom(bytes: number): void {
  if (left === LOOKED_INTO_BYTES) setImmediate(beginTurn);
  left -= bytes;
}

function beginTurn(): void {
  left = LOOKED_INTO_BYTES;
  for (let next = waiting[0]; next !== undefined && hasRoom(next.bytes); next = waiting[0]) {
    waiting.shift();
    takeRoom(next.bytes);
    next.look();
  }
}

/** Whether verifying by a recipe, or a part of one, looks into the body and does not only hash it. Its own function may do so, too. */
export function looksIntoBody(part: unknown): boolean {
  if (typeof part !== "object" || part === null) return part === "sorted_form";
  if ("token" in part && part.token === "body") return true;
  const isPlace = "json" in part || "form" in part || "items" in part || "compute" in part;
  return isPlace || Object.values(part).some(looksIntoBody);
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
