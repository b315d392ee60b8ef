import type { ClientSecurity } from "./connect_rpc.ts";
import { readTlsFiles } from "./read_tls_files.ts";
import type { RpcEnv } from "./rpc_env.ts";
import { requireToken } from "./token_scopes.ts";

/**
 * Reads what a client shows, and what it checks the server with. RPC_TOKENS_FILE is the server's alone.
 *
 * @throws {Error} naming the variable, where a file or the token cannot be used.
 */
export async function clientSecurity({
  rpcToken,
  rpcTls,
}: Pick<RpcEnv, "rpcToken" | "rpcTls">): Promise<ClientSecurity> {
  return {
    token: rpcToken === null ? null : requireToken(rpcToken),
    tls: rpcTls === null ? null : await readTlsFiles(rpcTls),
  };
}
