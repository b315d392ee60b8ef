import {
  createHash,
  createHmac,
  createPrivateKey,
  type KeyObject,
  sign as signBytes,
} from "node:crypto";
import { encode } from "./encoding.ts";
import type { JwtRecipe } from "./recipe.ts";
import type { OutgoingRequest } from "./signed_request.ts";
import { writePlace } from "./write_place.ts";

/** Makes the token that vouches for the body. */
export function signJwt(
  recipe: JwtRecipe,
  request: OutgoingRequest,
  options: { secret: string; privateKey?: string | KeyObject; now: number },
): OutgoingRequest {
  const { algorithm, bodyDigest, token, prefix = "" } = recipe;
  const claims: Record<string, unknown> = { iat: Math.floor(options.now / 1_000) };
  if (bodyDigest !== null) {
    const digest = createHash(bodyDigest.digest).update(request.body).digest();
    claims[bodyDigest.claim] = encode(bodyDigest.encoding, digest);
  }
  const signed = `${writePart({ alg: algorithm, typ: "JWT" })}.${writePart(claims)}`;
  const signature = signText(algorithm, signed, options).toString("base64url");
  return writePlace(request, token, `${prefix}${signed}.${signature}`);
}

function writePart(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}

function signText(
  algorithm: JwtRecipe["algorithm"],
  text: string,
  { secret, privateKey }: { secret: string; privateKey?: string | KeyObject },
): Buffer {
  if (algorithm === "HS256") {
    if (secret === "") throw new TypeError("Cannot sign: the secret is empty");
    return createHmac("sha256", secret).update(text).digest();
  }
  if (privateKey === undefined) throw new TypeError("Cannot sign: there is no private key");
  const key = typeof privateKey === "string" ? createPrivateKey(privateKey) : privateKey;
  return signBytes("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" });
}
