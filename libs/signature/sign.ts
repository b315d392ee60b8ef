import { computeMac } from "./compute_mac.ts";
import type { Recipe } from "./recipe.ts";

/**
 * Signs a body as the provider would: the headers to send with it, by lower-case name.
 *
 * @throws {TypeError} where the secret is empty: `verify` would refuse what it signs.
 */
export function sign(
  recipe: Recipe,
  body: Uint8Array,
  options: { secret: string },
): Record<string, string> {
  if (options.secret === "") throw new TypeError("Cannot sign: the secret is empty");
  return { [recipe.header]: recipe.prefix + computeMac(recipe, body, options) };
}
