import { createHash, timingSafeEqual } from "node:crypto";
import { decode } from "./encoding.ts";
import { SIGNATURE_CHARS_MAX } from "./limits.ts";
import { readPointer, scalarText } from "./read_pointer.ts";
import { placeBytes, type Reading, readJson, readPlace } from "./reading.ts";
import type { BasicRecipe, SharedSecretRecipe } from "./recipe.ts";
import { refuse } from "./refuse.ts";
import type { SignedRequest } from "./signed_request.ts";
import type { Verdict } from "./verdict.ts";
import type { VerifySecret } from "./verify_secret.ts";

/** Written as everybody writes it: one spelling, though RFC 7617 would let the case differ. */
const BASIC = /^Basic (\S+)$/;

/** Holds a request against the secret that it carries itself, in each of its items where it has some. */
export function verifySharedSecret(
  recipe: SharedSecretRecipe,
  request: SignedRequest,
  { secrets }: { secrets: readonly VerifySecret[] },
): Verdict {
  const { from, prefix = "" } = recipe;
  const texts = readTexts(recipe, { request });
  if (texts === null) return refuse("malformed_header");
  const claimed: Buffer[] = [];
  for (const text of texts) {
    if (text === undefined) return refuse("missing_header");
    if (text === null || text.length > SIGNATURE_CHARS_MAX || !text.startsWith(prefix)) {
      return refuse("malformed_header");
    }
    claimed.push(placeBytes(from, text.slice(prefix.length)));
  }
  return judge(recipe.scheme, claimed, secrets);
}

/** Holds a request against the user and password that it carries. */
export function verifyBasic(
  recipe: BasicRecipe,
  request: SignedRequest,
  { secrets }: { secrets: readonly VerifySecret[] },
): Verdict {
  const text = readPlace({ request }, { header: "authorization" });
  if (text === undefined) return refuse("missing_header");
  if (text === null || text.length > SIGNATURE_CHARS_MAX) return refuse("malformed_header");
  const credentials = decode("base64", BASIC.exec(text)?.[1] ?? "");
  return credentials === null
    ? refuse("malformed_header")
    : judge(recipe.scheme, [credentials], secrets);
}

/** What stands in the one place, or in each item; null where the list is none, empty or too long. */
function readTexts(
  { from, each }: SharedSecretRecipe,
  reading: Reading,
): (string | undefined | null)[] | null {
  if (each === undefined) return [readPlace(reading, from)];
  const items = readPointer(readJson(reading), each.items);
  if (items === undefined) return [undefined];
  const isFit = Array.isArray(items) && items.length > 0 && items.length <= each.itemsMax;
  if (!isFit || !("json" in from)) return null;
  return items.map((item) => scalarText(readPointer(item, from.json)));
}

function judge(
  scheme: string,
  claimed: readonly Buffer[],
  secrets: readonly VerifySecret[],
): Verdict {
  const [first, ...others] = claimed.map((text) => matchSecret(text, secrets));
  if (first === undefined || first === null || others.includes(null)) return refuse("no_match");
  return { ok: true, scheme, secretId: first, signedAt: null, signature: "", intact: false };
}

function matchSecret(claimed: Buffer, secrets: readonly VerifySecret[]): string | null {
  let secretId: string | null = null;
  for (const secret of secrets) {
    const matches = timingSafeEqual(digest(claimed), digest(Buffer.from(secret.value)));
    if (matches && secret.value !== "") secretId ??= secret.id;
  }
  return secretId;
}

/** Digests have one length, so how long the secret is takes no time to find out. */
function digest(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
