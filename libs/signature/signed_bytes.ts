import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { readClaim } from "./claim.ts";
import { encode } from "./encoding.ts";
import { SIGNATURES_MAX, URLS_MAX } from "./limits.ts";
import { placeBytes, type Reading, readForm, readPlace } from "./place.ts";
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

/** The bytes that a signed request's signature is made of; null where the request has not what the recipe signs. */
export function signedBytes(
  recipe: MacRecipe | PublicKeyRecipe | CertificateRecipe,
  request: SignedRequest,
  { secret }: { secret: string },
): Uint8Array | null {
  const reading: Reading = { request };
  const claim = readClaim(recipe, reading, { signaturesMax: SIGNATURES_MAX });
  if (typeof claim === "string") return null;
  const timestamp = readTimestamp(recipe.timestamp, reading, claim);
  if (typeof timestamp === "string") return null;
  const chunks = signedChunks(recipe.signed, reading, { timestamp, url: request.url });
  return typeof chunks === "string" ? null : joinChunks(chunks, secret);
}

/** A run of signed bytes; `secret` is where the secret's own text stands, which differs from one secret to the next. */
export type Chunk = Uint8Array | "secret";

/** Why there is nothing to hold a signature against. */
export type UnsignedReason = "missing_header" | "malformed_header";

/** What a recipe signs of this request, in order. */
export function signedChunks(
  signed: readonly SignedPart[],
  reading: Reading,
  { timestamp, url }: { timestamp: Timestamp | null; url: string },
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

/** The chunks with the secret in its place, as one run of bytes. */
export function joinChunks(chunks: readonly Chunk[], secret: string): Buffer {
  return Buffer.concat(chunks.map((chunk) => (chunk === "secret" ? Buffer.from(secret) : chunk)));
}

type Found = Chunk | Uint8Array[] | undefined | null;

function readPart(
  part: SignedPart,
  reading: Reading,
  { timestamp, url }: { timestamp: Timestamp | null; url: string },
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
      return Buffer.from(url);
    case "path":
      return Buffer.from(pathOf(url));
    case "secret":
      return "secret";
    case "crc32":
      return Buffer.from(String(crc32(request.body)));
    case "sorted_form":
      return sortedForm(reading);
    default:
      return readMemberPart(part, reading, url);
  }
}

function readMemberPart(part: Exclude<SignedPart, string>, reading: Reading, url: string): Found {
  // A recipe that promises what cannot be signed must not verify over what is left.
  if (typeof part !== "object") return null;
  if ("literal" in part) return Buffer.from(part.literal);
  if ("urlDecoding" in part) return Buffer.from(decodeSome(url, part.urlDecoding));
  if ("compute" in part) return compute(part.compute, reading.request);
  if ("digest" in part) {
    const digest = createHash(part.digest).update(reading.request.body).digest();
    return Buffer.from(encode(part.encoding, digest));
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
    // A provider's function has met what it did not expect: then nothing was signed that it knows.
    return null;
  }
}

/** Path and query of an absolute URL, as written. */
function pathOf(url: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*([^#]*)/i.exec(url)?.[1] || "/";
}

/** The URL with the escapes of these characters decoded, and no others. */
function decodeSome(url: string, characters: string): string {
  return url.replace(/%[0-7][0-9a-f]/gi, (escaped) => {
    const character = String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    return characters.includes(character) ? character : escaped;
  });
}

/** Names and values, sorted by name; of several values of one name each once, sorted. */
function sortedForm(reading: Reading): Uint8Array | null {
  const form = readForm(reading);
  // Under another content type a body would pass unsigned: what the form does not hold was not sent as one.
  if (form.size === 0 && reading.request.body.length > 0) return null;
  let text = "";
  for (const name of [...new Set(form.keys())].sort()) {
    for (const value of [...new Set(form.getAll(name))].sort()) text += name + value;
  }
  return Buffer.from(text);
}

/** The public URL, and the other spellings of it that the provider may have signed. */
export function spellings(
  recipe: { urls?: (url: string) => readonly string[] },
  url: string,
): readonly string[] {
  if (recipe.urls === undefined) return [url];
  try {
    return [...new Set([url, ...recipe.urls(url)])].slice(0, 1 + URLS_MAX);
  } catch {
    // A provider's function has met what it takes for no URL: then it has no other spelling.
    return [url];
  }
}

/** Why the body is not the one whose digest the request holds; null where it is. */
export function checkBodyDigest(
  rule: BodyDigestRule | undefined,
  reading: Reading,
): PlainReason | null {
  if (rule === undefined) return null;
  const claimed = readPlace(reading, rule.from);
  if (claimed === undefined) return "missing_header";
  if (claimed === null) return "malformed_header";
  const digest = createHash(rule.digest).update(reading.request.body).digest();
  return encode(rule.encoding, digest) === claimed ? null : "no_match";
}
