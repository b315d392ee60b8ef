import { createHash, timingSafeEqual } from "node:crypto";
import { StartError } from "@hookgate/types";
import { readSettingFile } from "./setting_files.ts";

/**
 * Scopes of a token: to capture, to read what an operator reads, to propose what an operator may approve, to operate, or to receive the events of subscriptions:
 * `subscribe:<name>`, where `*` in the name matches any run of characters, with an optional reach such as
 * `subscribe:crm?sources=crm/*&types=payment.*`.
 */
const SCOPE_PATTERN = /^(?:ingest|view|propose|admin|subscribe:\S{1,2000})$/;

/** What a scope that begins with `subscribe:` allows to receive. Patterns: `*` matches any run of characters. */
export interface Reach {
  /** Pattern of the subscriptions' names. */
  name: string;
  /** Patterns of types. */
  types: readonly string[];
  /** Patterns of sources. */
  sources: readonly string[];
}

/** Who shows a token, and what it allows. */
export interface TokenGrant {
  /** Shown in logs and in the audit log. */
  name: string;
  scopes: readonly string[];
}

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

/** Tokens and what each allows. */
export type Tokens = ReadonlyMap<string, TokenGrant>;

/**
 * Makes the look-up of what a token allows; it returns null for an unknown token. Its time says nothing about the tokens:
 * it always compares digests, which have one length, and always all of them.
 */
export function createTokenLookup(tokens: Tokens): (token: string) => TokenGrant | null {
  const known = [...tokens].map(([token, grant]) => ({ digest: digestOf(token), grant }));
  return (token) => {
    const digest = digestOf(token);
    let found: TokenGrant | null = null;
    for (const { digest: knownDigest, grant } of known) {
      if (timingSafeEqual(digest, knownDigest)) found = grant;
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
 * Reads the file of tokens: a JSON object, each token with its name and scopes, or with the list of its scopes alone,
 * such as `{"edge-secret": {"name": "edge-1", "scopes": ["ingest"]}, "operator-secret": ["admin"]}`.
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
  const tokens = new Map<string, TokenGrant>();
  entries.forEach(([token, entry], index) => {
    const bare = Array.isArray(entry) ? { name: `token ${index + 1}`, scopes: entry } : entry;
    const problem = findProblem(token, bare);
    if (problem) throw refuse(`entry ${index + 1} ${problem}`);
    const { name, scopes } = bare as TokenGrant;
    tokens.set(token, { name, scopes });
  });
  return tokens;
}

/** A token's name: it is printed, so nothing that a terminal would act on. */
const NAME_PATTERN = /^[\x21-\x7e](?:[\x20-\x7e]{0,98}[\x21-\x7e])?$/;

function findProblem(token: string, entry: unknown): string | null {
  if (!TOKEN_PATTERN.test(token)) return "has a token that is empty, too long or not plain ASCII";
  const { name, scopes, ...more } = (entry ?? {}) as Record<string, unknown>;
  if (!Array.isArray(scopes) || scopes.length === 0) return "has no list of scopes";
  if (typeof name !== "string" || !NAME_PATTERN.test(name)) {
    return "needs a name of 1 to 100 characters of plain ASCII";
  }
  const [unknownKey] = Object.keys(more);
  if (unknownKey !== undefined) {
    return `has the key ${JSON.stringify(unknownKey)}; the keys are "name" and "scopes"`;
  }
  for (const scope of scopes) {
    const problem = findScopeProblem(scope);
    if (problem !== null) return `has the scope ${JSON.stringify(scope)}; ${problem}`;
  }
  return null;
}

function findScopeProblem(scope: unknown): string | null {
  if (typeof scope !== "string" || !SCOPE_PATTERN.test(scope)) {
    return 'the scopes are "ingest", "view", "propose", "admin" and "subscribe:<name>"';
  }
  if (!scope.startsWith(SUBSCRIBE) || readReach(scope) !== null) return null;
  return 'a reach is written as "subscribe:crm?sources=crm/*&types=payment.*", with commas between several';
}

/** Prefix of the scopes that each allow to subscribe. */
export const SUBSCRIBE = "subscribe:";

/** What a scope that begins with `subscribe:` allows; null if its reach cannot be read. */
export function readReach(scope: string): Reach | null {
  const [name = "", query, ...rest] = scope.slice(SUBSCRIBE.length).split("?");
  if (name === "" || rest.length > 0) return null;
  const given = new Map<string, string[]>();
  for (const part of query?.split("&") ?? []) {
    const [key = "", list, ...more] = part.split("=");
    const patterns = list?.split(",") ?? [];
    const known = (key === "types" || key === "sources") && !given.has(key);
    // Fail closed: a misspelt key must not mean "everything".
    if (!known || more.length > 0 || patterns.length === 0 || patterns.includes("")) return null;
    given.set(key, patterns);
  }
  return { name, types: given.get("types") ?? ["*"], sources: given.get("sources") ?? ["*"] };
}
