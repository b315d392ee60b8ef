import type { Recipe } from "@hookgate/signature";
import type { Provider } from "./provider.ts";

/**
 * The recipe that a source's requests are held against: the provider's own, or the one of its alternatives that the
 * source names as its `scheme`. Null where there is none of that name. The request has no say in it: a weaker scheme
 * counts only where an operator has chosen it.
 */
export function recipeFor(
  { recipe, alternatives = [] }: Pick<Provider, "recipe" | "alternatives">,
  scheme: string | null,
): Recipe | null {
  if (scheme === null) return recipe;
  return [recipe, ...alternatives].find((one) => one.scheme === scheme) ?? null;
}
