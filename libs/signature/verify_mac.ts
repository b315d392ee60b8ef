import { timingSafeEqual } from "node:crypto";
import { accept, type Match } from "./accept.ts";
import { checkBodyDigest } from "./check_body_digest.ts";
import { readClaim } from "./claim.ts";
import { DIGEST_BYTES, encodedLength, hasLetters } from "./encoding.ts";
import { SIGNATURES_MAX } from "./limits.ts";
import { computeMac } from "./mac.ts";
import type { Reading } from "./reading.ts";
import type { MacRecipe } from "./recipe.ts";
import { refuse } from "./refuse.ts";
import { type Chunk, signedChunks } from "./signed_chunks.ts";
import type { SignedRequest } from "./signed_request.ts";
import { spellings } from "./spellings.ts";
import { splitName } from "./split_name.ts";
import { readTimestamp } from "./timestamp.ts";
import type { Verdict } from "./verdict.ts";
import type { VerifySecret } from "./verify_secret.ts";

/** Holds a request against a message authentication code. */
export function verifyMac(
  recipe: MacRecipe,
  request: SignedRequest,
  { secrets }: { secrets: readonly VerifySecret[] },
): Verdict {
  const reading: Reading = { request };
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
    match = matchSecrets(recipe, chunks, { secrets, signatures }) ?? match;
  }
  if (match === null) return refuse("no_match");
  return accept(recipe, match, { timestamp, receivedAt: request.receivedAt });
}

const scratches = new Map<number, Buffer>();

/** A buffer of so many bytes, the same each time: nothing else runs between its writing and its reading. */
function scratch(length: number): Buffer {
  let buffer = scratches.get(length);
  if (buffer === undefined) {
    buffer = Buffer.alloc(length);
    scratches.set(length, buffer);
  }
  return buffer;
}

/** A signature as it was sent, its bytes to compare, and the name of its key where it bears one. */
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

/** Every secret is held against every signature, whichever matches; the first secret counts. */
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
