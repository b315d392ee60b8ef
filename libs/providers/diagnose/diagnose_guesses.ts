import {
  type CertificateRecipe,
  looksIntoBody,
  type Place,
  type Recipe,
  readJson,
  readPlace,
  readPointer,
} from "@hookgate/signature";
import {
  FORM_FIELDS_MAX,
  FORM_NAME_BYTES_MAX,
  isForm,
  type QuarantineReason,
  readForm,
} from "@hookgate/types";
import type { Provider } from "../provider.ts";
import { PROVIDERS } from "../providers.ts";
import { placeLabel, requiredPlaces, signaturePlaces } from "../recipe_places.ts";
import { senderName } from "../sender_name.ts";
import { contentTypeProblem } from "./diagnose_content_type.ts";
import { formDiagnoses } from "./diagnose_form.ts";
import { similarName } from "./diagnose_spelling.ts";
import { type Trial, triableOf } from "./diagnose_trial.ts";

/** Guesses, if trying found nothing: what the request lacks, and what it looks like. */
export function headerDiagnoses(trial: Trial, reason: QuarantineReason): string[] {
  const { provider, secrets } = trial;
  if (hasUnreadForm(trial)) return [UNREAD_FORM];
  const sentences = [...missing(trial, provider.recipe), ...otherProviders(trial)];
  if (secrets.length === 0) {
    sentences.unshift("No secret of this source was in use when it arrived: it accepts nothing.");
    return sentences;
  }
  sentences.push(...secretGuesses(trial, reason), ...asymmetricGuesses(trial, reason));
  return sentences.length > 0 ? sentences : formDiagnoses(trial, reason);
}

const UNREAD_FORM = `What is signed is read from the form, and this one is malformed, has more than ${FORM_FIELDS_MAX} fields or a name of more than ${FORM_NAME_BYTES_MAX} bytes.`;

/** Whether what is signed is in the fields of a form that cannot be read. */
function hasUnreadForm({ request: { headers, body }, provider }: Trial): boolean {
  const contentType = headers("content-type")[0] ?? "";
  return (
    looksIntoBody(provider.recipe) && isForm(contentType) && readForm(contentType, body) === null
  );
}

/** The places read by the scheme that are missing, or have several values. */
function missing(trial: Trial, recipe: Recipe): string[] {
  const reading = { request: trial.request };
  const kinds = recipe.kind === "any" ? recipe.recipes : [recipe];
  const present = kinds.filter((one) =>
    isWholeBody(one)
      ? trial.request.body.length > 0
      : signaturePlaces(one).some((place) => readPlace(reading, place) !== undefined),
  );
  if (present.length === 0) return [noSignature(trial, kinds)];
  const places = new Map(
    present.flatMap(requiredPlaces).map((place) => [placeLabel(place), place]),
  );
  return [...places.values()].flatMap((place) => describePlace(trial, place) ?? []);
}

function isWholeBody(recipe: Recipe): boolean {
  return recipe.kind === "jwt" && recipe.token === "body";
}

function noSignature(trial: Trial, kinds: readonly Recipe[]): string {
  const places = kinds.flatMap(signaturePlaces);
  const bodies = kinds.some(isWholeBody) ? ["the body, which is empty"] : [];
  const labels = [...new Set([...places.map(placeLabel), ...bodies])].slice(0, 4);
  const what = labels.length === 1 ? labels[0] : `one of ${labels.join(", ")}`;
  const end = alike(trial, places) || unreadForm(trial, places);
  return `No signature was sent: ${senderName(trial.provider)} sends it in ${what}${end}.`;
}

/** The end of a sentence that says why nothing is found in a form. */
function unreadForm({ request }: Trial, places: readonly Place[]): string {
  const problem = places.some((place) => "form" in place) ? contentTypeProblem(request) : null;
  return problem === null ? "" : `; ${problem}, so it is not read as a form`;
}

function describePlace(trial: Trial, place: Place): string | null {
  const text = readPlace({ request: trial.request }, place);
  const label = placeLabel(place);
  if (text === undefined) return `There is no ${label}, which is signed${alike(trial, [place])}.`;
  if (text !== null) return text === "" ? `The ${label} is empty.` : null;
  const times = "header" in place ? trial.request.headers(place.header).length : 0;
  return times > 1
    ? `The ${label} was sent ${times} times: it must not be ambiguous which one counts.`
    : `The ${label} is not text.`;
}

/** The end of a sentence that names a header similar to a missing one. */
function alike({ headers }: Trial, places: readonly Place[]): string {
  const sent = headers.map(([name]) => name);
  for (const place of places) {
    const found = "header" in place ? similarName(place.header, sent) : null;
    if (found !== null) return `; it has a header "${found}", which looks like it`;
  }
  return "";
}

/** Most names in one sentence. */
const NAMES_MAX = 3;

/** The providers whose signature headers the request has instead. */
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
    return `It has the header ${name}, which ${who} sends: is the URL of this source configured there by mistake?`;
  });
}

/** Headers that identify a provider; not `authorization`, which many send. */
function signatureHeaders({ recipe, alternatives = [] }: Provider): Set<string> {
  const places = [recipe, ...alternatives].flatMap(signaturePlaces);
  const names = places.flatMap((place) => ("header" in place ? place.header : []));
  return new Set(names.filter((name) => name !== "authorization"));
}

/** Where providers say whether an event is from their test mode. */
const TEST_MARKS: readonly { provider: string; pointer: string; test: unknown }[] = [
  { provider: "stripe", pointer: "/livemode", test: false },
  { provider: "lemon_squeezy", pointer: "/meta/test_mode", test: true },
  { provider: "adyen", pointer: "/live", test: "false" },
];

/** What may be wrong with the secrets and the configuration, if no try made the signature right. */
export function secretGuesses(trial: Trial, reason: QuarantineReason): string[] {
  if (reason !== "no_match") return [];
  const { provider, secrets, source, request } = trial;
  const sentences: string[] = [];
  const { pattern, note } = provider.secretHint;
  for (const { id, value } of secrets) {
    if (pattern === null || matches(pattern, value)) continue;
    sentences.push(`Secret "${id}" does not look like one of ${senderName(provider)}: ${note}.`);
  }
  sentences.push(...testMode(trial));
  if (provider.needsPublicUrl && source.publicUrl === null) {
    sentences.push(
      "The URL is part of what is signed, but this source has no publicUrl: set it to the URL that is entered at the provider.",
    );
  }
  const coding = request.headers("content-encoding")[0] ?? "identity";
  if (!/^identity$/i.test(coding)) sentences.push("The body was sent compressed.");
  if (triableOf(provider.recipe).length > 0 && !trial.isUnfinished()) {
    const what = "None of the common mistakes explains it";
    sentences.push(`${what}: the sender has another secret, or it is a forgery.`);
  }
  return sentences;
}

function matches(pattern: RegExp, text: string): boolean {
  // With the flags g or y, a pattern would remember where it stopped.
  return new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, "")).test(text);
}

function testMode({ provider, request }: Trial): string[] {
  const mark = TEST_MARKS.find((one) => one.provider === provider.id);
  const found = mark === undefined ? undefined : readPointer(readJson({ request }), mark.pointer);
  if (mark === undefined || found === undefined) return [];
  const mode = found === mark.test ? "test" : "live";
  return [`The event is from ${mode} mode: is the secret, too? Each mode has its own.`];
}

/** Guesses for schemes with keys that only the sender has. Tokens and certificates are not tried. */
export function asymmetricGuesses(
  { request, provider }: Trial,
  reason: QuarantineReason,
): string[] {
  const { recipe } = provider;
  const kinds = recipe.kind === "any" ? recipe.recipes : [recipe];
  const sentences: string[] = [];
  for (const one of kinds) {
    if (one.kind === "certificate") sentences.push(...certificate(one, { request, reason }));
  }
  const keySets = kinds.flatMap((one) => (one.kind === "jwt" ? (one.keySet ?? []) : []));
  const ofEndpoint = kinds.find(
    (one) => one.kind === "public_key" || (one.kind === "jwt" && one.keySet === undefined),
  );
  if (ofEndpoint !== undefined && reason === "no_match") {
    const isShared = ofEndpoint.kind === "jwt" && ofEndpoint.algorithm === "HS256";
    const what = isShared ? "signing secret" : "public key";
    sentences.push(`Is the secret ${senderName(provider)}'s ${what} for this endpoint?`);
  }
  for (const { url, identity } of reason === "no_match" ? keySets : []) {
    sentences.push(
      `It is not signed with a key of ${url}, or the claim ${identity} or another one is not what the source says.`,
    );
  }
  if (reason === "certificate_unavailable" || reason === "key_unavailable") {
    const what = reason === "key_unavailable" ? "key" : "certificate";
    sentences.push(`Its ${what} could not be fetched in time: verify it again, then release it.`);
  }
  if (reason === "stale" || reason === "future") {
    const what = reason === "stale" ? "too long before" : "after";
    sentences.push(`The signature was right, but it was signed ${what} it arrived.`);
  }
  return sentences;
}

function certificate(
  recipe: CertificateRecipe,
  { request, reason }: { request: Trial["request"]; reason: QuarantineReason },
): string[] {
  const hosts = recipe.certificate.hosts.join(", ");
  if (reason === "certificate_not_trusted") {
    return [
      `It does not name a valid certificate from ${hosts}: it is a forgery, or our clock is wrong.`,
    ];
  }
  if (reason !== "no_match") return [];
  const identity = recipe.identity === undefined ? null : readPlace({ request }, recipe.identity);
  return identity === null || identity === undefined
    ? ["The certificate may be right, but the account another one: check the source's secret."]
    : [
        "The certificate may be right: check that the source has the account or topic that the request names.",
      ];
}
