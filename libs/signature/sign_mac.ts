import { computeMac } from "./mac.ts";
import { prepareSigning } from "./prepare_signing.ts";
import type { MacRecipe } from "./recipe.ts";
import type { OutgoingRequest } from "./signed_request.ts";

/** Signs with a message authentication code. */
export function signMac(
  recipe: MacRecipe,
  request: OutgoingRequest,
  { secret, now }: { secret: string; now: number },
): OutgoingRequest {
  const prepared = prepareSigning(recipe, request, { now });
  const mac = secret === "" ? null : computeMac(recipe, prepared.chunks, secret);
  if (mac === null) {
    const state = secret === "" ? "empty" : `no ${recipe.key ?? "utf8"} key`;
    throw new TypeError(`Cannot sign: the secret is ${state}`);
  }
  return prepared.finish(mac);
}
