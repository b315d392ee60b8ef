import {
  createHash,
  createHmac,
  createPrivateKey,
  type KeyObject,
  sign as signBytes,
  timingSafeEqual,
} from "node:crypto";
import { decode, encode } from "./encoding.ts";
import { SIGNATURE_CHARS_MAX } from "./limits.ts";
import { readPlace, readPointer, readUnproven, writePlace } from "./place.ts";
import { decodePublicKey, verifySignature } from "./public_key.ts";
import type { JwtRecipe } from "./recipe.ts";
import type { OutgoingRequest, SignedRequest, VerifySecret } from "./signed_request.ts";
import { judgeTime } from "./timestamp.ts";
import { type Refusal, refuse, type Verdict } from "./verdict.ts";

const ALGORITHMS = { ES256: "es256", RS256: "rsa_sha256" } as const;

/** Verifies a JSON Web Token that contains a digest of the body. */
export async function verifyJwt(
  recipe: JwtRecipe,
  request: SignedRequest,
  { secrets }: { secrets: readonly VerifySecret[] },
): Promise<Verdict> {
  const text = readPlace(readUnproven(request), recipe.token);
  if (text === undefined) return refuse("missing_header");
  const token = readToken(recipe, text);
  if (token === null) return refuse("malformed_header");
  // The token must not choose how it is verified: it could say `none`, or use a public key as a shared one.
  if (readPointer(token.header, "/alg") !== recipe.algorithm) return refuse("unknown_version");
  const found = await Promise.all(secrets.map(({ value }) => matches(recipe, token, value)));
  const secretId = secrets[found.indexOf(true)]?.id;
  if (secretId === undefined) return refuse("no_match");
  return judgeClaims(recipe, token, { request, secretId });
}

interface Token {
  header: unknown;
  claims: unknown;
  signed: Buffer;
  signature: Buffer;
  text: string;
}

function readToken({ prefix = "" }: JwtRecipe, text: string | null): Token | null {
  if (text === null || text.length > SIGNATURE_CHARS_MAX || !text.startsWith(prefix)) return null;
  const parts = text.slice(prefix.length).split(".");
  const [header = "", claims = "", last = ""] = parts;
  const signature = decode("base64url", last);
  if (parts.length !== 3 || signature === null) return null;
  const signed = Buffer.from(`${header}.${claims}`, "latin1");
  return { header: readPart(header), claims: readPart(claims), signed, signature, text: last };
}

function readPart(text: string): unknown {
  const bytes = decode("base64url", text);
  if (bytes === null) return undefined;
  try {
    return JSON.parse(bytes.toString());
  } catch {
    // Not JSON: it has no algorithm and no claims.
    return undefined;
  }
}

async function matches(
  { algorithm }: JwtRecipe,
  { signed, signature }: Token,
  secret: string,
): Promise<boolean> {
  if (secret === "") return false;
  if (algorithm === "HS256") {
    const mac = createHmac("sha256", secret).update(signed).digest();
    return signature.length === mac.length && timingSafeEqual(mac, signature);
  }
  const name = ALGORITHMS[algorithm];
  const key = decodePublicKey({ algorithm: name, key: "spki" }, secret);
  return key !== null && (await verifySignature(name, signed, { key, signature }));
}

function judgeClaims(
  { scheme, bodyDigest, issuedAt }: JwtRecipe,
  { claims, text }: Token,
  { request, secretId }: { request: SignedRequest; secretId: string },
): Verdict {
  const seconds = readPointer(claims, "/iat");
  const signedAt = typeof seconds === "number" && Number.isFinite(seconds) ? seconds * 1_000 : null;
  if (issuedAt !== null) {
    if (signedAt === null) return refuse("malformed_header");
    const { receivedAt } = request;
    const refusal = judgeTime({ unit: "s", ...issuedAt }, signedAt, { receivedAt, secretId });
    if (refusal !== null) return refusal;
  }
  const problem = bodyDigest === null ? null : checkClaim(bodyDigest, claims, request.body);
  if (problem !== null) return problem;
  return { ok: true, scheme, secretId, signedAt, signature: text, intact: bodyDigest !== null };
}

function checkClaim(
  { claim, digest, encoding }: NonNullable<JwtRecipe["bodyDigest"]>,
  claims: unknown,
  body: Uint8Array,
): Refusal | null {
  const expected = encode(encoding, createHash(digest).update(body).digest());
  return readPointer(claims, `/${claim}`) === expected ? null : refuse("no_match");
}

/** Adds a token with a digest of the body. */
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
