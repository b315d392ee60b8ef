import { incoming } from "./incoming.ts";
import { computeMac } from "./mac.ts";
import { readPointer } from "./read_pointer.ts";
import { readJson } from "./reading.ts";
import type { ItemsRecipe } from "./recipe.ts";
import type { OutgoingRequest } from "./signed_request.ts";
import { itemBytes } from "./verify_items.ts";
import { writePlace } from "./write_place.ts";

/** Signs every item of the body. */
export function signItems(
  recipe: ItemsRecipe,
  unsigned: OutgoingRequest,
  { secret, now }: { secret: string; now: number },
): OutgoingRequest {
  const items = readPointer(readJson({ request: incoming(unsigned, now) }), recipe.items);
  if (!Array.isArray(items)) throw new TypeError(`Cannot sign: no list is at ${recipe.items}`);
  let request = unsigned;
  for (const [index, item] of items.entries()) {
    const signed = itemBytes(recipe, item);
    const mac = signed && computeMac({ ...recipe, kind: "hmac" }, [signed], secret);
    if (mac === null) throw new TypeError("Cannot sign: the secret is no key, or a field no text");
    const place = { json: `${recipe.items}/${index}${recipe.signature}` };
    request = writePlace(request, place, mac);
  }
  return request;
}
