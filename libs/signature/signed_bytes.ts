import { readClaim } from "./claim.ts";
import { SIGNATURES_MAX } from "./limits.ts";
import type { Reading } from "./reading.ts";
import type { CertificateRecipe, MacRecipe, PublicKeyRecipe } from "./recipe.ts";
import { joinChunks, signedChunks } from "./signed_chunks.ts";
import type { SignedRequest } from "./signed_request.ts";
import { readTimestamp } from "./timestamp.ts";

/** The bytes that a signed request's signature is made of; null where the request has not what the recipe signs. */
export function signedBytes(
  recipe: MacRecipe | PublicKeyRecipe | CertificateRecipe,
  request: SignedRequest,
  { secret }: { secret: string },
): Uint8Array | null {
  const reading: Reading = { request };
  const claim = readClaim(recipe, reading, { signaturesMax: SIGNATURES_MAX });
  if (typeof claim === "string") return null;
  const timestamp = readTimestamp(recipe.timestamp, reading, claim);
  if (typeof timestamp === "string") return null;
  const chunks = signedChunks(recipe.signed, reading, { timestamp, url: request.url });
  return typeof chunks === "string" ? null : joinChunks(chunks, secret);
}
