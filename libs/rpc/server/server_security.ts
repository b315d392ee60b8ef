import { StartError } from "@hookgate/types";
import type { RpcEnv } from "../security/rpc_env.ts";
import { readTlsFiles } from "../security/setting_files.ts";
import { readTokensFile, requireToken, type Tokens } from "../security/tokens.ts";
import type { ServerSecurity, ServerTls } from "./start_rpc_server.ts";

/** Scopes of RPC_TOKEN: everything that Hookgate's own processes do. */
const RPC_TOKEN_SCOPES = ["ingest", "admin"] as const;

/**
 * Reads a server's tokens and TLS files.
 *
 * @throws {StartError} that names the variable, if a file or a token cannot be used.
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
    throw new StartError(
      "Cannot serve TLS: RPC_TLS_CA is set, RPC_TLS_CERT and RPC_TLS_KEY are not",
    );
  }
  return { cert, key, ca };
}
