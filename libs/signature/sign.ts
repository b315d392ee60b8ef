import type { KeyObject } from "node:crypto";
import { signItems } from "./items.ts";
import { signJwt } from "./jwt.ts";
import { signMac } from "./mac.ts";
import type { AnyRecipe, Recipe } from "./recipe.ts";
import { signBasic, signSharedSecret } from "./shared_secret.ts";
import { signWithPrivateKey } from "./sign_with_private_key.ts";
import type { OutgoingRequest } from "./signed_request.ts";

/** Options for {@linkcode sign}. */
export interface SignOptions {
  /** The secret; for asymmetric schemes needed only if it is a part of what is signed. */
  secret: string;
  /** The private key of asymmetric schemes, in PEM or parsed. */
  privateKey?: string | KeyObject;
  /** When it is signed, in milliseconds since 1970. */
  now: number;
}

/**
 * Signs a request as the provider would. Returns the request to send, with everything that the scheme puts into headers,
 * body or URL. A time or id that the headers already have is kept and signed.
 *
 * @throws {TypeError} if the secret is empty or not a key, or a part to be signed is missing.
 */
export function sign(
  recipe: Recipe,
  request: OutgoingRequest,
  options: SignOptions,
): OutgoingRequest {
  switch (recipe.kind) {
    case "hmac":
    case "hash":
      return signMac(recipe, request, options);
    case "public_key":
    case "certificate":
      return signWithPrivateKey(recipe, request, options);
    case "jwt":
      return signJwt(recipe, request, options);
    case "shared_secret":
      return signSharedSecret(recipe, request, options);
    case "basic":
      return signBasic(request, options);
    case "items":
      return signItems(recipe, request, options);
    case "any":
      return sign(chooseRecipe(recipe, options), request, options);
  }
}

/** The first scheme for which the key is there. */
function chooseRecipe({ scheme, recipes }: AnyRecipe, options: SignOptions): Recipe {
  const slow = options.privateKey !== undefined;
  const fit = recipes.find(
    ({ kind }) => (kind === "public_key" || kind === "certificate") === slow,
  );
  const chosen = fit ?? recipes[0];
  if (chosen === undefined) throw new TypeError(`Cannot sign: ${scheme} has no schemes`);
  return chosen;
}
