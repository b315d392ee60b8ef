import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { deadline } from "@hookgate/async";
import { StartError, unmapped } from "@hookgate/types";
import { boundText } from "./bound_text.ts";
import type { Metrics } from "./create_metrics.ts";

/** Whether a process can do its work, and why not. */
export interface Readiness {
  ready: boolean;
  /** One sentence each; everybody who can reach the port sees them. */
  problems: string[];
}

/** Options for {@linkcode startOpsServer}. */
export interface StartOpsServerOptions {
  /** 0 takes a free one. */
  port: number;
  /** @default {"127.0.0.1"} */
  host?: string;
  /** Names that it answers to, besides loopback's and `host`: a browser may be made to ask for any other. @default {[]} */
  names?: readonly string[];
  /** False asks for a restart. */
  live: () => boolean;
  ready: () => Readiness;
  /** @default `/metrics` answers 404 */
  metrics?: ReadMetrics;
}

type ReadMetrics = Pick<Metrics, "text" | "contentType">;

/** A running ops server. */
export interface OpsServer {
  /** The real port. */
  port: number;
  /** Stops listening and cuts every connection. */
  close(): Promise<void>;
}

const CONNECTIONS_MAX = 64;
const HEADER_BYTES_MAX = 8_192;
const REQUEST_MS_MAX = 5_000;

/** A scrape that takes longer gets 503. */
const METRICS_MS_MAX = 5_000;
const PROBLEMS_MAX = 50;
const PROBLEM_CHARS_MAX = 500;

interface Page {
  status: number;
  body: string;
  type: string;
}

/**
 * Serves `/healthz`, `/readyz` and, given metrics, `/metrics` to the operator's tools. Each answer closes its connection:
 * probes are rare, and nothing is left open when the process stops.
 *
 * @throws {StartError} if it cannot listen.
 */
export async function startOpsServer(options: StartOpsServerOptions): Promise<OpsServer> {
  const { port, host = "127.0.0.1" } = options;
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: REQUEST_MS_MAX,
      requestTimeout: REQUEST_MS_MAX,
      connectionsCheckingInterval: 1_000,
    },
    (request, response) => void answer(request, response, options),
  );
  server.maxConnections = CONNECTIONS_MAX;
  server.on("clientError", (_, socket) => {
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    else socket.destroy();
  });
  await listen(server, { port, host });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, { port, host }: { port: number; host: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    // Stays attached: accept() can fail later, which must not end the process.
    server.on("error", (cause: NodeJS.ErrnoException) => {
      const state = cause.code === "EADDRINUSE" ? "another process has the port" : cause.message;
      reject(
        new StartError(`Cannot listen on ${host}:${port} for operations: ${state}`, { cause }),
      );
    });
    server.listen(port, host, resolve);
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: StartOpsServerOptions,
): Promise<void> {
  const page = await makePage(request, options);
  response.writeHead(page.status, {
    "content-type": page.type,
    "content-length": Buffer.byteLength(page.body),
    "cache-control": "no-store",
    connection: "close",
    ...(page.status === 405 ? { allow: "GET, HEAD" } : {}),
  });
  response.end(request.method === "HEAD" ? "" : page.body);
}

async function makePage(request: IncomingMessage, options: StartOpsServerOptions): Promise<Page> {
  const { live, ready, metrics } = options;
  if (!isKnownName(request, options)) {
    return json(421, {
      error: "unknown_name",
      message: "this server does not answer to that name: add it to OPS_NAMES",
    });
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return json(405, { error: "method_not_allowed", message: "GET and HEAD only" });
  }
  const path = request.url?.split("?", 1)[0];
  if (path === "/healthz") {
    const alive = readQuietly(live, false);
    return json(alive ? 200 : 503, { live: alive });
  }
  if (path === "/readyz") return describeReadiness(readQuietly(ready, UNKNOWN));
  if (path === "/metrics" && metrics !== undefined) return makeMetrics(metrics);
  return json(404, {
    error: "not_found",
    message: "this server has /healthz, /readyz and /metrics",
  });
}

/** An address in brackets or a name, and a port. */
const HOST = /^(?:\[([^\]]+)\]|([^:]*))(?::\d+)?$/;

const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "::1"];

/**
 * Whether a request names this server. A page in a browser can have its own name resolve to this address (DNS rebinding),
 * but not hide which name it asks for. HTTP/1.0 need not say one, and browsers do not speak it. Of several names all must be known.
 */
export function isKnownName(
  { headersDistinct, socket }: IncomingMessage,
  { host: own = "127.0.0.1", names = [] }: Pick<StartOpsServerOptions, "host" | "names">,
): boolean {
  const called = socket.localAddress && unmapped(socket.localAddress);
  const known = [...LOOPBACK_NAMES, own.toLowerCase(), called, ...names];
  return (headersDistinct.host ?? []).every((host) => {
    const [, bracketed, plain] = HOST.exec(host) ?? [];
    return known.includes((bracketed ?? plain ?? "").toLowerCase());
  });
}

const UNKNOWN: Readiness = { ready: false, problems: ["readiness is unknown"] };

function describeReadiness({ ready, problems }: Readiness): Page {
  const shown = problems.slice(0, PROBLEMS_MAX).map((text) => boundText(text, PROBLEM_CHARS_MAX));
  return json(ready ? 200 : 503, { ready, problems: shown });
}

async function makeMetrics({ text, contentType }: ReadMetrics): Promise<Page> {
  try {
    const body = await deadline(text(), { ms: METRICS_MS_MAX, late: () => null });
    if (body !== null) return { status: 200, body, type: contentType };
    return json(503, { error: "unavailable", message: "reading the metrics takes too long" });
  } catch {
    return json(503, { error: "unavailable", message: "the metrics cannot be read" });
  }
}

/** What a probe calls can be broken too: the answer shows it, instead of a crash. */
function readQuietly<T>(read: () => T, fallback: T): T {
  try {
    return read();
  } catch {
    return fallback;
  }
}

function json(status: number, data: unknown): Page {
  return { status, body: `${JSON.stringify(data)}\n`, type: "application/json" };
}
