import { createPrivateKey, type KeyObject, sign as signBytes } from "node:crypto";
import { nameSeparator, splitName } from "./claim.ts";
import { encode } from "./encoding.ts";
import { readPlace, writePlace } from "./place.ts";
import { prepareSigning } from "./prepare_signing.ts";
import { type Algorithm, HASHES } from "./public_key.ts";
import type { CertificateRecipe, PublicKeyRecipe } from "./recipe.ts";
import { joinChunks } from "./signed_bytes.ts";
import { incoming, type OutgoingRequest } from "./signed_request.ts";

/**
 * Signs with a private key. Adds a certificate's URL and algorithm unless the request already names them. The account is
 * always the one that the secret names.
 */
export function signWithPrivateKey(
  recipe: PublicKeyRecipe | CertificateRecipe,
  unsigned: OutgoingRequest,
  { secret, privateKey, now }: { secret: string; privateKey?: string | KeyObject; now: number },
): OutgoingRequest {
  if (privateKey === undefined) throw new TypeError("Cannot sign: there is no private key");
  const key = typeof privateKey === "string" ? createPrivateKey(privateKey) : privateKey;
  const named =
    recipe.kind === "certificate"
      ? nameCertificate(recipe, nameAccount(recipe, unsigned, { secret, now }), now)
      : null;
  const algorithm =
    recipe.kind === "certificate" ? chosenAlgorithm(recipe, named, now) : recipe.algorithm;
  const prepared = prepareSigning(recipe, named ?? unsigned, { now });
  const data = joinChunks(prepared.chunks, secret);
  const signature = signBytes(HASHES[algorithm], data, { key, dsaEncoding: "der" });
  const text = encode(recipe.encoding, signature);
  const separator = nameSeparator(recipe.format);
  if (separator === undefined) return prepared.finish(text);
  const [name] = splitName(recipe.format, secret);
  if (name === "") throw new TypeError("Cannot sign: the secret does not name its key");
  return prepared.finish(`${name}${separator}${text}`);
}

function nameAccount(
  { identity }: CertificateRecipe,
  request: OutgoingRequest,
  { secret, now }: { secret: string; now: number },
): OutgoingRequest {
  if (identity === undefined || secret === "") return request;
  // Change no byte of a request that already names the account.
  const named = readPlace({ request: incoming(request, now) }, identity);
  return named === secret ? request : writePlace(request, identity, secret);
}

function nameCertificate(
  { certificate, digest }: CertificateRecipe,
  unsigned: OutgoingRequest,
  now: number,
): OutgoingRequest {
  let request = unsigned;
  const { url, hosts, path } = certificate;
  if (readPlace({ request: incoming(request, now) }, url) === undefined) {
    const host = (hosts[0] ?? "").replaceAll("*", "example");
    request = writePlace(request, url, `https://${host}${path}example.pem`);
  }
  if (typeof digest === "string") return request;
  const [name] = Object.keys(digest.names);
  const isNamed = readPlace({ request: incoming(request, now) }, digest.from) !== undefined;
  return isNamed || name === undefined ? request : writePlace(request, digest.from, name);
}

function chosenAlgorithm(
  { digest }: CertificateRecipe,
  request: OutgoingRequest | null,
  now: number,
): Algorithm {
  if (typeof digest === "string") return `rsa_${digest}`;
  const name = request && readPlace({ request: incoming(request, now) }, digest.from);
  const known = name && Object.hasOwn(digest.names, name) ? digest.names[name] : undefined;
  if (known === undefined) throw new TypeError(`Cannot sign: "${name}" is not a known algorithm`);
  return `rsa_${known}`;
}
