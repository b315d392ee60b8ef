import { type KeyObject, X509Certificate } from "node:crypto";
import { digestInTurns } from "./in_turns.ts";
import { boundedKey, smallCache } from "./keys.ts";
import { type Reading, readPlace, readUnproven } from "./place.ts";
import { firstMatch, fits, isLarge, readSigned } from "./public_key.ts";
import type { CertificateRecipe, Place } from "./recipe.ts";
import type { SignedRequest, VerifySecret } from "./signed_request.ts";
import { accept } from "./timestamp.ts";
import { type Refusal, refuse, type Verdict } from "./verdict.ts";

const CERTIFICATES_MAX = 64;
const CERTIFICATE_CHARS_MAX = 32_768;
const URL_CHARS_MAX = 1_024;
/** Nothing that a server could read as a different path. */
const PLAIN_PATH = /^[\w./~-]*$/;
const parseCertificate = smallCache((pem) => {
  const { publicKey, validFrom, validTo } = new X509Certificate(pem);
  return { key: boundedKey(publicKey), from: Date.parse(validFrom), to: Date.parse(validTo) };
}, CERTIFICATES_MAX);

/** Options for {@linkcode verifyCertificate}. */
export interface VerifyCertificateOptions {
  secrets: readonly VerifySecret[];
  /** Certificates that were fetched, PEM by URL. */
  certificates: ReadonlyMap<string, string>;
}

/** Verifies a signature made with the key of a certificate that the request names. */
export async function verifyCertificate(
  recipe: CertificateRecipe,
  request: SignedRequest,
  { secrets, certificates }: VerifyCertificateOptions,
): Promise<Verdict> {
  const reading = readUnproven(request);
  if (isLarge(request.body)) await digestInTurns(recipe, reading);
  const signed = readSigned(recipe, reading);
  if (!("runs" in signed)) return signed;
  const algorithm = readAlgorithm(recipe, reading);
  if (typeof algorithm !== "string") return algorithm;
  const tries = meantSecrets(recipe, secrets, reading);
  // Before anything is fetched: a request for another account is not worth a fetch.
  if (tries.length === 0) return refuse("no_match");

  const url = readPlace(reading, recipe.certificate.url);
  if (url === undefined) return refuse("missing_header");
  if (url === null || !isPinned(recipe.certificate, url)) return refuse("certificate_not_trusted");
  const pem = certificates.get(url);
  if (pem === undefined) return { ok: false, reason: "certificate_needed", url };
  const key = trustedKey(pem, request.receivedAt);
  if (key === null || !fits(key, algorithm)) return refuse("certificate_not_trusted");

  const match = await firstMatch(
    algorithm,
    signed,
    tries.map(({ id, value }) => ({ secretId: id, value, key })),
  );
  if (match === null) return refuse("no_match");
  return accept(recipe, match, { timestamp: signed.timestamp, receivedAt: request.receivedAt });
}

/** Whether a certificate may come from this URL: a pinned host over https, and an unambiguous path. */
export function isPinned(pin: CertificateRecipe["certificate"], text: string): boolean {
  const url = text.length <= URL_CHARS_MAX ? URL.parse(text) : null;
  // Only the spelling that a URL parser writes: then all parsers agree on the host.
  if (url === null || url.href !== text || url.protocol !== "https:" || url.port !== "")
    return false;
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    return false;
  if (!PLAIN_PATH.test(url.pathname) || !url.pathname.startsWith(pin.path)) return false;
  return pin.hosts.some((host) => hostPattern(host).test(url.hostname));
}

function hostPattern(host: string): RegExp {
  return new RegExp(`^${host.replaceAll(".", "\\.").replaceAll("*", "[a-z0-9-]+")}$`);
}

function readAlgorithm(
  { digest }: CertificateRecipe,
  reading: Reading,
): "rsa_sha1" | "rsa_sha256" | Refusal {
  if (typeof digest === "string") return `rsa_${digest}`;
  const name = readPlace(reading, digest.from);
  if (name === undefined) return refuse("missing_header");
  if (name === null) return refuse("malformed_header");
  const known = Object.hasOwn(digest.names, name) ? digest.names[name] : undefined;
  return known === undefined ? refuse("unknown_version") : `rsa_${known}`;
}

/** The secrets that the signed parts name: without one, the certificate proves only which service sent the request. */
function meantSecrets(
  { identity, signed }: { identity?: Place; signed: CertificateRecipe["signed"] },
  secrets: readonly VerifySecret[],
  reading: Reading,
): VerifySecret[] {
  const usable = secrets.filter(({ value }) => value !== "");
  if (identity === undefined) return signed.includes("secret") ? usable : [];
  const named = readPlace(reading, identity);
  return usable.filter(({ value }) => value === named);
}

function trustedKey(pem: string, receivedAt: number): KeyObject | null {
  const certificate = pem.length <= CERTIFICATE_CHARS_MAX ? parseCertificate(pem) : null;
  if (certificate === null) return null;
  const { key, from, to } = certificate;
  return receivedAt >= from && receivedAt <= to ? key : null;
}
