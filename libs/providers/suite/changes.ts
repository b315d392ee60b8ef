import {
  coversBody,
  incoming,
  type OutgoingRequest,
  type Place,
  pointerTokens,
  type Recipe,
  readPlace,
  type SignaturePlace,
  writePlace,
} from "@hookgate/signature";

/** A request with one bit changed. */
export interface Change {
  request: OutgoingRequest;
  /** Where: `body`, `url`, or a header's name. */
  place: string;
  /** Whether what changed decodes to the same bytes as before, as hex in upper case does. */
  decodesAlike: boolean;
}

/** Options for {@linkcode changes}. */
export interface ChangesOptions {
  /** Headers that are signed in addition to those that the recipe names. */
  signedHeaders: readonly string[];
  /** Whether the URL is signed. */
  url: boolean;
}

/**
 * Every change of one bit in what the recipe signs, and in the signature's text. If the body is not covered completely,
 * only in the texts that are.
 */
export function changes(
  recipe: Recipe,
  request: OutgoingRequest,
  { signedHeaders, url }: ChangesOptions,
): Change[] {
  const found: Change[] = [];
  const authScheme = authSchemeOf(recipe);
  for (const name of usedHeaders(recipe, request, signedHeaders)) {
    const value = request.headers[name] ?? "";
    for (const changed of textChanges(value, "latin1")) {
      // Another case of it is the same one.
      if (authScheme !== null && isRecased(authScheme, value, changed)) continue;
      const headers = { ...request.headers, [name]: changed };
      const decodesAlike = alike(value, changed);
      found.push({ request: { ...request, headers }, place: name, decodesAlike });
    }
  }
  if (url) {
    for (const changed of textChanges(request.url, "latin1")) {
      // Fragments are not sent, and non-ASCII characters cannot be.
      if (!/^[!-~]+$/.test(changed) || changed.includes("#")) continue;
      found.push({ request: { ...request, url: changed }, place: "url", decodesAlike: false });
    }
  }
  return [...found, ...bodyChanges(recipe, request)];
}

/** The authentication scheme before what a recipe reads (RFC 9110, 11.4), such as `Bearer `; null if there is none. */
export function authSchemeOf(recipe: Recipe): string | null {
  if (recipe.kind === "basic") return "Basic ";
  const { prefix = "" } =
    "format" in recipe && recipe.format?.kind === "plain" ? recipe.format : { prefix: "" };
  const written = "prefix" in recipe ? (recipe.prefix ?? "") : prefix;
  return /^\S+ $/.test(written) ? written : null;
}

function isRecased(authScheme: string, before: string, after: string): boolean {
  const { length } = authScheme;
  return (
    before.startsWith(authScheme) &&
    before.slice(length) === after.slice(length) &&
    before.toLowerCase() === after.toLowerCase()
  );
}

/** Whether a recipe signs the URL. A function may sign it: assume that it does. */
export function signsUrl(recipe: Recipe): boolean {
  if (recipe.kind === "any") return recipe.recipes.some(signsUrl);
  if (!("signed" in recipe)) return false;
  return recipe.signed.some((part) => {
    return typeof part === "object" ? "urlDecoding" in part || "compute" in part : part === "url";
  });
}

/** The headers of this request that the recipe reads. */
export function usedHeaders(
  recipe: Recipe,
  request: OutgoingRequest,
  signedHeaders: readonly string[] = [],
): string[] {
  const named = placesOf(recipe).flatMap((place) => ("header" in place ? place.header : []));
  const numbered =
    "signature" in recipe && typeof recipe.signature === "object" && "numbered" in recipe.signature
      ? [`${recipe.signature.numbered}1`]
      : [];
  const basic = recipe.kind === "basic" ? ["authorization"] : [];
  const all = new Set([...named, ...numbered, ...basic, ...signedHeaders]);
  return [...all].filter((name) => request.headers[name] !== undefined);
}

/** Places that the recipe reads, including signatures. */
export function placesOf(recipe: Recipe): Place[] {
  if (recipe.kind === "any") return recipe.recipes.flatMap(placesOf);
  if (recipe.kind === "jwt") return recipe.token === "body" ? [] : [recipe.token];
  if (recipe.kind === "shared_secret") {
    const { from, each } = recipe;
    return each && "json" in from && !("form" in from)
      ? [{ json: `${each.items}/0${from.json}` }]
      : [from];
  }
  if (recipe.kind === "items") {
    const pointers = [recipe.signature, ...recipe.fields];
    return pointers.map((pointer) => ({ json: `${recipe.items}/0${pointer}` }));
  }
  if (!("signed" in recipe)) return [];
  const { signed, timestamp, bodyDigest } = recipe;
  const parts = signed.filter((part): part is Place => typeof part === "object" && isPlace(part));
  const time = timestamp !== undefined && !("pair" in timestamp.from) ? [timestamp.from] : [];
  const digest = bodyDigest === undefined ? [] : [bodyDigest.from];
  return [...signaturePlaces(recipe.signature), ...parts, ...time, ...digest];
}

function signaturePlaces(place: SignaturePlace): Place[] {
  if ("numbered" in place) return [];
  return Array.isArray(place) ? [...place] : [place as Place];
}

function isPlace(part: object): part is Place {
  return "header" in part || "json" in part || "form" in part || "query" in part;
}

function bodyChanges(recipe: Recipe, request: OutgoingRequest): Change[] {
  if (!coversBody(recipe)) return placesOf(recipe).flatMap((place) => placeChanges(place, request));
  return flips(request.body).map((body) => {
    return { request: { ...request, body }, place: "body", decodesAlike: false };
  });
}

function placeChanges(place: Place, request: OutgoingRequest): Change[] {
  if ("header" in place) return [];
  const before = readPlace({ request: incoming(request, 0) }, place);
  if (typeof before !== "string") return [];
  return textChanges(before, "utf8").map((text) => {
    const decodesAlike = alike(before, text);
    if ("query" in place) {
      return { request: withQuery(request, place.query, text), place: "url", decodesAlike };
    }
    const changed =
      "form" in place
        ? writePlace(request, place, text)
        : { ...request, body: withJson(request.body, place.json, text) };
    return { request: changed, place: "body", decodesAlike };
  });
}

/** The text with each of its bits changed, without changes that are not text in this encoding. */
function textChanges(text: string, encoding: "latin1" | "utf8"): string[] {
  const changed = flips(Buffer.from(text, encoding)).map((bytes) => bytes.toString(encoding));
  return changed.filter((one) => !one.includes("\ufffd"));
}

function flips(bytes: Uint8Array): Buffer[] {
  return Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    return changed;
  });
}

/** Whether two texts of a signature are the same bytes: case of hex digits, last bits of base64. */
function alike(before: string, after: string): boolean {
  if (before.toLowerCase() === after.toLowerCase() && /[0-9a-f]{40}/i.test(before)) return true;
  const [one, other] = [before, after].map((text) =>
    Buffer.from(text.replace(/^.*[=,](?=[A-Za-z0-9+/_-]{20})/, ""), "base64"),
  );
  return one !== undefined && other !== undefined && one.length >= 20 && one.equals(other);
}

function withJson(body: Uint8Array, pointer: string, text: string): Buffer {
  const json: unknown = JSON.parse(Buffer.from(body).toString());
  const tokens = [...pointerTokens(pointer)];
  const last = tokens.pop() ?? "";
  let parent = json;
  for (const token of tokens) parent = Reflect.get(Object(parent), token);
  const before: unknown = Reflect.get(Object(parent), last);
  // Keep a number a number, as the sender writes it.
  const value = typeof before === "number" && String(Number(text)) === text ? Number(text) : text;
  Reflect.set(Object(parent), last, value);
  return Buffer.from(JSON.stringify(json));
}

function withQuery(request: OutgoingRequest, name: string, text: string): OutgoingRequest {
  const url = new URL(request.url);
  url.searchParams.set(name, text);
  return { ...request, url: url.href };
}
