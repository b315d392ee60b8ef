import type { Recipe } from "./recipe.ts";

/** How far the time of signing may be from the time of receipt, in seconds; null for any time. */
export interface Tolerance {
  /** How old a request may be. */
  past: number | null;
  /** How far in the future it may be signed. */
  future: number | null;
}

/** The tolerance of a recipe, of the first that has one if there are several; null if none signs a time. */
export function toleranceOf(recipe: Recipe): Tolerance | null {
  if (recipe.kind === "any") {
    for (const one of recipe.recipes) {
      const found = toleranceOf(one);
      if (found !== null) return found;
    }
    return null;
  }
  const rule = recipe.kind === "jwt" ? recipe.issuedAt : "signed" in recipe && recipe.timestamp;
  return rule ? { past: rule.pastSecondsMax, future: rule.futureSecondsMax } : null;
}

/** The recipe with another tolerance; the same if it signs no time. A side that is left out stays as it is. */
export function withTolerance<R extends Recipe>(recipe: R, tolerance: Partial<Tolerance>): R {
  return change(recipe, tolerance) as R;
}

function change(recipe: Recipe, tolerance: Partial<Tolerance>): Recipe {
  const { past, future } = tolerance;
  const sides = {
    ...(past !== undefined && { pastSecondsMax: past }),
    ...(future !== undefined && { futureSecondsMax: future }),
  };
  if (recipe.kind === "any") {
    return { ...recipe, recipes: recipe.recipes.map((one) => withTolerance(one, tolerance)) };
  }
  if (recipe.kind === "jwt") {
    const { issuedAt, expiry } = recipe;
    return {
      ...recipe,
      ...(issuedAt !== null && { issuedAt: { ...issuedAt, ...sides } }),
      ...(expiry !== undefined && past !== undefined && { expiry: { pastSecondsMax: past } }),
    };
  }
  if (!("signed" in recipe) || recipe.timestamp === undefined) return recipe;
  return { ...recipe, timestamp: { ...recipe.timestamp, ...sides } };
}
