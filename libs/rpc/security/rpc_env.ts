/** Security of gRPC as the environment sets it: tokens, and absolute paths. */
export interface RpcEnv {
  /** RPC_TOKEN. */
  rpcToken: string | null;
  /** RPC_TOKENS_FILE. */
  rpcTokensFile: string | null;
  /** RPC_TLS_CERT, RPC_TLS_KEY and RPC_TLS_CA; null if none of them is set. */
  rpcTls: { cert: string | null; key: string | null; ca: string | null } | null;
  /** RPC_INSECURE. */
  rpcInsecure: boolean;
}

/** Where the token of this machine comes from. */
export interface LocalTokenOptions {
  /** `host:port` of the dispatcher: the token is for loopback only, so that it never leaves the machine. */
  address: string;
  /** Reads the token, or makes it; null if there is none. Called only if it is needed. */
  localToken: () => string | null;
}
