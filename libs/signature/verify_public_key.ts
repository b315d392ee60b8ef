import type { KeyObject } from "node:crypto";
import { accept, type Match } from "./accept.ts";
import { checkBodyDigest } from "./check_body_digest.ts";
import { readClaim } from "./claim.ts";
import { decode } from "./encoding.ts";
import { SLOW_SIGNATURES_MAX } from "./limits.ts";
import { type Algorithm, decodePublicKey, verifySignature } from "./public_key.ts";
import type { Reading } from "./reading.ts";
import type { PublicKeyRecipe } from "./recipe.ts";
import { refuse } from "./refuse.ts";
import { type Chunk, joinChunks, signedChunks } from "./signed_chunks.ts";
import type { SignedRequest } from "./signed_request.ts";
import { spellings } from "./spellings.ts";
import { splitName } from "./split_name.ts";
import { readTimestamp, type Timestamp } from "./timestamp.ts";
import type { Refusal, Verdict } from "./verdict.ts";
import type { VerifySecret } from "./verify_secret.ts";

/** Holds a request against a signature by a private key whose public key is the secret. */
export async function verifyPublicKey(
  recipe: PublicKeyRecipe,
  request: SignedRequest,
  { secrets }: { secrets: readonly VerifySecret[] },
): Promise<Verdict> {
  const signed = readSigned(recipe, request);
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

/** What was signed, and what is said to be the signature of it. */
export interface Signed {
  signatures: readonly { name: string; text: string; bytes: Buffer }[];
  timestamp: Timestamp | null;
  /** What is signed, once for each spelling of the URL. */
  runs: readonly (readonly Chunk[])[];
}

/** Reads all that a signature by a private key is held against. */
export function readSigned(
  recipe: Omit<PublicKeyRecipe, "kind" | "algorithm" | "key">,
  request: SignedRequest,
): Signed | Refusal {
  const reading: Reading = { request };
  const claim = readClaim(recipe, reading, { signaturesMax: SLOW_SIGNATURES_MAX });
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
  for (const url of spellings(recipe, request.url)) {
    const chunks = signedChunks(recipe.signed, reading, { timestamp, url });
    if (typeof chunks === "string") return refuse(chunks);
    runs.push(chunks);
  }
  return { signatures, timestamp, runs };
}

/** Tries every key on every signature, whichever matches; the first key counts. */
export async function firstMatch(
  algorithm: Algorithm,
  { signatures, runs }: Signed,
  tries: readonly { secretId: string; name?: string; value: string; key: KeyObject }[],
): Promise<Match | null> {
  const found = await Promise.all(
    tries.flatMap(({ secretId, name = "", value, key }) =>
      runs.flatMap((chunks) => {
        const data = joinChunks(chunks, value);
        const own = signatures.filter((signature) => signature.name === name);
        return own.map(async ({ text, bytes }) => {
          const matches = await verifySignature(algorithm, data, { key, signature: bytes });
          return matches ? { secretId, signature: text } : null;
        });
      }),
    ),
  );
  return found.find((match) => match !== null) ?? null;
}
