import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import type { DataKey, DataKeyName } from "../store/contract/data_keys.ts";

/** AES-256-GCM. */
export const CIPHER = "aes-256-gcm";
export const KEY_BYTES = 32;
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;

/** Bytes of a key's id. */
const ID_BYTES = 16;

/**
 * The key that is not in the store. Three keys are derived from it: one wraps data keys, one hashes the names of persons, one
 * hashes digests and order keys, which would otherwise tell whoever guesses a value that the guess is right.
 */
export class MasterKey {
  readonly #wrapping: KeyObject;
  readonly #subjects: KeyObject;
  readonly #digests: KeyObject;

  constructor(bytes: Uint8Array) {
    this.#wrapping = derive(bytes, "hookgate: wrap data keys");
    this.#subjects = derive(bytes, "hookgate: subjects");
    this.#digests = derive(bytes, "hookgate: digests");
  }

  /** A person's name as the store and the audit log have it. */
  subject(name: string): string {
    return createHmac("sha256", this.#subjects).update(name).digest("hex");
  }

  /** A digest of 32 bytes that nobody can compute from a guess. */
  digest(of: Uint8Array | string): Buffer {
    return createHmac("sha256", this.#digests).update(of).digest();
  }

  /** A new data key, wrapped. */
  newKey(name: DataKeyName, now: number): DataKey {
    const nonce = randomBytes(NONCE_BYTES);
    const id = randomBytes(ID_BYTES).toString("hex");
    const cipher = createCipheriv(CIPHER, this.#wrapping, nonce).setAAD(wrapData({ ...name, id }));
    const sealed = [cipher.update(randomBytes(KEY_BYTES)), cipher.final()];
    const wrapped = Buffer.concat([nonce, ...sealed, cipher.getAuthTag()]);
    return { ...name, id, madeAt: Math.floor(now), wrapped };
  }

  /** The data key itself; null if another master key has wrapped it, or it was changed. */
  unwrap({ wrapped, ...name }: DataKey): KeyObject | null {
    if (wrapped.length !== NONCE_BYTES + KEY_BYTES + TAG_BYTES) return null;
    const decipher = createDecipheriv(CIPHER, this.#wrapping, wrapped.subarray(0, NONCE_BYTES));
    decipher.setAAD(wrapData(name)).setAuthTag(wrapped.subarray(-TAG_BYTES));
    try {
      const key = decipher.update(wrapped.subarray(NONCE_BYTES, -TAG_BYTES));
      return createSecretKey(Buffer.concat([key, decipher.final()]));
    } catch {
      return null;
    }
  }

  /** Whether both are one key. */
  equals(other: MasterKey): boolean {
    return timingSafeEqual(this.#wrapping.export(), other.#wrapping.export());
  }
}

/** What a wrapped key is bound to. */
function wrapData({ id, subject, source, month }: Omit<DataKey, "wrapped" | "madeAt">): Buffer {
  return Buffer.from(JSON.stringify([id, subject, source, month]));
}

/** The key of one message: that of an event about several persons needs the keys of all of them. */
export function messageKey(keys: readonly KeyObject[], salt: string): KeyObject {
  const all = createSecretKey(Buffer.concat(keys.map((key) => key.export())));
  return deriveFrom(all, { salt, info: "hookgate: message" });
}

function derive(bytes: Uint8Array, info: string): KeyObject {
  return deriveFrom(createSecretKey(bytes), { salt: "", info });
}

/** A `KeyObject`, because with bytes as a key Node takes five times as long for an HMAC or a cipher: 14 and 27 µs. */
function deriveFrom(key: KeyObject, { salt, info }: { salt: string; info: string }): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync("sha256", key, salt, info, KEY_BYTES)));
}
