import type { Recipe, SignatureFormat } from "@hookgate/signature";
import type { QuarantineReason } from "@hookgate/types";
import { placeLabel, signaturePlaces } from "../recipe_places.ts";
import { NAMES } from "./diagnose_details.ts";
import type { Trial } from "./diagnose_trial.ts";

/** Places that a sentence names. */
const PLACES_MAX = 3;

/** What a signature of this scheme looks like, about one that is there and cannot be read. */
export function formDiagnoses({ provider }: Trial, reason: QuarantineReason): string[] {
  const { recipe } = provider;
  if (!isUnreadable(reason, recipe)) return [];
  const forms = new Set((recipe.kind === "any" ? recipe.recipes : [recipe]).map(formOf));
  const places = [...new Set(signaturePlaces(recipe).map(placeLabel))].slice(0, PLACES_MAX);
  const where = places.length === 0 ? "The body" : `What is in ${places.join(" or ")}`;
  const what = [...forms].join(", or ");
  return reason === "unknown_version"
    ? [`${where} has no signature of the version that this scheme knows: that is ${what}.`]
    : [`${where} is no signature of this scheme: that is ${what}.`];
}

function isUnreadable(reason: QuarantineReason, recipe: Recipe): boolean {
  if (reason === "malformed_header" || reason === "unknown_version") return true;
  return reason === "missing_header" && signaturePlaces(recipe).length === 0;
}

function formOf(recipe: Exclude<Recipe, { kind: "any" }>): string {
  switch (recipe.kind) {
    case "jwt":
      return "a JSON Web Token";
    case "basic":
      return "a user and a password, as HTTP Basic has them";
    case "shared_secret":
      return recipe.prefix ? `the secret after "${recipe.prefix}"` : "the secret itself";
    case "items":
      return `${NAMES[recipe.encoding]} in every item`;
    case "certificate":
    case "public_key":
      return written(recipe.format, NAMES[recipe.encoding]);
    default:
      return written(recipe.format, `${NAMES[recipe.digest]} in ${NAMES[recipe.encoding]}`);
  }
}

function written(format: SignatureFormat = { kind: "plain" }, what: string): string {
  switch (format.kind) {
    case "plain":
      if (!format.prefix) return what;
      return `${what}${format.prefixRequired ? "" : ", perhaps"} after "${format.prefix}"`;
    case "pairs":
      return `${what} after "${format.key}=", in a list with "${format.delimiter}"`;
    case "timed_list":
      return `a time and then ${what}, with "${format.delimiter}" between them`;
    case "versions":
      return `${what} after "${format.version},"`;
    case "named":
      return `the name of a key and ${what}, with "${format.separator}" between them`;
    case "envelope":
      return `base64 of a JSON object with "${format.signature}" and "${format.name}"`;
  }
}
