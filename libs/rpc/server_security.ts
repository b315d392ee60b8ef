import { readTlsFiles } from "./read_tls_files.ts";
import { readTokensFile } from "./read_tokens_file.ts";
import type { RpcEnv } from "./rpc_env.ts";
import type { ServerTls } from "./server_credentials.ts";
import type { ServerSecurity } from "./start_rpc_server.ts";
import { requireToken, type Tokens } from "./token_scopes.ts";

/** What the one token of RPC_TOKEN allows: all that Hookgate's own processes do. */
const RPC_TOKEN_SCOPES = ["ingest", "admin"] as const;

/**
 * Reads what a server needs to know its callers.
 *
 * @throws {Error} naming the variable, where a file or a token cannot be used.
 */
export async function serverSecurity(env: RpcEnv): Promise<ServerSecurity> {
  return { tokens: await readTokens(env), tls: await readTls(env) };
}

async function readTokens({ rpcToken, rpcTokensFile }: RpcEnv): Promise<Tokens | null> {
  if (rpcToken === null && rpcTokensFile === null) return null;
  const tokens = new Map(rpcTokensFile === null ? [] : await readTokensFile(rpcTokensFile));
  if (rpcToken !== null) tokens.set(requireToken(rpcToken), RPC_TOKEN_SCOPES);
  return tokens;
}

async function readTls({ rpcTls }: RpcEnv): Promise<ServerTls | null> {
  if (rpcTls === null) return null;
  const { cert, key, ca } = await readTlsFiles(rpcTls);
  if (cert === null || key === null) {
    throw new Error("Cannot serve TLS: RPC_TLS_CA is set, RPC_TLS_CERT and RPC_TLS_KEY are not");
  }
  return { cert, key, ca };
}
