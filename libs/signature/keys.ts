import { createHash, createPublicKey, createSecretKey, type KeyObject } from "node:crypto";
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

/**
 * The keys of a JSON Web Key Set by name; null if the text is none. One that cannot be read, or has no name, is left out:
 * senders may add kinds of keys that are not known here.
 */
export function readKeySet(json: string): ReadonlyMap<string, KeyObject> | null {
  return parseKeySet(json);
}

function keysOf(json: string): ReadonlyMap<string, KeyObject> {
  const { keys } = JSON.parse(json) as { keys?: unknown };
  if (!Array.isArray(keys)) throw new SyntaxError("Cannot read the key set: it has no keys");
  const found = new Map<string, KeyObject>();
  for (const key of keys.slice(0, KEY_SET_KEYS_MAX)) {
    const object = attempt((jwk) => createPublicKey({ key: jwk, format: "jwk" }), key);
    if (object !== null && typeof key.kid === "string") found.set(key.kid, object);
  }
  return found;
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
