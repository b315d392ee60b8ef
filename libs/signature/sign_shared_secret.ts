import { incoming } from "./incoming.ts";
import { readPointer } from "./read_pointer.ts";
import { readJson } from "./reading.ts";
import type { SharedSecretRecipe } from "./recipe.ts";
import type { OutgoingRequest } from "./signed_request.ts";
import { writePlace } from "./write_place.ts";

/** Puts the secret where the provider sends it. */
export function signSharedSecret(
  { from, prefix = "", each }: SharedSecretRecipe,
  request: OutgoingRequest,
  { secret }: { secret: string },
): OutgoingRequest {
  if (secret === "") throw new TypeError("Cannot sign: the secret is empty");
  // A header's text is Latin-1: these are the bytes of the secret's UTF-8.
  const text = "header" in from ? Buffer.from(secret).toString("latin1") : secret;
  if (each === undefined || !("json" in from)) return writePlace(request, from, prefix + text);
  const items = readPointer(readJson({ request: incoming(request, 0) }), each.items);
  if (!Array.isArray(items)) throw new TypeError(`Cannot sign: no list is at ${each.items}`);
  return items.reduce<OutgoingRequest>(
    (written, _, index) =>
      writePlace(written, { json: `${each.items}/${index}${from.json}` }, prefix + text),
    request,
  );
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
