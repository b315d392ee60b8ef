/** What this library needs of a log, such as pino's. */
export interface RpcLog {
  error(fields: object, message: string): void;
}

/** The status codes of gRPC, each at the index that is its number. */
export const RPC_STATUSES = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
] as const;

/** Why a call failed: the name of a gRPC status code. */
export type RpcCode = Exclude<(typeof RPC_STATUSES)[number], "OK">;

/** A failed call, on either end. Handlers throw one to end their call with its code; errors of the transport become one. */
export class RpcError extends Error {
  override name = "RpcError";
  readonly code: RpcCode;

  constructor(code: RpcCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
