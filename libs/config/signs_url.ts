import type { Provider } from "@hookgate/providers";
import type { Recipe } from "./config.ts";

/**
 * Whether the public URL is part of what is signed. What a function signs is the provider's to say; it says so of its
 * first scheme.
 */
export function signsUrl(recipe: Recipe, provider?: Provider): boolean {
  if (provider?.needsPublicUrl === true && recipe === provider.recipe) return true;
  if (recipe.kind === "any") return recipe.recipes.some((one) => signsUrl(one));
  if (!("signed" in recipe)) return false;
  return recipe.signed.some((part) => {
    return part === "url" || (typeof part === "object" && "urlDecoding" in part);
  });
}
