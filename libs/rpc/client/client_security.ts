import type { RpcEnv } from "../security/rpc_env.ts";
import { readTlsFiles } from "../security/setting_files.ts";
import { requireToken } from "../security/tokens.ts";
import type { ClientSecurity } from "./connect_rpc.ts";

/**
 * Reads a client's token and TLS files. RPC_TOKENS_FILE is for the server only.
 *
 * @throws {Error} that names the variable, if a file or the token cannot be used.
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
