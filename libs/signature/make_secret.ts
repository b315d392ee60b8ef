import { generateKeyPairSync, type KeyObject, randomBytes, sign as signBytes } from "node:crypto";
import { nameSeparator } from "./claim.ts";
import type { JwtRecipe, PublicKeyRecipe, Recipe, SignatureFormat } from "./recipe.ts";

/** What a source and its sender need to try out a scheme without an account at the provider. */
export interface MadeSecret {
  /** For the source: the shared secret, or the public key. */
  secret: string;
  /** For the sender, in PEM; null if it signs with the secret. */
  privateKey: string | null;
  /** What the sender publishes: the private key's certificate, in PEM, or its key set, in JSON; null if neither. */
  certificate: string | null;
}

const SECRET_BYTES = 32;
const RSA_BITS = 2_048;
const DAY_MS = 86_400_000;

/** Makes a secret or a pair of keys that fits the recipe. */
export function makeSecret(recipe: Recipe, { now }: { now: number }): MadeSecret {
  const bytes = randomBytes(SECRET_BYTES);
  switch (recipe.kind) {
    case "hmac":
    case "hash": {
      const key = writeSecret(recipe.key ?? "utf8", bytes);
      return shared(named(recipe, key));
    }
    case "items":
      return shared(writeSecret(recipe.key, bytes));
    case "shared_secret":
      return shared(bytes.toString("hex"));
    case "basic":
      return shared(`hookgate:${bytes.toString("hex")}`);
    case "jwt":
      if (recipe.keySet !== undefined) {
        return { ...published(recipe.algorithm), secret: bytes.toString("hex") };
      }
      if (recipe.algorithm === "HS256") return shared(bytes.toString("hex"));
      return ofKeys(recipe.algorithm === "ES256" ? "ecdsa_p256" : "rsa_sha256", "spki");
    case "public_key": {
      const keys = ofKeys(recipe.algorithm, recipe.key);
      return { ...keys, secret: named(recipe, keys.secret) };
    }
    case "certificate":
      return { ...certified(now), secret: bytes.toString("hex") };
    case "any": {
      const [first] = recipe.recipes;
      if (first === undefined)
        throw new TypeError(`Cannot make a secret: ${recipe.scheme} is empty`);
      return makeSecret(first, { now });
    }
  }
}

function named({ format }: { format?: SignatureFormat }, key: string): string {
  const separator = nameSeparator(format);
  return separator === undefined ? key : `example${separator}${key}`;
}

function shared(secret: string): MadeSecret {
  return { secret, privateKey: null, certificate: null };
}

function writeSecret(form: string, bytes: Buffer): string {
  if (form === "whsec") return `whsec_${bytes.toString("base64")}`;
  return bytes.toString(form === "base64" ? "base64" : "hex");
}

function ofKeys(algorithm: PublicKeyRecipe["algorithm"], form: PublicKeyRecipe["key"]): MadeSecret {
  const { publicKey, privateKey } = generate(algorithm);
  const pem = String(privateKey.export({ format: "pem", type: "pkcs8" }));
  return { secret: writePublicKey(publicKey, form), privateKey: pem, certificate: null };
}

function generate(algorithm: PublicKeyRecipe["algorithm"]): {
  publicKey: KeyObject;
  privateKey: KeyObject;
} {
  if (algorithm === "ed25519") return generateKeyPairSync("ed25519");
  if (algorithm.startsWith("ecdsa_p256")) return generateKeyPairSync("ec", { namedCurve: "P-256" });
  return generateKeyPairSync("rsa", { modulusLength: RSA_BITS });
}

function writePublicKey(key: KeyObject, form: PublicKeyRecipe["key"]): string {
  const spki = key.export({ format: "der", type: "spki" });
  if (form === "spki") return spki.toString("base64");
  // The SubjectPublicKeyInfo of Ed25519 ends with the key itself.
  const bytes = spki.subarray(-SECRET_BYTES);
  if (form === "hex") return bytes.toString("hex");
  return (form === "whpk" ? "whpk_" : "") + bytes.toString("base64");
}

/** The name of the only key in a key set that is made here. */
export const MADE_KEY_ID = "example";

function published(algorithm: JwtRecipe["algorithm"]): { privateKey: string; certificate: string } {
  const { publicKey, privateKey } = generate(algorithm === "ES256" ? "ecdsa_p256" : "rsa_sha256");
  const key = { ...publicKey.export({ format: "jwk" }), kid: MADE_KEY_ID, alg: algorithm };
  return {
    privateKey: String(privateKey.export({ format: "pem", type: "pkcs8" })),
    certificate: JSON.stringify({ keys: [key] }),
  };
}

function certified(now: number): { privateKey: string; certificate: string } {
  const keys = generateKeyPairSync("rsa", { modulusLength: RSA_BITS });
  const certificate = makeCertificate(keys, { from: now - DAY_MS, to: now + 365 * DAY_MS });
  const privateKey = String(keys.privateKey.export({ format: "pem", type: "pkcs8" }));
  return { privateKey, certificate };
}

/** Options for {@linkcode makeCertificate}. */
export interface MakeCertificateOptions {
  /** Start of its validity, in milliseconds since 1970. */
  from: number;
  /** End of its validity, in milliseconds since 1970. */
  to: number;
}

const COMMON_NAME = Buffer.from("0603550403", "hex");
const SHA256_WITH_RSA = Buffer.from("300d06092a864886f70d01010b0500", "hex");
const VERSION_3 = Buffer.from("a003020102", "hex");
const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const UTF8_STRING = 0x0c;
const GENERALIZED_TIME = 0x18;

/** A self-signed X.509 certificate of an RSA key, in PEM, for trying out schemes with certificates. */
export function makeCertificate(
  { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject },
  { from, to }: MakeCertificateOptions,
): string {
  const commonName = der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, Buffer.from("example")));
  const name = der(SEQUENCE, der(SET, commonName));
  const signed = der(
    SEQUENCE,
    VERSION_3,
    der(INTEGER, Buffer.from([1])),
    SHA256_WITH_RSA,
    name,
    der(SEQUENCE, time(from), time(to)),
    name,
    publicKey.export({ format: "der", type: "spki" }),
  );
  const signature = signBytes("sha256", signed, privateKey);
  const bits = der(BIT_STRING, Buffer.from([0]), signature);
  const base64 = der(SEQUENCE, signed, SHA256_WITH_RSA, bits).toString("base64");
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/\.\d+|[-:T]/g, "");
  return der(GENERALIZED_TIME, Buffer.from(digits));
}

function der(tag: number, ...contents: Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const head = length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}
