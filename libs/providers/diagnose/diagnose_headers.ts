import { type Place, type Recipe, readPlace } from "@hookgate/signature";
import type { QuarantineReason } from "@hookgate/types";
import type { Provider } from "../provider.ts";
import { PROVIDERS } from "../providers.ts";
import { placeLabel, requiredPlaces, signaturePlaces } from "../recipe_places.ts";
import { asymmetricGuesses, secretGuesses } from "./diagnose_looks.ts";
import { similarName } from "./diagnose_names.ts";
import type { Trial } from "./diagnose_trial.ts";

/** What is said where trying has found nothing: what the request lacks, and what it looks like. */
export function headerDiagnoses(trial: Trial, reason: QuarantineReason): string[] {
  const { provider, secrets } = trial;
  const sentences = [...missing(trial, provider.recipe), ...otherProviders(trial)];
  if (secrets.length === 0) {
    sentences.unshift("No secret of this source was in use when it arrived: it accepts nothing.");
    return sentences;
  }
  return [...sentences, ...secretGuesses(trial, reason), ...asymmetricGuesses(trial, reason)];
}

/** Which of the places that the scheme reads hold nothing, or too much. */
function missing(trial: Trial, recipe: Recipe): string[] {
  const reading = { request: trial.request };
  const kinds = recipe.kind === "any" ? recipe.recipes : [recipe];
  const present = kinds.filter((one) =>
    signaturePlaces(one).some((place) => readPlace(reading, place) !== undefined),
  );
  if (present.length === 0) return [noSignature(trial, kinds.flatMap(signaturePlaces))];
  const places = new Map(
    present.flatMap(requiredPlaces).map((place) => [placeLabel(place), place]),
  );
  return [...places.values()].flatMap((place) => describePlace(trial, place) ?? []);
}

function noSignature(trial: Trial, places: readonly Place[]): string {
  const labels = [...new Set(places.map(placeLabel))].slice(0, 4);
  const what = labels.length === 1 ? labels[0] : `one of ${labels.join(", ")}`;
  return `No signature was sent: ${trial.provider.name} puts it into ${what}${alike(trial, places)}.`;
}

function describePlace(trial: Trial, place: Place): string | null {
  const text = readPlace({ request: trial.request }, place);
  const label = placeLabel(place);
  if (text === undefined) return `There is no ${label}, which is signed${alike(trial, [place])}.`;
  if (text !== null) return text === "" ? `There is nothing in ${label}.` : null;
  const times = "header" in place ? trial.request.headers(place.header).length : 0;
  return times > 1
    ? `There are ${times} of ${label}: which one counts is not for the sender to choose.`
    : `What stands in ${label} is no text.`;
}

/** The end of a sentence that names a header which looks like one that is missing. */
function alike({ headers }: Trial, places: readonly Place[]): string {
  const sent = headers.map(([name]) => name);
  for (const place of places) {
    const found = "header" in place ? similarName(place.header, sent) : null;
    if (found !== null) return `; it has a header "${found}", which looks like it`;
  }
  return "";
}

/** Names in one sentence. */
const NAMES_MAX = 3;

/** Whose signature the request bears instead. */
function otherProviders({ request, provider }: Trial): string[] {
  const own = new Set(signaturePlaces(provider.recipe).map(placeLabel));
  const bearers = new Map<string, string[]>();
  for (const other of Object.values(PROVIDERS)) {
    if (other.id === provider.id) continue;
    for (const name of signatureHeaders(other)) {
      if (own.has(placeLabel({ header: name })) || request.headers(name).length === 0) continue;
      bearers.set(name, [...(bearers.get(name) ?? []), other.name]);
    }
  }
  return [...bearers].slice(0, NAMES_MAX).map(([name, names]) => {
    const who = names.slice(0, NAMES_MAX).join(" or ");
    return `It has the header ${name}, as ${who} sends: is this source's address entered there?`;
  });
}

/** Headers that tell a provider; credentials that everybody sends are none of them. */
function signatureHeaders({ recipe, alternatives = [] }: Provider): Set<string> {
  const places = [recipe, ...alternatives].flatMap(signaturePlaces);
  const names = places.flatMap((place) => ("header" in place ? place.header : []));
  return new Set(names.filter((name) => name !== "authorization"));
}
