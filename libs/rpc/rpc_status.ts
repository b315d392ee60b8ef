import { RPC_STATUSES, RpcError } from "./rpc_error.ts";
import type { RpcLog } from "./rpc_log.ts";

/** Longest message that crosses the wire, in characters: it travels as a header. */
const DETAILS_CHARS_MAX = 1_000;

/** A status as grpc-js takes it and gives it. */
export interface RpcStatus {
  code: number;
  details: string;
}

/** What the transport reports, as an {@linkcode RpcError}. */
export function fromStatus(status: RpcStatus): RpcError {
  const name = RPC_STATUSES[status.code];
  const code = name === undefined || name === "OK" ? "UNKNOWN" : name;
  return new RpcError(code, status.details || code, { cause: status });
}

/** What a handler threw, as the caller may see it. What was not meant for the caller goes to the log. */
export function toStatus(error: unknown, { log }: { log: RpcLog }): RpcStatus {
  if (error instanceof RpcError) return rpcStatus(error);
  log.error({ err: error }, "a call failed");
  return rpcStatus(new RpcError("INTERNAL", "the server failed: its log says why"));
}

/** The status that an {@linkcode RpcError} crosses the wire as. */
export function rpcStatus(error: RpcError): RpcStatus {
  // grpc-js percent-encodes the message, which throws on half a surrogate pair.
  const details = error.message.slice(0, DETAILS_CHARS_MAX).toWellFormed();
  return { code: RPC_STATUSES.indexOf(error.code), details };
}
