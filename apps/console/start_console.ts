import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type Env, findSecretFault, findWeakness } from "@hookgate/config";
import { isLoopback } from "@hookgate/rpc";
import type { Log } from "@hookgate/telemetry";
import { StartError } from "@hookgate/types";
import { keepPassword } from "./access/password.ts";
import { Watches } from "./api/watches.ts";
import { createConsole } from "./create_console.ts";
import { connectDispatchers } from "./dispatchers.ts";
import { lazyPage } from "./page.ts";

const CONNECTIONS_MAX = 512;
const HEADER_BYTES_MAX = 16 * 1024;

/** Time for the headers of a request, and for all of it, in milliseconds. */
const HEADERS_MS_MAX = 5_000;
const REQUEST_MS_MAX = 15_000;

/** How long answers that are on their way are waited for, in milliseconds. */
const DRAIN_MS_MAX = 1_000;

const NOBODY_LOGS_IN =
  "Cannot start the console: CONSOLE_HOST can be reached by others, and nobody would have to log in; " +
  "set CONSOLE_PASSWORD, or RPC_TOKENS_FILE, whose tokens then log in";

/** Options for {@linkcode startConsole}. */
export interface StartConsoleOptions {
  env: Env;
  /** Reads the token of this machine, or makes it. */
  localToken: () => string | null;
  /** How often what is watched is asked again, in milliseconds. @default {1_000} */
  watchMs?: number;
  log: Log;
}

/** A running console. */
export interface RunningConsole {
  /** Where it listens. */
  url: string;
  /** Reads tokens and certificates again. */
  reload(): Promise<void>;
  /** Answers what it was asked, and stops. */
  stop(): Promise<void>;
}

/** Starts the console. @throws {StartError} if only the operator can help. */
export async function startConsole(options: StartConsoleOptions): Promise<RunningConsole> {
  const { env, localToken, log, watchMs } = options;
  const { consoleHost: host, consolePort: port, consolePassword: password } = env;
  const loopback = isLoopback(`${host}:${port}`);
  const tokens = env.rpcTokensFile !== null || env.rpcToken !== null;
  if (!loopback && password === null && !tokens) throw new StartError(NOBODY_LOGS_IN);
  if (password !== null) judgePassword(password, log);
  const monotonic = () => performance.now();
  const dispatchers = await connectDispatchers({ env, localToken, log });
  const watches = new Watches({ monotonic, ...(watchMs !== undefined && { everyMs: watchMs }) });
  const koa = createConsole({
    dispatchers,
    watches,
    checkPassword: password === null ? null : await keepPassword(password),
    open: loopback && password === null,
    names: loopback ? env.opsNames : null,
    readonly: env.consoleReadonly,
    environment: env.consoleEnvironment,
    edgePort: env.edgePort,
    page: lazyPage(),
    monotonic,
    log,
  });
  const server = createServer(
    { maxHeaderSize: HEADER_BYTES_MAX, requireHostHeader: true },
    koa.callback(),
  );
  server.on("clientError", answerClientError);
  server.maxConnections = CONNECTIONS_MAX;
  server.headersTimeout = HEADERS_MS_MAX;
  server.requestTimeout = REQUEST_MS_MAX;
  await listen(server, { port, host });
  const { port: chosen } = server.address() as AddressInfo;
  const shown = loopback ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return {
    url: `http://${shown}:${chosen}`,
    async reload() {
      const apply = await dispatchers.reload();
      apply();
    },
    async stop() {
      watches.close();
      await drain(server);
      dispatchers.close();
    },
  };
}

/** As tokens are judged. @throws {StartError} if it cannot be meant. */
function judgePassword(password: string, log: Log): void {
  const fault = findSecretFault(password);
  if (fault !== null) throw new StartError(`Cannot use CONSOLE_PASSWORD: it ${fault}`);
  const weakness = findWeakness(password);
  if (weakness !== null) log.warn({}, `CONSOLE_PASSWORD ${weakness}, so it can be guessed`);
}

const CLIENT_ERRORS: Readonly<Record<string, readonly [string, string, string]>> = {
  HPE_HEADER_OVERFLOW: [
    "431 Request Header Fields Too Large",
    "headers_too_large",
    `The address and the headers have more than ${HEADER_BYTES_MAX} bytes.`,
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [
    "408 Request Timeout",
    "request_too_slow",
    "The request did not arrive in time.",
  ],
};

/** What is no request that Koa could answer is answered in the same form, and ends its connection. */
function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const malformed = ["400 Bad Request", "malformed_request", "The request could not be read."];
  const [status, kind, message] = CLIENT_ERRORS[error.code ?? ""] ?? malformed;
  const body = JSON.stringify({ error: kind, message });
  const head = `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
  socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`);
}

function listen(server: Server, { port, host }: { port: number; host: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    // Stays attached: accept() can fail later, which must not end the process.
    server.on("error", (cause: NodeJS.ErrnoException) => {
      const state = cause.code === "EADDRINUSE" ? "another process has the port" : cause.message;
      reject(
        new StartError(`Cannot listen on ${host}:${port} for the console: ${state}`, { cause }),
      );
    });
    server.listen(port, host, resolve);
  });
}

function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS_MAX);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
