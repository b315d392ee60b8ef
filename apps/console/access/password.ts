import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** About 60 ms and 32 MiB for each try. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

const HASH_BYTES = 32;

/** Longest password that is tried, in characters. */
const PASSWORD_CHARS_MAX = 1_024;

/** Says whether a password is the right one. */
export type CheckPassword = (password: string) => Promise<boolean>;

/** Keeps a password as its scrypt hash only. */
export async function keepPassword(password: string): Promise<CheckPassword> {
  const salt = randomBytes(16);
  const kept = await hash(password, salt);
  return async (tried) => {
    if (tried.length > PASSWORD_CHARS_MAX) return false;
    return timingSafeEqual(kept, await hash(tried, salt));
  };
}

function hash(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, COST, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}
