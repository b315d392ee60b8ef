import {
  createHash,
  createHmac,
  createPrivateKey,
  type KeyObject,
  sign as signBytes,
  timingSafeEqual,
} from "node:crypto";
import { textAfter } from "./claim.ts";
import { decode, encode } from "./encoding.ts";
import { hashInTurns } from "./in_turns.ts";
import { numberIn, readJsonValue } from "./json/json_part.ts";
import { readKeySet } from "./keys.ts";
import {
  KEY_ID_CHARS_MAX,
  PARSED_BODY_BYTES_MAX,
  SIGNATURE_CHARS_MAX,
  SLOW_BOUNDS,
} from "./limits.ts";
import { MADE_KEY_ID } from "./make_secret.ts";
import { readPlace, readPointer, readUnproven, scalarText, writePlace } from "./place.ts";
import { decodePublicKey, fits, verifySignature } from "./public_key.ts";
import type { ClaimRule, JwtRecipe } from "./recipe.ts";
import type { OutgoingRequest, SignedRequest, VerifySecret } from "./signed_request.ts";
import { judgeTime } from "./timestamp.ts";
import { type Refusal, refuse, type Verdict } from "./verdict.ts";

const ALGORITHMS = { ES256: "es256", RS256: "rsa_sha256" } as const;

/** How long a token is valid that is made here, in seconds. */
const MADE_SECONDS = 3_600;

/** A claim may be a list, such as `aud`: this many of its items count. */
const CLAIM_VALUES_MAX = 10;

/** Options for {@linkcode verifyJwt}. */
export interface VerifyJwtOptions {
  secrets: readonly VerifySecret[];
  /** Key sets that were fetched, JSON by URL. */
  keySets: ReadonlyMap<string, string>;
}

/** Verifies a JSON Web Token that contains a digest of the body, or is the body. */
export async function verifyJwt(
  recipe: JwtRecipe,
  request: SignedRequest,
  { secrets, keySets }: VerifyJwtOptions,
): Promise<Verdict> {
  const text = readText(recipe, request);
  if (text === undefined) return refuse("missing_header");
  const token = readToken(recipe, text);
  if (token === null) return refuse("malformed_header");
  // The token must not choose how it is verified: it could say `none`, or use a public key as a shared one.
  if (readPointer(token.header, "/alg") !== recipe.algorithm) return refuse("unknown_version");
  if (recipe.keySet !== undefined) {
    // Before anything is fetched, as nothing could verify.
    if (secrets.every(({ value }) => value === "")) return refuse("no_match");
    const refusal = await checkPublished(recipe, token, { keySet: recipe.keySet, keySets });
    if (refusal !== null) return refusal;
    const claims = readPart(token.claims);
    const account = scalarText(readPointer(claims, recipe.keySet.identity));
    const meant = secrets.find(({ value }) => value !== "" && value === account);
    if (meant === undefined) return refuse("no_match");
    return judgeClaims(recipe, { claims, text: token.text }, { request, secretId: meant.id });
  }
  const found = await Promise.all(secrets.map(({ value }) => matches(recipe, token, value)));
  const secretId = secrets[found.indexOf(true)]?.id;
  if (secretId === undefined) return refuse("no_match");
  const claims = readPart(token.claims);
  return judgeClaims(recipe, { claims, text: token.text }, { request, secretId });
}

interface Token {
  header: unknown;
  /** Still encoded: they are read once the signature is right. */
  claims: string;
  signed: Buffer;
  signature: Buffer;
  text: string;
}

function readText({ token }: JwtRecipe, request: SignedRequest): string | undefined | null {
  if (token !== "body") return readPlace(readUnproven(request), token);
  const { buffer, byteOffset, length } = request.body;
  if (length === 0) return undefined;
  if (length > PARSED_BODY_BYTES_MAX) return null;
  return Buffer.from(buffer, byteOffset, length).toString("latin1");
}

function readToken({ token, prefix = "" }: JwtRecipe, text: string | null): Token | null {
  if (text === null || (token !== "body" && text.length > SIGNATURE_CHARS_MAX)) return null;
  const parts = textAfter(prefix, text)?.split(".", 4) ?? [];
  const [header = "", claims = "", last = ""] = parts;
  const signature = last.length > SIGNATURE_CHARS_MAX ? null : decode("base64url", last);
  if (parts.length !== 3 || signature === null || header.length > SIGNATURE_CHARS_MAX) return null;
  const signed = Buffer.from(`${header}.${claims}`, "latin1");
  return { header: readPart(header), claims, signed, signature, text: last };
}

/** A part's JSON; undefined if it is none: then it has no algorithm and no claims. */
function readPart(text: string): unknown {
  const bytes = decode("base64url", text);
  return bytes === null ? undefined : readJsonValue(bytes);
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

/** Why a token is not signed with the published key that it names; null if it is. */
async function checkPublished(
  { algorithm }: JwtRecipe,
  { header, signed, signature }: Token,
  { keySet: { url }, keySets }: { keySet: { url: string }; keySets: VerifyJwtOptions["keySets"] },
): Promise<Refusal | null> {
  const kid = readPointer(header, "/kid");
  if (typeof kid !== "string" || kid === "" || kid.length > KEY_ID_CHARS_MAX) {
    return refuse("malformed_header");
  }
  // What is published is no shared key.
  if (algorithm === "HS256") return refuse("unknown_version");
  const published = keySets.get(url);
  if (published === undefined) return { ok: false, reason: "key_needed", url, kid };
  const name = ALGORITHMS[algorithm];
  const named = readKeySet(published)?.get(kid) ?? [];
  const meant = named.filter(
    (one) => (one.algorithm ?? algorithm) === algorithm && fits(one.key, name),
  );
  for (const { key } of meant.slice(0, SLOW_BOUNDS.signaturesMax)) {
    if (await verifySignature(name, signed, { key, signature })) return null;
  }
  return refuse("no_match");
}

async function judgeClaims(
  recipe: JwtRecipe,
  { claims, text }: { claims: unknown; text: string },
  { request, secretId }: { request: SignedRequest; secretId: string },
): Promise<Verdict> {
  const { scheme, token, bodyDigest, claims: rules = {} } = recipe;
  const problem = bodyDigest === null ? null : await checkDigest(bodyDigest, claims, request.body);
  if (problem !== null) return problem;
  for (const [name, rule] of Object.entries(rules)) {
    if (!allows(rule, claims, name)) return refuse("no_match");
  }
  const signedAt = timeOf(claims, "iat");
  const late = checkTimes(recipe, claims, { receivedAt: request.receivedAt, secretId });
  if (late !== null) return late;
  const intact = token === "body" || bodyDigest !== null;
  return { ok: true, scheme, secretId, signedAt, signature: text, intact };
}

function checkTimes(
  { issuedAt, expiry }: JwtRecipe,
  claims: unknown,
  received: { receivedAt: number; secretId: string },
): Refusal | null {
  const rules = [
    ...(issuedAt === null ? [] : [{ name: "iat", ...issuedAt }]),
    ...(expiry === undefined ? [] : [{ name: "exp", ...expiry, futureSecondsMax: null }]),
  ];
  for (const { name, ...rule } of rules) {
    const at = timeOf(claims, name);
    if (at === null) return refuse("malformed_header");
    const refusal = judgeTime({ unit: "s", ...rule }, at, received);
    if (refusal !== null) return refusal;
  }
  return null;
}

function timeOf(claims: unknown, name: string): number | null {
  const seconds = numberIn(readPointer(claims, `/${name}`));
  return seconds !== null && Number.isFinite(seconds) ? seconds * 1_000 : null;
}

/** A setting that is still to be looked up allows nothing. */
function allows(rule: ClaimRule, claims: unknown, name: string): boolean {
  if ("setting" in rule) return false;
  const pointer = pointerOf(name);
  const places = [
    pointer,
    ...Array.from({ length: CLAIM_VALUES_MAX }, (_, at) => `${pointer}/${at}`),
  ];
  return places.some((place) => {
    const value = scalarText(readPointer(claims, place));
    return typeof value === "string" && value !== "" && rule.includes(value);
  });
}

/** Names of claims may be URLs. */
function pointerOf(name: string): string {
  return `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

async function checkDigest(
  { claim, digest, encoding }: NonNullable<JwtRecipe["bodyDigest"]>,
  claims: unknown,
  body: Uint8Array,
): Promise<Refusal | null> {
  const expected = encode(encoding, await hashInTurns(digest, body));
  return readPointer(claims, `/${claim}`) === expected ? null : refuse("no_match");
}

/** Adds a token with a digest of the body, or makes one of the body. */
export function signJwt(
  recipe: JwtRecipe,
  request: OutgoingRequest,
  options: { secret: string; privateKey?: string | KeyObject; now: number },
): OutgoingRequest {
  const { algorithm, token, keySet, prefix = "" } = recipe;
  const named = keySet === undefined ? {} : { kid: MADE_KEY_ID };
  const header = writePart({ alg: algorithm, ...named, typ: "JWT" });
  const signed = `${header}.${writePart(claimsOf(recipe, request, options))}`;
  const signature = signText(algorithm, signed, options).toString("base64url");
  const text = `${prefix}${signed}.${signature}`;
  return token === "body"
    ? { ...request, body: Buffer.from(text) }
    : writePlace(request, token, text);
}

function claimsOf(
  { token, bodyDigest, issuedAt, claims: rules = {}, expiry, keySet }: JwtRecipe,
  request: OutgoingRequest,
  { secret, now }: { secret: string; now: number },
): object {
  const iat = Math.floor(now / 1_000);
  const own = token === "body" ? (JSON.parse(Buffer.from(request.body).toString()) as object) : {};
  const claims: Record<string, unknown> = { ...own, ...(issuedAt !== null && { iat }) };
  if (expiry !== undefined) claims["exp"] = iat + MADE_SECONDS;
  for (const [name, rule] of Object.entries(rules)) {
    if (!("setting" in rule)) claims[name] = rule[0];
  }
  if (bodyDigest !== null) {
    const digest = createHash(bodyDigest.digest).update(request.body).digest();
    claims[bodyDigest.claim] = encode(bodyDigest.encoding, digest);
  }
  if (keySet === undefined) return claims;
  const unnamed = { ...request, body: Buffer.from(JSON.stringify(claims)) };
  const { body } = writePlace(unnamed, { json: keySet.identity }, secret);
  return JSON.parse(Buffer.from(body).toString()) as object;
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
