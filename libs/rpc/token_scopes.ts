import { createHash, timingSafeEqual } from "node:crypto";

/** What a token allows: to capture, to operate, or to receive what a subscription wants. */
export const SCOPE_PATTERN: RegExp = /^(?:ingest|admin|subscribe:\S{1,200})$/;

/** What a token looks like: it travels in a header, after "Bearer ". */
export const TOKEN_PATTERN: RegExp = /^[\x21-\x7e]{1,4096}$/;

/**
 * The token of RPC_TOKEN.
 *
 * @throws {Error} where it cannot be sent.
 */
export function requireToken(token: string): string {
  if (TOKEN_PATTERN.test(token)) return token;
  throw new Error(
    "Cannot use RPC_TOKEN: it must be plain ASCII without blanks, 4096 characters at most",
  );
}

/** Tokens and their scopes. */
export type Tokens = ReadonlyMap<string, readonly string[]>;

/**
 * Makes the look-up of a token's scopes; null where there is no such token. How long it takes says nothing about the
 * tokens: digests are compared, of equal length whatever was sent, and all of them, always.
 */
export function createTokenLookup(tokens: Tokens): (token: string) => readonly string[] | null {
  const known = [...tokens].map(([token, scopes]) => ({ digest: digestOf(token), scopes }));
  return (token) => {
    const digest = digestOf(token);
    let found: readonly string[] | null = null;
    for (const { digest: knownDigest, scopes } of known) {
      if (timingSafeEqual(digest, knownDigest)) found = scopes;
    }
    return found;
  };
}

function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
