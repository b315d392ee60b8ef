import { type KeyObject, verify as verifyBytes } from "node:crypto";
import { splitName } from "./claim.ts";
import { readUnproven } from "./place.ts";
import { decodePublicKey, HASHES, readSigned } from "./public_key.ts";
import type { PublicKeyRecipe } from "./recipe.ts";
import { joinChunks } from "./signed_bytes.ts";
import type { SignedRequest, VerifySecret } from "./signed_request.ts";
import { accept } from "./timestamp.ts";
import { refuse, type Verdict } from "./verdict.ts";

/** Verifies a signature made with a private key at once: 0.1 ms for each key and signature. For diagnoses, which try a few. */
export function verifyPublicKeyNow(
  recipe: PublicKeyRecipe,
  request: SignedRequest,
  { secrets }: { secrets: readonly VerifySecret[] },
): Verdict {
  const signed = readSigned(recipe, readUnproven(request));
  if (!("runs" in signed)) return signed;
  for (const { id: secretId, value } of secrets) {
    const [name, text] = splitName(recipe.format, value);
    const key = decodePublicKey(recipe, text);
    const own = key === null ? [] : signed.signatures.filter((one) => one.name === name);
    for (const signature of own) {
      for (const chunks of signed.runs) {
        if (
          key === null ||
          !matchesNow(recipe.algorithm, joinChunks(chunks, value), key, signature)
        ) {
          continue;
        }
        const match = { secretId, signature: signature.text };
        const { timestamp } = signed;
        return accept(recipe, match, { timestamp, receivedAt: request.receivedAt });
      }
    }
  }
  return refuse("no_match");
}

/** Whether a secret is a public key of the form that a recipe takes. */
export function isKeyOf(recipe: PublicKeyRecipe, secret: string): boolean {
  const [, text] = splitName(recipe.format, secret);
  return decodePublicKey(recipe, text) !== null;
}

function matchesNow(
  algorithm: PublicKeyRecipe["algorithm"],
  data: Uint8Array,
  key: KeyObject,
  { bytes }: { bytes: Uint8Array },
): boolean {
  try {
    return verifyBytes(HASHES[algorithm], data, { key, dsaEncoding: "der" }, bytes);
  } catch {
    // The signature is malformed.
    return false;
  }
}
