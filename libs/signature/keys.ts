import {
  createHash,
  createPublicKey,
  createSecretKey,
  type JsonWebKey,
  type KeyObject,
} from "node:crypto";
import { DIGEST_BYTES, decode } from "./encoding.ts";
import { KEY_SET_KEYS_MAX, SECRET_CHARS_MAX } from "./limits.ts";
import type { Digest, KeyForm } from "./recipe.ts";

const KEYS_MAX = 1_024;

/** Parsing a key only once saves 0.2 of the 3 µs of an HMAC for text keys, and 12 µs for keys in bytes. */
const caches = {
  utf8: cacheOf((secret) => Buffer.from(secret)),
  base64: cacheOf(decodeBase64),
  // A public key (`whpk_`) is not base64: public data must never become a key to sign with.
  // Supabase shows the secret with its version: `v1,whsec_…`.
  whsec: cacheOf((secret) => decodeBase64(secret.replace(/^(?:v1,)?whsec_/, ""))),
  hex: cacheOf((secret) => decode("hex", secret.toLowerCase())),
  oauth1: cacheOf((secret) => Buffer.from(`${secret}&`)),
  sha1: cacheOf((secret) => createHash("sha1").update(secret).digest()),
} as const satisfies Record<KeyForm, unknown>;

/** A secret as a key; null if it is empty or not written in this form. Then nothing verifies with it. */
export function decodeKey(form: KeyForm, secret: string): KeyObject | null {
  // Anybody can sign with an empty key.
  return secret === "" || secret.length > SECRET_CHARS_MAX ? null : caches[form](secret);
}

/** A few of each sender, while a set is replaced by the next. */
const KEY_SETS_MAX = 64;
const parseKeySet = smallCache(keysOf, KEY_SETS_MAX);

/** A key of a set. */
export interface PublishedKey {
  key: KeyObject;
  /** The only algorithm it is for; undefined if it says none. */
  algorithm: string | undefined;
}

/** By name. Some senders give the next key the name of the one before, and publish both for a while. */
export type PublishedKeys = ReadonlyMap<string, readonly PublishedKey[]>;

/**
 * The keys of a JSON Web Key Set that signatures may be made with; null if the text is none. One that cannot be read, has no
 * name, or is for something else is left out: senders may add kinds of keys that are not known here. A set of only such keys is none;
 * one without any keys is a set, as a sender may withdraw all of them.
 */
export function readKeySet(json: string): PublishedKeys | null {
  return parseKeySet(json);
}

function keysOf(json: string): PublishedKeys {
  const { keys } = JSON.parse(json) as { keys?: unknown };
  if (!Array.isArray(keys)) throw new SyntaxError("Cannot read the key set: it has no keys");
  const found = new Map<string, PublishedKey[]>();
  for (const jwk of keys.slice(0, KEY_SET_KEYS_MAX)) {
    const key = attempt(readJwk, jwk);
    if (key === null) continue;
    const named = found.get(jwk.kid);
    if (named === undefined) found.set(jwk.kid, [key]);
    else named.push(key);
  }
  if (keys.length > 0 && found.size === 0) {
    throw new TypeError("Cannot read the key set: none of its keys is for signatures");
  }
  return found;
}

/** What a key of a set says about itself (RFC 7517, 4). */
interface NamedJwk extends JsonWebKey {
  kid?: unknown;
  use?: unknown;
  key_ops?: string[];
  alg?: string;
}

function readJwk(jwk: NamedJwk): PublishedKey {
  const { kid, use = "sig", key_ops: operations = ["verify"], alg: algorithm } = jwk;
  if (typeof kid !== "string") throw new SyntaxError("Cannot read the key: it has no name");
  if (use !== "sig" || !operations.includes("verify")) {
    throw new TypeError("Cannot read the key: it is not for signatures");
  }
  return { key: boundedKey(createPublicKey({ key: jwk, format: "jwk" })), algorithm };
}

/**
 * Longest modulus and exponent of an RSA key, in bytes. Node takes 120 ms to say what an exponent of 22 KB is, and verifying with a
 * modulus of 2 KB takes 5 ms.
 */
const RSA_BYTES_MAX = { modulus: 1_024, exponent: 8 };

/**
 * A public key that others have made, unless it takes long to use. Of elliptic curves only one is ever used.
 *
 * @throws {RangeError} if it does.
 */
export function boundedKey(key: KeyObject): KeyObject {
  if (!key.asymmetricKeyType?.startsWith("rsa")) return key;
  // What asymmetricKeyDetails says about it is what takes long.
  const { n = "", e = "" } = key.export({ format: "jwk" });
  const [modulus, exponent] = [n, e].map((text) => Buffer.byteLength(text, "base64url"));
  if (Number(modulus) <= RSA_BYTES_MAX.modulus && Number(exponent) <= RSA_BYTES_MAX.exponent)
    return key;
  throw new RangeError("Cannot read the key: it is too long");
}

/** Base64 with its padding or without. */
export function decodeBase64(text: string): Buffer | null {
  const bare = text.replace(/={1,2}$/, "");
  const bytes = Buffer.from(bare, "base64");
  const written = bytes.toString("base64").replace(/=+$/, "");
  return bytes.length > 0 && written === bare ? bytes : null;
}

function cacheOf(read: (secret: string) => Buffer | null): (secret: string) => KeyObject | null {
  return smallCache((secret) => {
    const bytes = read(secret);
    if (bytes === null)
      throw new SyntaxError("Cannot read the secret: it is not written in this form");
    return createSecretKey(bytes);
  }, KEYS_MAX);
}

/**
 * Caches what is slow to make, such as parsed keys: at most `max`, dropping the oldest first. A text that `make` refuses is
 * cached as null.
 */
export function smallCache<T>(make: (text: string) => T, max: number): (text: string) => T | null {
  const kept = new Map<string, T | null>();
  return (text) => {
    const before = kept.get(text);
    if (before !== undefined) return before;
    const made = attempt(make, text);
    const oldest = kept.size < max ? undefined : kept.keys().next().value;
    if (oldest !== undefined) kept.delete(oldest);
    kept.set(text, made);
    return made;
  };
}

function attempt<T, Input>(make: (input: Input) => T, input: Input): T | null {
  try {
    return make(input);
  } catch {
    // The crypto library refuses the text as a key: nothing verifies with it.
    return null;
  }
}

/** Bytes that a digest works on at a time, to which HMAC pads its key. */
export const BLOCK_BYTES = { md5: 64, sha1: 64, sha256: 64, sha512: 128 } as const;

/** A key as HMAC uses it (RFC 2104): before what is hashed inside, and, with room for that digest, what is hashed outside. */
export interface PaddedKey {
  inside: Buffer;
  outside: Buffer;
}

const paddedKeys = {
  md5: new WeakMap<KeyObject, PaddedKey>(),
  sha1: new WeakMap<KeyObject, PaddedKey>(),
  sha256: new WeakMap<KeyObject, PaddedKey>(),
  sha512: new WeakMap<KeyObject, PaddedKey>(),
} as const;

/** Made once for each key and digest. */
export function paddedKey(digest: Digest | "md5", key: KeyObject): PaddedKey {
  const known = paddedKeys[digest].get(key);
  if (known !== undefined) return known;
  const block = BLOCK_BYTES[digest];
  const whole = key.export();
  const bytes = whole.length > block ? createHash(digest).update(whole).digest() : whole;
  const inside = Buffer.alloc(block, 0x36);
  const outside = Buffer.alloc(block + DIGEST_BYTES[digest], 0x5c);
  for (const [at, byte] of bytes.entries()) {
    inside[at] = byte ^ 0x36;
    outside[at] = byte ^ 0x5c;
  }
  const padded = { inside, outside };
  paddedKeys[digest].set(key, padded);
  return padded;
}
