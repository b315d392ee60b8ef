import { timingSafeEqual } from "node:crypto";
import { computeMac } from "./compute_mac.ts";
import type { Recipe } from "./recipe.ts";
import type { SignedRequest } from "./signed_request.ts";
import type { Verdict } from "./verdict.ts";

/** A secret to verify with. */
export interface VerifySecret {
  /** What the verdict says when it matches. */
  id: string;
  /** The secret itself; an empty one never matches. */
  value: string;
}

const MAC_BYTES = { sha256: 32 } as const;
const HEX_DIGITS = /^[0-9a-f]+$/;

/**
 * Says whether the request was signed with one of the secrets. Bad input is a verdict, never an error.
 *
 * All secrets are tried, whichever matches, and MACs are compared in constant time: an answer's timing tells neither
 * how much of a guess was right nor which secret is in use. Digits are lower case and complete, the header is sent once:
 * a signature is spelled in one way, so no changed bit of it verifies.
 */
export function verify(
  recipe: Recipe,
  request: SignedRequest,
  options: { secrets: readonly VerifySecret[] },
): Verdict {
  const values = request.headers(recipe.header);
  const value = values[0];
  if (value === undefined) return { ok: false, reason: "missing_header" };
  // Two signatures are two claims: whoever added the second one must not get to choose which counts.
  const signature = values.length === 1 ? readSignature(recipe, value) : null;
  if (signature === null) return { ok: false, reason: "malformed_header" };

  const claimed = Buffer.from(signature, "latin1");
  let secretId: string | null = null;
  for (const secret of options.secrets) {
    // Anybody can sign with an empty key.
    if (secret.value === "") continue;
    const mac = computeMac(recipe, request.body, { secret: secret.value });
    const matches = timingSafeEqual(Buffer.from(mac, "latin1"), claimed);
    if (matches) secretId ??= secret.id;
  }
  if (secretId === null) return { ok: false, reason: "no_match" };
  return { ok: true, scheme: recipe.scheme, secretId, signedAt: null, signature };
}

/** The signature without its prefix; null where the value is none. Looks at the length before anything else. */
function readSignature(recipe: Recipe, value: string): string | null {
  const digits = MAC_BYTES[recipe.digest] * 2;
  const { prefix } = recipe;
  if (value.length === digits) return HEX_DIGITS.test(value) ? value : null;
  if (value.length !== prefix.length + digits || !value.startsWith(prefix)) return null;
  const signature = value.slice(prefix.length);
  return HEX_DIGITS.test(signature) ? signature : null;
}
