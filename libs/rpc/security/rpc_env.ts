/** Security of gRPC as the environment sets it: a token, and absolute paths. */
export interface RpcEnv {
  /** RPC_TOKEN. */
  rpcToken: string | null;
  /** RPC_TOKENS_FILE. */
  rpcTokensFile: string | null;
  /** RPC_TLS_CERT, RPC_TLS_KEY and RPC_TLS_CA; null if none of them is set. */
  rpcTls: { cert: string | null; key: string | null; ca: string | null } | null;
}
