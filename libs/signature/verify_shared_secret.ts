import { createHash, timingSafeEqual } from "node:crypto";
import { decode } from "./encoding.ts";
import { SIGNATURE_CHARS_MAX } from "./limits.ts";
import { placeBytes, readPlace } from "./reading.ts";
import type { BasicRecipe, SharedSecretRecipe } from "./recipe.ts";
import { refuse } from "./refuse.ts";
import type { SignedRequest } from "./signed_request.ts";
import type { Verdict } from "./verdict.ts";
import type { VerifySecret } from "./verify_secret.ts";

/** Written as everybody writes it: one spelling, though RFC 7617 would let the case differ. */
const BASIC = /^Basic (\S+)$/;

/** Holds a request against the secret that it carries itself. */
export function verifySharedSecret(
  recipe: SharedSecretRecipe,
  request: SignedRequest,
  { secrets }: { secrets: readonly VerifySecret[] },
): Verdict {
  const { from, prefix = "" } = recipe;
  const text = readPlace({ request }, from);
  if (text === undefined) return refuse("missing_header");
  if (text === null || text.length > SIGNATURE_CHARS_MAX || !text.startsWith(prefix)) {
    return refuse("malformed_header");
  }
  return judge(recipe.scheme, placeBytes(from, text.slice(prefix.length)), secrets);
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
    : judge(recipe.scheme, credentials, secrets);
}

function judge(scheme: string, claimed: Buffer, secrets: readonly VerifySecret[]): Verdict {
  let secretId: string | null = null;
  for (const secret of secrets) {
    const matches = timingSafeEqual(digest(claimed), digest(Buffer.from(secret.value)));
    if (matches && secret.value !== "") secretId ??= secret.id;
  }
  if (secretId === null) return refuse("no_match");
  return { ok: true, scheme, secretId, signedAt: null, signature: "", intact: false };
}

/** Digests have one length, so how long the secret is takes no time to find out. */
function digest(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
