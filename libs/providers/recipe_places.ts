import type { Place, Recipe, SignaturePlace } from "@hookgate/signature";

/** Where a scheme's signature, token or credential is; any of these places is enough. None if it is the whole body. */
export function signaturePlaces(recipe: Recipe): readonly Place[] {
  switch (recipe.kind) {
    case "any":
      return recipe.recipes.flatMap(signaturePlaces);
    case "jwt":
      return recipe.token === "body" ? [] : [recipe.token];
    case "shared_secret": {
      const { from, each } = recipe;
      if (each === undefined || !("json" in from) || "form" in from) return [from];
      return [{ json: `${each.items}/0${from.json}` }];
    }
    case "basic":
      return [{ header: "authorization" }];
    case "items":
      return [{ json: `${recipe.items}/0${recipe.signature}` }];
    default:
      return listOf(recipe.signature);
  }
}

/** Every place that must have a text for a signature to verify; none of those that are alternatives. */
export function requiredPlaces(recipe: Exclude<Recipe, { kind: "any" }>): Place[] {
  const signatures = signaturePlaces(recipe);
  const places = signatures.length === 1 ? [...signatures] : [];
  if (!("signed" in recipe)) return places;
  const { signed, timestamp, bodyDigest } = recipe;
  if (timestamp !== undefined && !("pair" in timestamp.from)) places.push(timestamp.from);
  if (bodyDigest !== undefined) places.push(bodyDigest.from);
  for (const part of signed) if (typeof part === "object" && isPlace(part)) places.push(part);
  if (recipe.kind === "certificate") places.push(recipe.certificate.url);
  return places;
}

/** A place in words, for operators. */
export function placeLabel(place: Place): string {
  if ("header" in place) return `header ${place.header}`;
  if ("query" in place) return `parameter ${place.query} of the URL`;
  if (!("form" in place)) return `member ${place.json} of the body`;
  const { form, json } = place;
  return json === undefined ? `form field ${form}` : `member ${json} of form field ${form}`;
}

function listOf(place: SignaturePlace): readonly Place[] {
  if ("numbered" in place) return [{ header: `${place.numbered}1` }];
  return Array.isArray(place) ? place : [place as Place];
}

function isPlace(part: object): part is Place {
  return "header" in part || "json" in part || "form" in part || "query" in part;
}
