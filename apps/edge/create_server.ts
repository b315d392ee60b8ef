import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import type { Socket } from "node:net";
import type { Limits } from "@hookgate/config";

/** Sockets at once. Past it the kernel's connections are closed again as they are accepted. */
export const CONNECTIONS_MAX = 10_000;

/** All headers of one request. */
export const HEADER_BYTES_MAX = 16 * 1024;

/** How long an idle connection is kept: longer than load balancers do (60 s), or they would meet a closed one. */
const KEEP_ALIVE_MS = 65_000;

/** How often overdue headers are looked for. */
const CHECK_EVERY_MS = 500;

/** What may pass after the body's own deadline, which answers better, before Node ends a request. */
const REQUEST_SLACK_MS = 1_000;

/**
 * An HTTP server with every bound that Node has, in its strict mode: doubtful lengths and line ends are refused, as
 * each of them can hide a second request.
 */
export function createServer(listener: RequestListener): Server {
  const server = createHttpServer(
    {
      insecureHTTPParser: false,
      requireHostHeader: true,
      maxHeaderSize: HEADER_BYTES_MAX,
      connectionsCheckingInterval: CHECK_EVERY_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    listener,
  );
  server.maxConnections = CONNECTIONS_MAX;
  // Their bytes are bounded. Past a count Node would drop some and say nothing, a proxy's own among them.
  server.maxHeadersCount = 0;
  // Unanswered until the body is wanted, so that a body that is refused is not sent.
  server.on("checkContinue", listener);
  server.on("clientError", answerClientError);
  return server;
}

/** Sets the deadlines; they hold for connections that are open already. */
export function setDeadlines(server: Server, limits: Limits): void {
  server.headersTimeout = limits.headersDeadlineMs;
  server.requestTimeout = limits.headersDeadlineMs + limits.bodyDeadlineMs + REQUEST_SLACK_MS;
}

const STATUS_TEXTS = {
  400: "Bad Request",
  408: "Request Timeout",
  413: "Content Too Large",
  431: "Request Header Fields Too Large",
} as const;

const ANSWERS: Record<
  string,
  { status: keyof typeof STATUS_TEXTS; error: string; message: string }
> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    error: "headers_too_large",
    message: "The request's headers are too large.",
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    error: "body_too_large",
    message: "The body is larger than this server takes.",
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    error: "request_too_slow",
    message: "The request did not arrive in time.",
  },
};
const MALFORMED = {
  status: 400,
  error: "malformed_request",
  message: "The request could not be read.",
} as const;

/** Answers what never became a request, and closes. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const answer = ANSWERS[error.code ?? ""] ?? MALFORMED;
  const body = JSON.stringify({ error: answer.error, message: answer.message });
  socket.write(
    `HTTP/1.1 ${answer.status} ${STATUS_TEXTS[answer.status]}\r\n` +
      "Content-Type: application/json; charset=utf-8\r\n" +
      `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
  socket.destroySoon();
}
