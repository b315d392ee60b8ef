import { placeLabel, requiredPlaces, signaturePlaces } from "@hookgate/providers";
import {
  coversBody,
  makeSecret,
  type Place,
  type Recipe,
  readPlace,
  type SignedRequest,
  toleranceOf,
  type VerifySecret,
} from "@hookgate/signature";

/** A changed copy of a signed request that must not verify. */
export interface Mutation {
  /** What was changed, for the table. */
  name: string;
  request: SignedRequest;
  /** Other secrets, if those are what was changed. */
  secrets?: readonly VerifySecret[];
}

/** Options for {@linkcode mutateRequest}. */
export interface MutateRequestOptions {
  /** The scheme that the request was signed by. */
  recipe: Recipe;
  /** The signature that matched; empty if it is not known, or the scheme has none. */
  signature: string;
  /** When it was signed, in milliseconds since 1970; null if that is not known. */
  signedAt: number | null;
}

/** Every change of the request that its scheme has to detect: at least five for any scheme. */
export function mutateRequest(
  request: SignedRequest,
  { recipe, signature, signedAt }: MutateRequestOptions,
): Mutation[] {
  const bearing = bearingPlaces(request, { recipe, signature });
  return [
    ...(coversBody(recipe) ? bodyMutations(request) : []),
    ...(coversForm(recipe) ? formMutations(request) : []),
    ...signatureMutations(request, { places: bearing, signature }),
    ...headerMutations(request, bearing),
    ...otherPlaces(recipe).flatMap((place) => placeMutations(request, place)),
    ...(coversUrl(recipe) ? urlMutations(request) : []),
    ...(signedAt === null ? [] : timeMutations(request, { recipe, signedAt })),
    ...secretMutations(request, recipe),
  ];
}

/** Where the matching signature is. Another one in the request can be right, too, under another secret. */
function bearingPlaces(
  request: SignedRequest,
  { recipe, signature }: { recipe: Recipe; signature: string },
): Place[] {
  const texts = allSignaturePlaces(recipe).map((place) => {
    return { place, text: readPlace({ request }, place) ?? "" };
  });
  const filled = texts.filter(({ text }) => text !== "");
  const bearing = filled.filter(({ text }) => text.includes(signature));
  // Inside an envelope it is not visible.
  return (bearing.length > 0 ? bearing : filled).map(({ place }) => place);
}

function allSignaturePlaces(recipe: Recipe): readonly Place[] {
  if (!("signature" in recipe) || typeof recipe.signature !== "object") {
    return signaturePlaces(recipe);
  }
  if (!("numbered" in recipe.signature)) return signaturePlaces(recipe);
  const { numbered, max } = recipe.signature;
  return Array.from({ length: max }, (_, at) => ({ header: `${numbered}${at + 1}` }));
}

/** What is signed beside the body, such as an id in a header. */
function otherPlaces(recipe: Recipe): Place[] {
  if (recipe.kind === "any") return [];
  if (recipe.kind === "items") {
    return recipe.fields.map((field) => ({ json: `${recipe.items}/0${field}` }));
  }
  const taken = new Set(allSignaturePlaces(recipe).map(placeLabel));
  const others = new Map(requiredPlaces(recipe).map((place) => [placeLabel(place), place]));
  return [...others].filter(([label]) => !taken.has(label)).map(([, place]) => place);
}

function coversUrl(recipe: Recipe): boolean {
  if (recipe.kind === "any") return recipe.recipes.every(coversUrl);
  if (!("signed" in recipe)) return false;
  return recipe.signed.some(
    (part) =>
      part === "url" || part === "path" || (typeof part === "object" && "urlDecoding" in part),
  );
}

function coversForm(recipe: Recipe): boolean {
  return "signed" in recipe && recipe.signed.includes("sorted_form");
}

function formMutations(request: SignedRequest): Mutation[] {
  const { body } = request;
  const isForm = /urlencoded/i.test(request.headers("content-type")[0] ?? "");
  if (!isForm || body.length === 0) return [];
  return [
    ["a field more in the form", "&x=1"],
    ["a letter more in the form's last field", "x"],
  ].map(([name = "", more = ""]) => {
    return { name, request: { ...request, body: Buffer.concat([body, Buffer.from(more)]) } };
  });
}

function bodyMutations(request: SignedRequest): Mutation[] {
  const { body } = request;
  const longer = Buffer.concat([body, Buffer.from(" ")]);
  const changes: [string, Uint8Array][] = [["a space after the body", longer]];
  if (body.length > 0) {
    changes.push(["one bit of the body", flipBit(body, body.length >> 1)]);
    changes.push(["the first bit of the body", flipBit(body, 0)]);
    changes.push(["the body without its last byte", body.subarray(0, -1)]);
  }
  return changes.map(([name, changed]) => ({ name, request: { ...request, body: changed } }));
}

function flipBit(bytes: Uint8Array, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
  return changed;
}

function signatureMutations(
  request: SignedRequest,
  { places, signature }: { places: readonly Place[]; signature: string },
): Mutation[] {
  const changes: [string, (text: string) => string][] = [
    ["one bit of the signature", flipLetter],
    ["the signature cut in half", (text) => text.slice(0, text.length >> 1)],
    ["the signature without its last letter", (text) => text.slice(0, -1)],
    ["an empty signature", () => ""],
  ];
  return changes.flatMap(([name, change]) => {
    let mutated: SignedRequest | null = places.length === 0 ? null : request;
    for (const place of places) {
      const from = readPlace({ request }, place) ?? "";
      // Of a list of signatures only the one that counts.
      const to =
        signature !== "" && from.includes(signature)
          ? from.replaceAll(signature, () => change(signature))
          : change(from);
      mutated = mutated === null ? null : replaceText(mutated, { place, from, to });
    }
    return mutated === null ? [] : [{ name, request: mutated }];
  });
}

function headerMutations(request: SignedRequest, places: readonly Place[]): Mutation[] {
  const headers = places.flatMap((place) => ("header" in place ? place.header : []));
  if (headers.length === 0) return [];
  const each = (change: (values: readonly string[]) => readonly string[]) =>
    headers.reduce((one, name) => withHeader(one, name, change(request.headers(name))), request);
  return [
    { name: "the signature's header twice", request: each((values) => [...values, ...values]) },
    { name: "no header with a signature", request: each(() => []) },
  ];
}

function placeMutations(request: SignedRequest, place: Place): Mutation[] {
  const text = readPlace({ request }, place);
  if (typeof text !== "string" || text === "") return [];
  const mutated = replaceText(request, { place, from: text, to: flipLetter(text) });
  return mutated === null ? [] : [{ name: `one bit of ${placeLabel(place)}`, request: mutated }];
}

function urlMutations(request: SignedRequest): Mutation[] {
  const { url } = request;
  const longer = url.includes("?") ? `${url}&x=1` : `${url}?x=1`;
  const host = url.replace("://", "://x");
  return [
    { name: "a parameter after the URL", request: { ...request, url: longer } },
    { name: "another host in the URL", request: { ...request, url: host } },
  ];
}

/** One second out of tolerance, on either side. */
function timeMutations(
  request: SignedRequest,
  { recipe, signedAt }: { recipe: Recipe; signedAt: number },
): Mutation[] {
  const found: Mutation[] = [];
  const { past = null, future = null } = toleranceOf(recipe) ?? {};
  if (past !== null) {
    const receivedAt = signedAt + (past + 1) * 1_000;
    found.push({ name: `${past + 1} s old`, request: { ...request, receivedAt } });
  }
  if (future !== null) {
    const receivedAt = signedAt - (future + 1) * 1_000;
    found.push({ name: `${future + 1} s ahead`, request: { ...request, receivedAt } });
  }
  return found;
}

function secretMutations(request: SignedRequest, recipe: Recipe): Mutation[] {
  const { receivedAt } = request;
  const { secret } = makeSecret(recipe, { now: receivedAt });
  return [
    { name: "another secret", request, secrets: [{ id: "other", value: secret }] },
    { name: "an empty secret", request, secrets: [{ id: "empty", value: "" }] },
    { name: "no secret", request, secrets: [] },
  ];
}

/** In the middle, because the last letters of base64 may have bits that count for nothing. */
function flipLetter(text: string): string {
  const at = text.length >> 1;
  return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);
}

/** How a text may be written in a body or a query. */
const WRITINGS: readonly ((text: string) => string)[] = [
  (text) => text,
  encodeURIComponent,
  (text) => encodeURIComponent(text).replaceAll("%20", "+"),
  (text) => JSON.stringify(text).slice(1, -1),
  (text) => JSON.stringify(text).slice(1, -1).replaceAll("/", "\\/"),
];

/** Occurrences of a text that are looked at. */
const OCCURRENCES_MAX = 100;

/** The request with the text at a place replaced, every other byte left alone; null if it is written differently. */
function replaceText(
  request: SignedRequest,
  { place, from, to }: { place: Place; from: string; to: string },
): SignedRequest | null {
  if ("header" in place) return withHeader(request, place.header, [to]);
  const inQuery = "query" in place;
  const text = inQuery ? request.url : Buffer.from(request.body).toString("latin1");
  for (const write of WRITINGS) {
    const bytesOf = (one: string) => (inQuery ? one : Buffer.from(one).toString("latin1"));
    const before = bytesOf(write(from));
    let at = text.indexOf(before);
    for (let seen = 0; at >= 0 && seen < OCCURRENCES_MAX; seen += 1) {
      const changed = text.slice(0, at) + bytesOf(write(to)) + text.slice(at + before.length);
      const mutated = inQuery
        ? { ...request, url: changed }
        : { ...request, body: Buffer.from(changed, "latin1") };
      // The same text may stand elsewhere, too, where the signature does not cover it.
      if (readPlace({ request: mutated }, place) !== from) return mutated;
      at = text.indexOf(before, at + 1);
    }
  }
  return null;
}

function withHeader(
  request: SignedRequest,
  name: string,
  values: readonly string[],
): SignedRequest {
  return { ...request, headers: (asked) => (asked === name ? values : request.headers(asked)) };
}
