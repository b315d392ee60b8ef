import { readSettingFile } from "./read_setting_file.ts";
import { SCOPE_PATTERN, TOKEN_PATTERN, type Tokens } from "./token_scopes.ts";

/** Most tokens that a file may hold: each call is compared with all of them. */
const TOKENS_MAX = 1_000;

/**
 * Reads the file of tokens: a JSON object, each token with the list of its scopes, such as
 * `{"edge-secret": ["ingest"], "operator-secret": ["admin"]}`.
 *
 * @throws {Error} saying what is wrong with it; never with a token in it.
 */
export async function readTokensFile(path: string): Promise<Tokens> {
  const text = await readSettingFile("RPC_TOKENS_FILE", path);
  const refuse = (problem: string, options?: ErrorOptions) =>
    new Error(`Cannot use the tokens of RPC_TOKENS_FILE, ${path}: ${problem}`, options);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // Without the parser's message as the cause: it quotes the text.
    throw refuse("it is no JSON");
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw refuse('it is no JSON object such as {"<token>": ["ingest", "admin"]}');
  }
  const entries: [string, unknown][] = Object.entries(parsed);
  if (entries.length === 0) throw refuse("it holds no token");
  if (entries.length > TOKENS_MAX) throw refuse(`it holds more than ${TOKENS_MAX} tokens`);
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
  return `has the scope ${JSON.stringify(unknown)}; there are "ingest", "admin" and "subscribe:<name>"`;
}
