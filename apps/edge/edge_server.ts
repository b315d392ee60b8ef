import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { Server as NetServer, type Socket } from "node:net";
import { LineBudget, type RunningClock, TurnGate } from "@hookgate/async";
import type { Limits } from "@hookgate/config";
import type { Log } from "@hookgate/telemetry";
import { unmapped } from "@hookgate/types";
import { answerSocket, type SocketAnswer } from "./answer_socket.ts";
import type { RequestCounter } from "./request/count_requests.ts";

/** All headers of one request. */
export const HEADER_BYTES_MAX = 16 * 1024;

/** How long an idle connection is kept: longer than load balancers do (60 s), so that they do not use a closed one. */
const KEEP_ALIVE_MS = 65_000;

/** How often Node looks for overdue headers. */
const CHECK_EVERY_MS = 500;

/** How long after the body's own deadline, which has the better answer, Node ends a request. */
const REQUEST_SLACK_MS = 1_000;

/** How long requests that are already on their way on kept connections are waited for. */
const IDLE_GRACE_MS = 500;

/** Options for {@linkcode createServer}. */
export interface CreateServerOptions {
  /** Counts what never became a request. */
  count: Pick<RequestCounter, "add">;
  log: Log;
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

/**
 * An HTTP server with every bound that Node has, in its strict mode: doubtful lengths and line ends can hide a second
 * request, and are refused.
 */
export function createServer(take: RequestListener, options: CreateServerOptions): Server {
  const listener = inTurn(take);
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
  // Their bytes are bounded. Past a count Node would drop some silently, perhaps a proxy's own.
  server.maxHeadersCount = 0;
  // `100 Continue` is sent only when the body is read, so that a refused one is not sent at all.
  server.on("checkContinue", listener);
  // Some clients send an empty `Expect`, or an odd one. It is no reason to refuse an event (RFC 9110, 10.1.1: 417 is a may).
  server.on("checkExpectation", listener);
  server.on("clientError", answerClientErrors(options));
  return server;
}

/**
 * Takes the requests of a connection one after the other: one whose answer closes it, also Node's own 400 without a `Host`,
 * ends it for those that were sent behind it (RFC 9112, 9.6). They would be stored, and never answered.
 */
function inTurn(take: RequestListener): RequestListener {
  return function takeInTurn(req, res) {
    // The connection has been refused, and its request came before it was closed: that would be stored as well.
    if (req.socket.writableEnded) return;
    // Node gives an answer its socket once the one before has been sent, and never if that has closed the connection.
    if (res.socket !== null) take(req, res);
    else res.once("socket", () => take(req, res));
  };
}

/** Sets the deadlines, also of connections that are open already. Time in which the process did not run is not the client's. */
export function setDeadlines(
  server: Server,
  { limits, running }: { limits: Limits; running: Pick<RunningClock, "spanOf"> },
): void {
  const headersMs = limits.headersDeadlineMs;
  const requestMs = headersMs + limits.bodyDeadlineMs + REQUEST_SLACK_MS;
  // Node reads them at each of its checks, as whole numbers.
  const spanOf = (ms: number) => ({ get: () => Math.ceil(running.spanOf(ms)), configurable: true });
  Object.defineProperties(server, {
    headersTimeout: spanOf(headersMs),
    requestTimeout: spanOf(requestMs),
  });
}

/** Closes idle connections, unless it is we who were idle: their next request may be here already. */
export function closeIdle(server: Server, running: Pick<RunningClock, "spanOf">): void {
  server.on("timeout", (socket) => {
    const leftMs = running.spanOf(KEEP_ALIVE_MS) - KEEP_ALIVE_MS;
    if (leftMs > 0) socket.setTimeout(leftMs);
    else socket.destroy();
  });
}

/** Options for {@linkcode keepAccepting}. */
export interface KeepAcceptingOptions {
  log: Log;
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

/** Keeps a server that listens alive: accept() can fail later (EMFILE), and then some connections are refused. */
export function keepAccepting(server: Server, options: KeepAcceptingOptions): void {
  const { log } = options;
  const budget = new LineBudget({ ...options, linesMax: 1 });
  server.on("error", (error) => {
    const omitted = budget.take();
    if (omitted === null) return;
    log.error({ err: error, omitted }, "cannot accept a connection, still listening");
  });
}

/** Options for {@linkcode drainServer}. */
export interface DrainServerOptions {
  /** After this time, in milliseconds, the connections that are left are cut. */
  cutAfterMs: number;
}

/**
 * Stops accepting, and resolves when the last connection is closed. Requests in flight are answered; each answer has to
 * end its connection.
 */
export function drainServer(server: Server, options: DrainServerOptions): Promise<void> {
  return new Promise((resolve) => {
    const idle = setTimeout(() => server.closeIdleConnections(), IDLE_GRACE_MS);
    const cut = setTimeout(() => server.closeAllConnections(), options.cutAfterMs);
    // Not HTTP's own close(): it cuts idle connections at once, with the requests that are on their way on them.
    NetServer.prototype.close.call(server, () => {
      clearTimeout(idle);
      clearTimeout(cut);
      // Stops its timer. Nothing else is left to close.
      server.close();
      resolve();
    });
  });
}

const LATE: SocketAnswer = {
  status: 408,
  error: "request_too_slow",
  message: "The request did not arrive in time.",
};
const ANSWERS: Record<string, SocketAnswer> = {
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
  ERR_HTTP_REQUEST_TIMEOUT: LATE,
};
const MALFORMED: SocketAnswer = {
  status: 400,
  error: "malformed_request",
  message: "The request could not be read.",
};

/** Where a request line is looked for. */
const REQUEST_LINE_CHARS_MAX = 250;
/** The beginning of a request; of its target only the path, because a query may have secrets. */
const REQUEST_LINE = /^([A-Z]{1,20}) (\/[^\s?#]{0,200})/;

/** What the parser threw. */
interface ClientError extends NodeJS.ErrnoException {
  /** Why, such as `Invalid header token`. */
  reason?: string;
  /** The bytes of the last read. */
  rawPacket?: Buffer;
}

/**
 * Answers bytes that never became a request, and closes the connection. No source is known, so a log line and the count are
 * the only trace that an operator can find of a sender that sends what cannot be read.
 */
function answerClientErrors(
  options: CreateServerOptions,
): (error: ClientError, socket: Socket) => void {
  const { count, log } = options;
  const late = new TurnGate();
  const budget = new LineBudget(options);

  function note(error: ClientError, socket: Socket, answer: SocketAnswer): void {
    count.add("", answer.error, answer.status);
    const omitted = budget.take();
    if (omitted === null) return;
    const start = error.rawPacket?.toString("latin1", 0, REQUEST_LINE_CHARS_MAX) ?? "";
    const [, method, path] = REQUEST_LINE.exec(start) ?? [];
    const reason = error.reason ?? error.code;
    const address = socket.remoteAddress && unmapped(socket.remoteAddress);
    const refused = { status: answer.status, error: answer.error, reason };
    const line = { ...refused, address, method, path, omitted };
    log.info(line, "request refused, it could not be read");
  }

  return (error, socket) => {
    const answer = ANSWERS[error.code ?? ""] ?? MALFORMED;
    if (!socket.writable || error.code === "ECONNRESET") return socket.destroy();
    // Connections that send nothing, as browsers open some, are no requests.
    if (answer !== LATE || socket.bytesRead > 0) note(error, socket, answer);
    // Node finds all that are late in one look.
    if (answer === LATE) late.later(() => answerSocket(socket, answer));
    else answerSocket(socket, answer);
  };
}
