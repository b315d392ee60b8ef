import type { SharedSecretRecipe } from "./recipe.ts";
import type { OutgoingRequest } from "./signed_request.ts";
import { writePlace } from "./write_place.ts";

/** Puts the secret where the provider sends it. */
export function signSharedSecret(
  { from, prefix = "" }: SharedSecretRecipe,
  request: OutgoingRequest,
  { secret }: { secret: string },
): OutgoingRequest {
  if (secret === "") throw new TypeError("Cannot sign: the secret is empty");
  // A header's text is Latin-1: these are the bytes of the secret's UTF-8.
  const text = "header" in from ? Buffer.from(secret).toString("latin1") : secret;
  return writePlace(request, from, prefix + text);
}

/** Puts the user and password where HTTP Basic has them. */
export function signBasic(
  request: OutgoingRequest,
  { secret }: { secret: string },
): OutgoingRequest {
  if (secret === "") throw new TypeError("Cannot sign: the secret is empty");
  const credentials = Buffer.from(secret).toString("base64");
  return writePlace(request, { header: "authorization" }, `Basic ${credentials}`);
}
