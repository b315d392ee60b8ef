import { isLoopback } from "../security/is_loopback.ts";
import type { LocalTokenOptions, RpcEnv } from "../security/rpc_env.ts";
import { readTlsFiles } from "../security/setting_files.ts";
import { requireToken } from "../security/tokens.ts";
import type { ClientSecurity } from "./connect_rpc.ts";

/**
 * Reads a client's token and TLS files. Without RPC_TOKEN it shows the token of this machine, to a dispatcher on loopback
 * only. RPC_TOKENS_FILE is for the server only.
 *
 * @throws {Error} that names the variable, if a file or the token cannot be used.
 */
export async function clientSecurity(
  { rpcToken, rpcTls }: Pick<RpcEnv, "rpcToken" | "rpcTls">,
  { address, localToken }: LocalTokenOptions,
): Promise<ClientSecurity> {
  const tls = rpcTls === null ? null : await readTlsFiles(rpcTls);
  if (rpcToken !== null) return { token: requireToken(rpcToken), tls };
  return { token: isLoopback(address) ? localToken() : null, tls };
}
