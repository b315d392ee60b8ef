import { computeMac } from "./mac.ts";
import { prepareSigning } from "./prepare_signing.ts";
import type { MacRecipe } from "./recipe.ts";
import type { OutgoingRequest } from "./signed_request.ts";
import { nameSeparator, splitName } from "./split_name.ts";

/** Signs with a message authentication code. */
export function signMac(
  recipe: MacRecipe,
  request: OutgoingRequest,
  { secret, now }: { secret: string; now: number },
): OutgoingRequest {
  const prepared = prepareSigning(recipe, request, { now });
  const { format, key: form = "utf8" } = recipe;
  const [name, key] = splitName(format, secret);
  const mac = computeMac(recipe, prepared.chunks, key);
  if (mac === null) {
    const state = secret === "" ? "empty" : `no ${form} key`;
    throw new TypeError(`Cannot sign: the secret is ${state}`);
  }
  const separator = nameSeparator(format);
  return prepared.finish(separator === undefined ? mac : `${name}${separator}${mac}`);
}
