import { timingSafeEqual } from "node:crypto";
import { DIGEST_BYTES, encodedLength, hasLetters } from "./encoding.ts";
import { nextTurn } from "./in_turns.ts";
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

/** Options for {@linkcode verifyItems}. */
interface VerifyItemsOptions {
  secrets: readonly VerifySecret[];
}

/** Items that are read and hashed with one secret in a turn of the event loop: about a millisecond of work. */
const TURN_ITEMS = 100;

/** Verifies the signature in every item of a body: one that fails refuses the request. */
export function verifyItems(
  recipe: ItemsRecipe,
  request: SignedRequest,
  options: VerifyItemsOptions,
): Verdict {
  const items = readItems(recipe, request);
  if (typeof items === "string") return refuse(items);
  const matches: (Match | null)[] = [];
  for (const item of items) {
    const match = verifyItem(recipe, item, options);
    if (typeof match === "string") return refuse(match);
    matches.push(match);
  }
  return judgeMatches(recipe, matches);
}

/** The same, a few items in a turn of the event loop. */
export async function verifyItemsInTurns(
  recipe: ItemsRecipe,
  request: SignedRequest,
  options: VerifyItemsOptions,
): Promise<Verdict> {
  const items = readItems(recipe, request);
  if (typeof items === "string") return refuse(items);
  const step = Math.max(1, Math.floor(TURN_ITEMS / Math.max(1, options.secrets.length)));
  const matches: (Match | null)[] = [];
  for (const [at, item] of items.entries()) {
    if (at % step === 0) await nextTurn();
    const match = verifyItem(recipe, item, options);
    if (typeof match === "string") return refuse(match);
    matches.push(match);
  }
  return judgeMatches(recipe, matches);
}

function readItems(
  { items: place, itemsMax }: ItemsRecipe,
  request: SignedRequest,
): readonly unknown[] | "missing_header" | "malformed_header" {
  const items = readPointer(readJson(readUnproven(request)), place);
  if (items === undefined) return "missing_header";
  const isFit = Array.isArray(items) && items.length > 0 && items.length <= itemsMax;
  return isFit ? items : "malformed_header";
}

/** The secret that signed an item, null if none did; or why nothing is signed. */
function verifyItem(
  recipe: ItemsRecipe,
  item: unknown,
  options: VerifyItemsOptions,
): Match | null | "missing_header" | "malformed_header" {
  const signature = readPointer(item, recipe.signature);
  if (signature === undefined) return "missing_header";
  const signed = itemBytes(recipe, item);
  if (typeof signature !== "string" || !isSignature(recipe, signature) || signed === null) {
    return "malformed_header";
  }
  return matchItem(recipe, signed, { signature, ...options });
}

function judgeMatches({ scheme }: ItemsRecipe, matches: readonly (Match | null)[]): Verdict {
  const [first] = matches;
  if (first === undefined || first === null || matches.includes(null)) return refuse("no_match");
  // The signed fields are not the whole body.
  return { ok: true, scheme, ...first, signedAt: null, intact: false };
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
