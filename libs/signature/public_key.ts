import { createPublicKey, createVerify, type KeyObject, verify as verifyBytes } from "node:crypto";
import { readClaim, splitName } from "./claim.ts";
import { decode } from "./encoding.ts";
import { digestInTurns, joinInTurns, nextTurn, updateInTurns } from "./in_turns.ts";
import { boundedKey, decodeBase64, smallCache } from "./keys.ts";
import {
  CHECKED_AT_ONCE_MAX,
  HASHED_AT_ONCE_BYTES_MAX,
  READ_AT_ONCE_BYTES_MAX,
  SECRET_CHARS_MAX,
  SLOW_BOUNDS,
} from "./limits.ts";
import { type Reading, readUnproven } from "./place.ts";
import type { PublicKeyRecipe } from "./recipe.ts";
import {
  type Chunk,
  checkBodyDigest,
  chunkBytes,
  joinChunks,
  signedChunks,
  spellings,
} from "./signed_bytes.ts";
import type { SignedRequest, VerifySecret } from "./signed_request.ts";
import { accept, type Match, readTimestamp, type Timestamp } from "./timestamp.ts";
import { type Refusal, refuse, type Verdict } from "./verdict.ts";

/** Signature algorithms with a private key. */
export type Algorithm = PublicKeyRecipe["algorithm"] | "es256";

/** Keys that are cached: parsing one costs as much as verifying. */
const KEYS_MAX = 256;
const ED25519_KEY_BYTES = 32;
const RSA_MODULUS_BITS_MIN = 1_024;
const PEM = /^-----BEGIN PUBLIC KEY-----([^-]*)-----END PUBLIC KEY-----$/;
/** SubjectPublicKeyInfo of Ed25519 up to the key itself (RFC 8410). */
const ED25519_SPKI = Buffer.from("302a300506032b6570032100", "hex");
export const HASHES = {
  ed25519: null,
  ecdsa_p256: "sha256",
  ecdsa_p256_sha1: "sha1",
  es256: "sha256",
  rsa_sha1: "sha1",
  rsa_sha256: "sha256",
} as const;

const caches = {
  hex: smallCache((text) => ed25519Key(decode("hex", text.toLowerCase())), KEYS_MAX),
  base64: smallCache((text) => ed25519Key(decodeBase64(text)), KEYS_MAX),
  whpk: smallCache((text) => ed25519Key(readWhpk(text)), KEYS_MAX),
  spki: smallCache(spkiKey, KEYS_MAX),
};

/** A secret as a public key; null if it is not one, or of another algorithm. */
export function decodePublicKey(
  { algorithm, key }: { algorithm: Algorithm; key: PublicKeyRecipe["key"] },
  secret: string,
): KeyObject | null {
  if (secret === "" || secret.length > SECRET_CHARS_MAX) return null;
  const found = caches[key](secret);
  return found !== null && fits(found, algorithm) ? found : null;
}

/** Whether the key made this signature over the data. Runs on the thread pool. Never rejects. */
export function verifySignature(
  algorithm: Algorithm,
  data: Uint8Array,
  { key, signature }: { key: KeyObject; signature: Uint8Array },
): Promise<boolean> {
  const dsaEncoding = dsaEncodingOf(algorithm);
  return new Promise((resolve) => {
    verifyBytes(HASHES[algorithm], data, { key, dsaEncoding }, signature, (error, matches) => {
      // An error means that the signature is malformed.
      resolve(error === null && matches);
    });
  });
}

/**
 * The same of much data, in runs. Node copies what it verifies, and a copy of 32 MiB takes 30 ms: so they are hashed a piece at a
 * time. Ed25519 cannot, as it reads everything twice.
 */
async function verifyLarge(
  algorithm: Algorithm,
  runs: readonly Uint8Array[],
  { key, signature }: { key: KeyObject; signature: Uint8Array },
): Promise<boolean> {
  // Other requests have their turn between two checks.
  await nextTurn();
  const hash = HASHES[algorithm];
  if (hash === null) {
    const joined = await joinInTurns(runs);
    await nextTurn();
    return verifySignature(algorithm, joined, { key, signature });
  }
  const verifier = createVerify(hash);
  await updateInTurns(verifier, runs);
  try {
    return verifier.verify({ key, dsaEncoding: dsaEncodingOf(algorithm) }, signature);
  } catch {
    // The signature is malformed.
    return false;
  }
}

function dsaEncodingOf(algorithm: Algorithm): "ieee-p1363" | "der" {
  return algorithm === "es256" ? "ieee-p1363" : "der";
}

/** Whether a key is of this algorithm, and strong enough to prove anything. */
export function fits(key: KeyObject, algorithm: Algorithm): boolean {
  const { asymmetricKeyType: type } = key;
  if (algorithm === "ed25519") return type === "ed25519";
  if (algorithm === "es256" || algorithm.startsWith("ecdsa_p256")) {
    return type === "ec" && key.asymmetricKeyDetails?.namedCurve === "prime256v1";
  }
  return type === "rsa" && Number(key.asymmetricKeyDetails?.modulusLength) >= RSA_MODULUS_BITS_MIN;
}

function ed25519Key(bytes: Buffer | null): KeyObject {
  if (bytes?.length !== ED25519_KEY_BYTES) {
    throw new SyntaxError("Cannot read the key: it is not 32 bytes");
  }
  const key = Buffer.concat([ED25519_SPKI, bytes]);
  return createPublicKey({ key, format: "der", type: "spki" });
}

function readWhpk(text: string): Buffer | null {
  return text.startsWith("whpk_") ? decodeBase64(text.slice(5)) : null;
}

function spkiKey(text: string): KeyObject {
  const trimmed = text.trim();
  if (trimmed.startsWith("{")) {
    return boundedKey(createPublicKey({ key: JSON.parse(trimmed), format: "jwk" }));
  }
  // Some publish PEM on a single line, which the parser refuses: read what is between the markers.
  const [, between = trimmed] = PEM.exec(trimmed) ?? [];
  const key = decodeBase64(between.replace(/\s/g, "")) ?? Buffer.alloc(0);
  return boundedKey(createPublicKey({ key, format: "der", type: "spki" }));
}

/** Verifies a signature made with a private key; the secret is its public key. */
export async function verifyPublicKey(
  recipe: PublicKeyRecipe,
  request: SignedRequest,
  { secrets }: { secrets: readonly VerifySecret[] },
): Promise<Verdict> {
  const reading = readUnproven(request);
  if (isLarge(request.body)) await digestInTurns(recipe, reading);
  const signed = readSigned(recipe, reading);
  if (!("runs" in signed)) return signed;
  const { algorithm } = recipe;
  const tries = secrets.flatMap(({ id, value }) => {
    const [name, text] = splitName(recipe.format, value);
    const key = decodePublicKey(recipe, text);
    return key === null ? [] : [{ secretId: id, name, value, key }];
  });
  const match = await firstMatch(algorithm, signed, tries);
  if (match === null) return refuse("no_match");
  return accept(recipe, match, { timestamp: signed.timestamp, receivedAt: request.receivedAt });
}

/** What was signed, and the signatures that the request claims for it. */
export interface Signed {
  signatures: readonly { name: string; text: string; bytes: Buffer }[];
  timestamp: Timestamp | null;
  /** What is signed, once for each spelling of the URL. */
  runs: readonly (readonly Chunk[])[];
}

/** Reads everything that is needed to verify a signature by a private key. */
export function readSigned(
  recipe: Omit<PublicKeyRecipe, "kind" | "algorithm" | "key">,
  reading: Reading,
): Signed | Refusal {
  const claim = readClaim(recipe, reading, SLOW_BOUNDS);
  if (typeof claim === "string") return refuse(claim);
  const signatures = claim.signatures.flatMap((entry) => {
    const [name, text] = splitName(recipe.format, entry);
    const bytes = decode(recipe.encoding, text);
    return bytes === null ? [] : [{ name, text, bytes }];
  });
  if (signatures.length === 0) return refuse("malformed_header");
  const timestamp = readTimestamp(recipe.timestamp, reading, claim);
  if (typeof timestamp === "string") return refuse(timestamp);
  const digestProblem = checkBodyDigest(recipe.bodyDigest, reading);
  if (digestProblem !== null) return refuse(digestProblem);
  const runs: Chunk[][] = [];
  for (const url of spellings(recipe, reading.request)) {
    const chunks = signedChunks(recipe.signed, reading, { timestamp, url });
    if (typeof chunks === "string") return refuse(chunks);
    runs.push(chunks);
  }
  return { signatures, timestamp, runs };
}

/** Tries every key on every signature, whichever matches; the first matching key counts. */
export async function firstMatch(
  algorithm: Algorithm,
  { signatures, runs }: Signed,
  tries: readonly { secretId: string; name?: string; value: string; key: KeyObject }[],
): Promise<Match | null> {
  const joined = new Map<readonly Chunk[], Buffer>();
  function join(chunks: readonly Chunk[], value: string): Buffer {
    // One copy for all, unless each secret is signed, too.
    if (chunks.some((chunk) => typeof chunk === "string")) return joinChunks(chunks, value);
    const data = joined.get(chunks) ?? joinChunks(chunks, "");
    joined.set(chunks, data);
    return data;
  }
  const checks = tries.flatMap(({ secretId, name = "", value, key }) =>
    runs.flatMap((chunks) => {
      const own = signatures.filter((signature) => signature.name === name);
      return own.map(({ text, bytes }) => async (): Promise<Match | null> => {
        const check = { key, signature: bytes };
        const matches = isLargeRun(chunks)
          ? await verifyLarge(algorithm, bytesOf(chunks, value), check)
          : await verifySignature(algorithm, join(chunks, value), check);
        return matches ? { secretId, signature: text } : null;
      });
    }),
  );
  const copied = checks.length * Math.max(0, ...runs.map(lengthOf));
  const oneByOne =
    checks.length > CHECKED_AT_ONCE_MAX ||
    runs.some(isLargeRun) ||
    copied > HASHED_AT_ONCE_BYTES_MAX;
  const found = await inOrder(checks, { oneByOne });
  return found.find((match) => match !== null) ?? null;
}

/** What all checks found: at once, or one after the other. */
async function inOrder<Found>(
  checks: readonly (() => Promise<Found>)[],
  { oneByOne }: { oneByOne: boolean },
): Promise<Found[]> {
  if (!oneByOne) return Promise.all(checks.map((check) => check()));
  const found: Found[] = [];
  for (const check of checks) found.push(await check());
  return found;
}

function bytesOf(chunks: readonly Chunk[], secret: string): Uint8Array[] {
  return chunks.map((chunk) => chunkBytes(chunk, secret));
}

function isLargeRun(chunks: readonly Chunk[]): boolean {
  return isLarge({ length: lengthOf(chunks) });
}

function lengthOf(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}

/** Whether copying or hashing it takes so long that others should have their turn. */
export function isLarge({ length }: { length: number }): boolean {
  return length > READ_AT_ONCE_BYTES_MAX;
}
