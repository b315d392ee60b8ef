import { createHash, timingSafeEqual } from "node:crypto";
import { textAfter } from "./claim.ts";
import { decode } from "./encoding.ts";
import { SIGNATURE_CHARS_MAX } from "./limits.ts";
import {
  placeBytes,
  type Reading,
  readJson,
  readPlace,
  readPointer,
  readUnproven,
  scalarText,
  writePlace,
} from "./place.ts";
import type { BasicRecipe, SharedSecretRecipe } from "./recipe.ts";
import {
  incoming,
  type OutgoingRequest,
  type SignedRequest,
  type VerifySecret,
} from "./signed_request.ts";
import { refuse, type Verdict } from "./verdict.ts";

/** Verifies the secret that the request itself contains, in every item if the recipe says `each`. */
export function verifySharedSecret(
  recipe: SharedSecretRecipe,
  request: SignedRequest,
  { secrets }: { secrets: readonly VerifySecret[] },
): Verdict {
  const { from, prefix = "" } = recipe;
  const texts = readTexts(recipe, readUnproven(request));
  if (texts === null) return refuse("malformed_header");
  const claimed: Buffer[] = [];
  for (const text of texts) {
    if (text === undefined) return refuse("missing_header");
    const secret =
      text === null || text.length > SIGNATURE_CHARS_MAX ? null : textAfter(prefix, text);
    if (secret === null) return refuse("malformed_header");
    claimed.push(placeBytes(from, secret));
  }
  return judge(recipe.scheme, claimed, secrets);
}

/** Verifies the user and password in the request. */
export function verifyBasic(
  recipe: BasicRecipe,
  request: SignedRequest,
  { secrets }: { secrets: readonly VerifySecret[] },
): Verdict {
  const text = readPlace({ request }, { header: "authorization" });
  if (text === undefined) return refuse("missing_header");
  if (text === null || text.length > SIGNATURE_CHARS_MAX) return refuse("malformed_header");
  const credentials = decode("base64", textAfter("Basic ", text) ?? "");
  return credentials === null
    ? refuse("malformed_header")
    : judge(recipe.scheme, [credentials], secrets);
}

/** The text in the one place, or in each item; null if the array is missing, empty or too long. */
function readTexts(
  { from, each }: SharedSecretRecipe,
  reading: Reading,
): (string | undefined | null)[] | null {
  if (each === undefined) return [readPlace(reading, from)];
  const items = readPointer(readJson(reading), each.items);
  if (items === undefined) return [undefined];
  const isFit = Array.isArray(items) && items.length > 0 && items.length <= each.itemsMax;
  if (!isFit || !("json" in from) || "form" in from) return null;
  return items.map((item) => scalarText(readPointer(item, from.json)));
}

function judge(
  scheme: string,
  claimed: readonly Buffer[],
  secrets: readonly VerifySecret[],
): Verdict {
  const known = secrets
    .filter(({ value }) => value !== "")
    .map(({ id, value }) => ({ id, digest: digest(Buffer.from(value)) }));
  const [first, ...others] = claimed.map((text) => matchSecret(text, known));
  if (first === undefined || first === null || others.includes(null)) return refuse("no_match");
  return { ok: true, scheme, secretId: first, signedAt: null, signature: "", intact: false };
}

function matchSecret(
  text: Uint8Array,
  known: readonly { id: string; digest: Buffer }[],
): string | null {
  const claimed = digest(text);
  let secretId: string | null = null;
  for (const secret of known) {
    if (timingSafeEqual(claimed, secret.digest)) secretId ??= secret.id;
  }
  return secretId;
}

/** Digests have one length, so timing does not reveal the length of the secret. */
function digest(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

/** Puts the secret where the provider sends it. */
export function signSharedSecret(
  { from, prefix = "", each }: SharedSecretRecipe,
  request: OutgoingRequest,
  { secret }: { secret: string },
): OutgoingRequest {
  if (secret === "") throw new TypeError("Cannot sign: the secret is empty");
  // Header text is Latin-1: put the bytes of the secret's UTF-8 there.
  const text = "header" in from ? Buffer.from(secret).toString("latin1") : secret;
  if (each === undefined || !("json" in from) || "form" in from)
    return writePlace(request, from, prefix + text);
  const items = readPointer(readJson({ request: incoming(request, 0) }), each.items);
  if (!Array.isArray(items)) throw new TypeError(`Cannot sign: there is no array at ${each.items}`);
  return items.reduce<OutgoingRequest>(
    (written, _, index) =>
      writePlace(written, { json: `${each.items}/${index}${from.json}` }, prefix + text),
    request,
  );
}

/** Adds the user and password as HTTP Basic does. */
export function signBasic(
  request: OutgoingRequest,
  { secret }: { secret: string },
): OutgoingRequest {
  if (secret === "") throw new TypeError("Cannot sign: the secret is empty");
  const credentials = Buffer.from(secret).toString("base64");
  return writePlace(request, { header: "authorization" }, `Basic ${credentials}`);
}
