import { createHash, timingSafeEqual } from "node:crypto";
import { StartError } from "@hookgate/types";
import { readSettingFile } from "./setting_files.ts";

/** Scopes of a token: to capture, to operate, or to receive the events of one subscription. */
export const SCOPE_PATTERN: RegExp = /^(?:ingest|admin|subscribe:\S{1,200})$/;

/** A token's form: it is sent in a header, after "Bearer ". */
export const TOKEN_PATTERN: RegExp = /^[\x21-\x7e]{1,4096}$/;

/**
 * The token of RPC_TOKEN.
 *
 * @throws {StartError} if it cannot be sent in a header.
 */
export function requireToken(token: string): string {
  if (TOKEN_PATTERN.test(token)) return token;
  throw new StartError(
    "Cannot use RPC_TOKEN: it must be plain ASCII without spaces, at most 4096 characters",
  );
}

/** Tokens and their scopes. */
export type Tokens = ReadonlyMap<string, readonly string[]>;

/**
 * Makes the look-up of a token's scopes; it returns null for an unknown token. Its time says nothing about the tokens:
 * it always compares digests, which have one length, and always all of them.
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

/** Most tokens in a file: each call is compared with all of them. */
const TOKENS_MAX = 1_000;

/**
 * Reads the file of tokens: a JSON object, each token with the list of its scopes, such as
 * `{"edge-secret": ["ingest"], "operator-secret": ["admin"]}`.
 *
 * @throws {StartError} that says what is wrong with the file, and never contains a token.
 */
export async function readTokensFile(path: string): Promise<Tokens> {
  const text = await readSettingFile("RPC_TOKENS_FILE", path);
  const refuse = (problem: string, options?: ErrorOptions) =>
    new StartError(`Cannot use the tokens of RPC_TOKENS_FILE, ${path}: ${problem}`, options);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // The parser's message is not the cause here, because it quotes the text.
    throw refuse("it is not JSON");
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw refuse('it is not a JSON object such as {"<token>": ["ingest", "admin"]}');
  }
  const entries: [string, unknown][] = Object.entries(parsed);
  if (entries.length === 0) throw refuse("it has no token");
  if (entries.length > TOKENS_MAX) throw refuse(`it has more than ${TOKENS_MAX} tokens`);
  const tokens = new Map<string, readonly string[]>();
  entries.forEach(([token, scopes], index) => {
    const problem = findProblem(token, scopes);
    if (problem) throw refuse(`entry ${index + 1} ${problem}`);
    tokens.set(token, scopes as string[]);
  });
  return tokens;
}

function findProblem(token: string, scopes: unknown): string | null {
  if (!TOKEN_PATTERN.test(token)) return "has a token that is empty, too long or not plain ASCII";
  if (!Array.isArray(scopes) || scopes.length === 0) return "has no list of scopes";
  const unknown = scopes.find((scope) => typeof scope !== "string" || !SCOPE_PATTERN.test(scope));
  if (unknown === undefined) return null;
  return `has the scope ${JSON.stringify(unknown)}; the scopes are "ingest", "admin" and "subscribe:<name>"`;
}
