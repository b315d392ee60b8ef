import { crc32 } from "node:zlib";
import { readClaim } from "./claim.ts";
import { encode } from "./encoding.ts";
import { readDigest } from "./in_turns.ts";
import { QUICK_BOUNDS, URLS_MAX } from "./limits.ts";
import { placeBytes, type Reading, readPlace, readPlaces, readSortedForm } from "./place.ts";
import type {
  BodyDigestRule,
  CertificateRecipe,
  MacRecipe,
  Place,
  PublicKeyRecipe,
  SignedPart,
} from "./recipe.ts";
import type { SignedRequest } from "./signed_request.ts";
import { readTimestamp, type Timestamp } from "./timestamp.ts";
import type { PlainReason } from "./verdict.ts";

/** The bytes that a request's signature covers; null if the request lacks a part that the recipe signs. */
export function signedBytes(
  recipe: MacRecipe | PublicKeyRecipe | CertificateRecipe,
  request: SignedRequest,
  { secret }: { secret: string },
): Uint8Array | null {
  const reading: Reading = { request };
  const claim = readClaim(recipe, reading, QUICK_BOUNDS);
  if (typeof claim === "string") return null;
  const timestamp = readTimestamp(recipe.timestamp, reading, claim);
  if (typeof timestamp === "string") return null;
  const chunks = signedChunks(recipe.signed, reading, { timestamp });
  return typeof chunks === "string" ? null : joinChunks(chunks, secret);
}

/** A run of signed bytes. `secret` stands for the text of the secret, which is different for each secret that is tried. */
export type Chunk = Uint8Array | "secret" | "secret_form";

/** Why it is not known what was signed. */
export type UnsignedReason = "missing_header" | "malformed_header";

/** What is signed beside the request. */
export interface SignedWith {
  timestamp: Timestamp | null;
  /** Null is the one of the request. Few signatures cover it, and it is put together when it is read. @default {null} */
  url?: string | null;
}

/** The parts of this request that a recipe signs, in order. */
export function signedChunks(
  signed: readonly SignedPart[],
  reading: Reading,
  { timestamp, url = null }: SignedWith,
): Chunk[] | UnsignedReason {
  const chunks: Chunk[] = [];
  for (const part of signed) {
    const found = readPart(part, reading, { timestamp, url });
    if (found === undefined) return "missing_header";
    if (found === null) return "malformed_header";
    if (Array.isArray(found)) chunks.push(...found);
    else chunks.push(found);
  }
  return chunks;
}

/** The chunks as one run of bytes, with the secret filled in. */
export function joinChunks(chunks: readonly Chunk[], secret: string): Buffer {
  return Buffer.concat(chunks.map((chunk) => chunkBytes(chunk, secret)));
}

/** A chunk with the secret filled in. */
export function chunkBytes(chunk: Chunk, secret: string): Uint8Array {
  if (chunk === "secret") return Buffer.from(secret);
  return chunk === "secret_form" ? Buffer.from(formEncode(secret)) : chunk;
}

/** A text as PHP's `urlencode` and forms write it: a space is `+`. */
export function formEncode(text: string): string {
  const escaped = (one: string) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*~]/g, escaped)
    .replaceAll("%20", "+");
}

type Found = Chunk | Uint8Array[] | undefined | null;

function readPart(
  part: SignedPart,
  reading: Reading,
  { timestamp, url = null }: SignedWith,
): Found {
  const { request } = reading;
  switch (part) {
    case "body":
      return request.body;
    case "timestamp":
      return timestamp?.bytes;
    case "method":
      return Buffer.from(request.method);
    case "url":
      return Buffer.from(url ?? request.url);
    case "path":
      return Buffer.from(pathOf(url ?? request.url));
    case "secret":
    case "secret_form":
      return part;
    case "crc32":
      return Buffer.from(String(crc32(request.body)));
    case "sorted_form":
      // Once, though the URL may have several spellings.
      if (reading.sortedForm === undefined) reading.sortedForm = readSortedForm(reading);
      return reading.sortedForm;
    default:
      return readMemberPart(part, reading, { url });
  }
}

function readMemberPart(
  part: Exclude<SignedPart, string>,
  reading: Reading,
  { url }: { url: string | null },
): Found {
  // A recipe with an unknown part must not verify with the remaining parts.
  if (typeof part !== "object") return null;
  if ("literal" in part) return Buffer.from(part.literal);
  if ("urlDecoding" in part) {
    return Buffer.from(decodeSome(url ?? reading.request.url, part.urlDecoding));
  }
  if ("compute" in part) return compute(part.compute, reading.request);
  if ("digest" in part) {
    return Buffer.from(encode(part.encoding, readDigest(reading, part.digest)));
  }
  const isPlace = "header" in part || "json" in part || "form" in part || "query" in part;
  return isPlace ? readPlacePart(part, reading) : null;
}

function readPlacePart(place: Place, reading: Reading): Found {
  const text = readPlace(reading, place);
  return typeof text === "string" ? placeBytes(place, text) : text;
}

function compute(
  of: (request: SignedRequest) => readonly Uint8Array[] | null,
  request: SignedRequest,
): Uint8Array[] | null {
  try {
    const bytes = of(request);
    return bytes === null ? null : [...bytes];
  } catch {
    // The provider's function does not understand this request: nothing it knows was signed.
    return null;
  }
}

/** Path and query of an absolute URL, as written. */
function pathOf(url: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*([^#]*)/i.exec(url)?.[1] || "/";
}

/** The URL with only the escapes of these characters decoded. */
function decodeSome(url: string, characters: string): string {
  return url.replace(/%[0-7][0-9a-f]/gi, (escaped) => {
    const character = String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    return characters.includes(character) ? character : escaped;
  });
}

const OWN = [null] as const;

/** The spellings of the public URL that the provider may have signed; null if that is only the one of the request. */
export function spellings(
  recipe: { urls?: (url: string) => readonly string[] },
  request: Pick<SignedRequest, "url">,
): readonly (string | null)[] {
  if (recipe.urls === undefined) return OWN;
  const { url } = request;
  try {
    return [...new Set([url, ...recipe.urls(url)])].slice(0, 1 + URLS_MAX);
  } catch {
    // The provider's function does not accept the URL: there is no other spelling.
    return [url];
  }
}

/** Why the body does not match the digest in the request; null if it does. */
export function checkBodyDigest(
  rule: BodyDigestRule | undefined,
  reading: Reading,
): PlainReason | null {
  if (rule === undefined) return null;
  const claimed = rule.repeated ? readPlaces(reading, rule.from) : [readPlace(reading, rule.from)];
  if (claimed[0] === undefined) return "missing_header";
  if (claimed[0] === null) return "malformed_header";
  const digest = readDigest(reading, rule.digest);
  return claimed.includes(encode(rule.encoding, digest)) ? null : "no_match";
}
