import { timingSafeEqual } from "node:crypto";
import { DIGEST_BYTES, encodedLength, hasLetters } from "./encoding.ts";
import { computeMac } from "./mac.ts";
import { readJson, readPointer, readUnproven, scalarText, writePlace } from "./place.ts";
import type { ItemsRecipe } from "./recipe.ts";
import {
  incoming,
  type OutgoingRequest,
  type SignedRequest,
  type VerifySecret,
} from "./signed_request.ts";
import type { Match } from "./timestamp.ts";
import { refuse, type Verdict } from "./verdict.ts";

/** Verifies the signature in every item of a body: one that fails refuses the request. */
export function verifyItems(
  recipe: ItemsRecipe,
  request: SignedRequest,
  { secrets }: { secrets: readonly VerifySecret[] },
): Verdict {
  const items = readPointer(readJson(readUnproven(request)), recipe.items);
  if (items === undefined) return refuse("missing_header");
  if (!Array.isArray(items) || items.length === 0 || items.length > recipe.itemsMax) {
    return refuse("malformed_header");
  }
  const matches: (Match | null)[] = [];
  for (const item of items) {
    const signature = readPointer(item, recipe.signature);
    if (signature === undefined) return refuse("missing_header");
    const signed = itemBytes(recipe, item);
    if (typeof signature !== "string" || !isSignature(recipe, signature) || signed === null) {
      return refuse("malformed_header");
    }
    matches.push(matchItem(recipe, signed, { signature, secrets }));
  }
  const [first] = matches;
  if (first === undefined || first === null || matches.includes(null)) return refuse("no_match");
  // The signed fields are not the whole body.
  return { ok: true, scheme: recipe.scheme, ...first, signedAt: null, intact: false };
}

/** The signed bytes of an item; null if a field is not text, or contains a separator that makes it ambiguous. */
export function itemBytes(recipe: ItemsRecipe, item: unknown): Buffer | null {
  const texts: string[] = [];
  for (const field of recipe.fields) {
    const text = scalarText(readPointer(item, field));
    if (text === null) return null;
    const mayHoldIt = recipe.separatorIn?.includes(field) ?? true;
    if (!mayHoldIt && text?.includes(recipe.separator)) return null;
    texts.push(escapeText(text ?? "", recipe.escaped ?? ""));
  }
  return Buffer.from(texts.join(recipe.separator));
}

function escapeText(text: string, escaped: string): string {
  let result = text;
  for (const character of escaped) result = result.replaceAll(character, () => `\\${character}`);
  return result;
}

function isSignature({ encoding, digest }: ItemsRecipe, text: string): boolean {
  const length = encodedLength(encoding, DIGEST_BYTES[digest]);
  return text.length === length && hasLetters(encoding, text);
}

function matchItem(
  { digest, encoding, key }: ItemsRecipe,
  signed: Buffer,
  { signature, secrets }: { signature: string; secrets: readonly VerifySecret[] },
): Match | null {
  const claimed = Buffer.from(signature, "latin1");
  let match: Match | null = null;
  for (const secret of secrets) {
    const mac = computeMac({ kind: "hmac", digest, encoding, key }, [signed], secret.value);
    if (mac === null) continue;
    if (timingSafeEqual(Buffer.from(mac, "latin1"), claimed)) {
      match ??= { secretId: secret.id, signature };
    }
  }
  return match;
}

/** Signs every item of the body. */
export function signItems(
  recipe: ItemsRecipe,
  unsigned: OutgoingRequest,
  { secret, now }: { secret: string; now: number },
): OutgoingRequest {
  const items = readPointer(readJson({ request: incoming(unsigned, now) }), recipe.items);
  if (!Array.isArray(items))
    throw new TypeError(`Cannot sign: there is no array at ${recipe.items}`);
  let request = unsigned;
  for (const [index, item] of items.entries()) {
    const signed = itemBytes(recipe, item);
    const mac = signed && computeMac({ ...recipe, kind: "hmac" }, [signed], secret);
    if (mac === null)
      throw new TypeError("Cannot sign: the secret is not a key, or a field is not text");
    const place = { json: `${recipe.items}/${index}${recipe.signature}` };
    request = writePlace(request, place, mac);
  }
  return request;
}
