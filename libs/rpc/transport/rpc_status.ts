import { RPC_STATUSES, RpcError, type RpcLog } from "./rpc_error.ts";

/** Longest message that is sent, in characters: it travels as a header. */
const DETAILS_CHARS_MAX = 1_000;

/** A status as grpc-js has it. */
export interface RpcStatus {
  code: number;
  details: string;
}

/** A status that the transport reported, as an {@linkcode RpcError}. */
export function fromStatus(status: RpcStatus): RpcError {
  const name = RPC_STATUSES[status.code];
  const code = name === undefined || name === "OK" ? "UNKNOWN" : name;
  return new RpcError(code, transportMessage(status.details) || code, { cause: status });
}

const NO_CONNECTION =
  /^No connection established\. Last error: (?:Error: |Error (?=\[))?(.*?)(?: \([\dTZ:.-]+\))?\. Resolution note: .*$/s;
const OPENSSL = /\w+:error:\w+:SSL routines:\w*:([^:]+):[^\n]*\n/;

/** What grpc-js says about a failed connection, without its own frame and OpenSSL's place in its source. */
function transportMessage(details: string): string {
  const inner = NO_CONNECTION.exec(details)?.[1];
  return inner === undefined ? details : `no connection: ${inner.replace(OPENSSL, "TLS: $1")}`;
}

/** The status for an error that a handler threw. Anything but an `RpcError` is logged, and the caller does not see it. */
export function toStatus(error: unknown, { log }: { log: RpcLog }): RpcStatus {
  if (error instanceof RpcError) return rpcStatus(error);
  log.error({ err: error }, "a call failed unexpectedly; answered INTERNAL");
  return rpcStatus(new RpcError("INTERNAL", "the server failed; see its log"));
}

/** An {@linkcode RpcError} as the status that is sent. */
export function rpcStatus(error: RpcError): RpcStatus {
  // grpc-js percent-encodes the message, which throws on half a surrogate pair.
  const details = error.message.slice(0, DETAILS_CHARS_MAX).toWellFormed();
  return { code: RPC_STATUSES.indexOf(error.code), details };
}
