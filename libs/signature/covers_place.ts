import type { AnyRecipe, Place, Recipe, SignedPart, TimestampRule } from "./recipe.ts";
import type { SignedRequest } from "./signed_request.ts";

/**
 * Whether a request that this recipe has verified proves the text at a place: changed, it would have been refused. The JSON
 * pointer "" is the whole body; for signed items, a pointer is relative to the item.
 */
export function coversPlace(
  recipe: Exclude<Recipe, AnyRecipe>,
  place: Place,
  request: SignedRequest,
): boolean {
  switch (recipe.kind) {
    case "shared_secret":
    case "basic":
      return false;
    case "items":
      return "json" in place && recipe.fields.includes(place.json);
    case "jwt":
      return isInBody(place)
        ? coversBody(recipe)
        : recipe.token !== "body" && isSame(place, recipe.token);
    default: {
      const { signed, bodyDigest, timestamp } = recipe;
      if (isInBody(place) && bodyDigest !== undefined) return true;
      return signed.some((part) => partCovers(part, place, { request, timestamp }));
    }
  }
}

/** Whether every byte of a body that this recipe has verified is proven, whichever of several schemes it was. */
export function coversBody(recipe: Recipe): boolean {
  if (recipe.kind === "any") return recipe.recipes.every(coversBody);
  if (recipe.kind === "jwt") return recipe.token === "body" || recipe.bodyDigest !== null;
  return "signed" in recipe && (recipe.coversBody ?? true);
}

function partCovers(
  part: SignedPart,
  place: Place,
  { request, timestamp }: { request: SignedRequest; timestamp: TimestampRule | undefined },
): boolean {
  switch (part) {
    case "body":
      return isInBody(place);
    case "url":
    case "path":
      return "query" in place;
    case "timestamp":
      return timestamp !== undefined && isSame(place, timestamp.from);
    case "method":
    case "secret":
    case "secret_form":
    // Names and values have no separators: another form can have the same text.
    case "sorted_form":
    // Anyone can make another text with the same checksum.
    case "crc32":
      return false;
  }
  if ("literal" in part) return false;
  if ("compute" in part) return part.covers?.(place, request) ?? false;
  if ("urlDecoding" in part) return "query" in place;
  if ("digest" in part) return isInBody(place);
  // A field covers the JSON in it.
  const isField = "form" in part && part.json === undefined && "form" in place;
  return isField ? part.form === place.form : isSame(place, part);
}

function isInBody(place: Place): boolean {
  return "json" in place || "form" in place;
}

function isSame(place: Place, other: Place | { pair: string }): boolean {
  return JSON.stringify(place) === JSON.stringify(other);
}
