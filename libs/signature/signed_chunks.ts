import { createHash } from "node:crypto";
import { crc32 } from "./crc32.ts";
import { encode } from "./encoding.ts";
import { placeBytes, type Reading, readForm, readPlace } from "./reading.ts";
import type { Place, SignedPart } from "./recipe.ts";
import type { SignedRequest } from "./signed_request.ts";
import type { Timestamp } from "./timestamp.ts";

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
