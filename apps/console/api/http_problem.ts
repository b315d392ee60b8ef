import { type RpcCode, RpcError } from "@hookgate/rpc";

/** Options for {@linkcode HttpProblem}. */
export interface HttpProblemOptions extends ErrorOptions {
  /** Headers of the answer. */
  headers?: Readonly<Record<string, string>>;
}

/** Why a request is not answered as it wants: its answer is `{"error", "message"}` with this status. */
export class HttpProblem extends Error {
  override name = "HttpProblem";
  readonly status: number;
  /** The kind, for programs. */
  readonly error: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, error: string, message: string, options: HttpProblemOptions = {}) {
    super(message, options);
    this.status = status;
    this.error = error;
    this.headers = options.headers ?? {};
  }
}

const STATUS_OF: Readonly<Record<RpcCode, number>> = {
  CANCELLED: 503,
  UNKNOWN: 500,
  INVALID_ARGUMENT: 400,
  DEADLINE_EXCEEDED: 504,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  PERMISSION_DENIED: 403,
  RESOURCE_EXHAUSTED: 429,
  FAILED_PRECONDITION: 409,
  ABORTED: 409,
  OUT_OF_RANGE: 400,
  UNIMPLEMENTED: 501,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  DATA_LOSS: 500,
  UNAUTHENTICATED: 401,
};

/** What the dispatcher answered, or why it did not, as HTTP says it. */
export function problemOf(error: RpcError): HttpProblem {
  const status = STATUS_OF[error.code];
  // Its own sentences begin so; everything else that is unavailable is the connection.
  const away = error.code === "UNAVAILABLE" && !error.message.startsWith("Cannot ");
  const message = away ? "Cannot reach the dispatcher: is it running?" : error.message;
  return new HttpProblem(status, error.code.toLowerCase(), message, {
    cause: error,
    ...(status === 503 && { headers: { "retry-after": "1" } }),
  });
}

/** Any error as a problem; null if it is none that is expected. */
export function expectedProblem(error: unknown): HttpProblem | null {
  if (error instanceof HttpProblem) return error;
  return error instanceof RpcError ? problemOf(error) : null;
}
