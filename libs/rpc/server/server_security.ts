import { StartError } from "@hookgate/types";
import { isLoopback } from "../security/is_loopback.ts";
import type { LocalTokenOptions, RpcEnv } from "../security/rpc_env.ts";
import { readTlsFiles } from "../security/setting_files.ts";
import { readTokensFile, requireToken, type TokenGrant } from "../security/tokens.ts";
import type { ServerSecurity, ServerTls } from "./start_rpc_server.ts";

/** What RPC_TOKEN allows: everything that Hookgate's own processes do. */
const RPC_TOKEN_GRANT: TokenGrant = { name: "RPC_TOKEN", scopes: ["ingest", "admin"] };

/** What the token of this machine allows: those who can read it can read the store, too. */
const LOCAL_GRANT: TokenGrant = { name: "local", scopes: ["ingest", "admin", "subscribe:*"] };

/**
 * Reads a server's tokens and TLS files. On loopback it also accepts the token of this machine, unless RPC_TOKEN is set,
 * or it knows its callers by their certificates alone, or RPC_INSECURE says that it need not know them.
 *
 * @throws {StartError} that names the variable, if a file or a token cannot be used.
 */
export async function serverSecurity(
  env: RpcEnv,
  local: LocalTokenOptions,
): Promise<ServerSecurity> {
  const tls = await readTls(env);
  const tokens = await readTokens(env);
  const { address, localToken } = local;
  const needed = tokens.size > 0 || (tls?.ca == null && !env.rpcInsecure);
  const wanted = needed && env.rpcToken === null && isLoopback(address);
  const found = wanted ? localToken() : null;
  if (found !== null) tokens.set(found, LOCAL_GRANT);
  return { tokens: tokens.size === 0 ? null : tokens, tls, insecure: env.rpcInsecure };
}

/**
 * How callers reach a server. `loopback`: from this machine only, with a token. `plain`: with a token that whoever reads along has,
 * too. `insecure`: anybody may call, whatever the port.
 */
export type RpcReach = "tls" | "loopback" | "plain" | "insecure";

/** How callers reach a server that listens at this address. */
export function rpcReach(
  { tokens, tls }: Pick<ServerSecurity, "tokens" | "tls">,
  address: string,
): RpcReach {
  if (tokens === null && tls?.ca == null) return "insecure";
  if (tls) return "tls";
  return isLoopback(address) ? "loopback" : "plain";
}

async function readTokens({ rpcToken, rpcTokensFile }: RpcEnv): Promise<Map<string, TokenGrant>> {
  const tokens = new Map(rpcTokensFile === null ? [] : await readTokensFile(rpcTokensFile));
  if (rpcToken !== null) tokens.set(requireToken(rpcToken), RPC_TOKEN_GRANT);
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
