import type { Http2Server, ServerOptions } from "node:http2";
import { createSecureContext, type SecureContextOptions } from "node:tls";
import { logVerbosity, Server, ServerCredentials, setLogVerbosity } from "@grpc/grpc-js";
import { deadline } from "@hookgate/async";
import { StartError } from "@hookgate/types";
import { isLoopback } from "../security/is_loopback.ts";
import type { Tokens } from "../security/tokens.ts";
import { SERVER_OPTIONS, WINDOW_BYTES } from "../transport/channel_options.ts";
import type { RpcLog } from "../transport/rpc_error.ts";
import {
  ADMIN_SERVICE,
  INGEST_SERVICE,
  SUBSCRIPTION_SERVICE,
  serviceDefinition,
} from "../transport/services.ts";
import { Callers, callerByCertificate } from "./authorize.ts";
import { guardConnections, type StandingOf } from "./guard_connections.ts";
import type { AdminServer, IngestHandlers, SubscribeHandlers } from "./handlers.ts";
import { serveHealth, serveReflection } from "./lazy_services.ts";
import { serveAdmin } from "./serve_calls.ts";
import { serveIngest, serveSubscription } from "./serve_streams.ts";

/** Who may call a server. */
export interface ServerSecurity {
  /** Null allows everybody. */
  tokens: Tokens | null;
  /** Null speaks plain text. */
  tls: ServerTls | null;
  /** Listens anywhere, even in plain text and to unknown callers. @default {false} */
  insecure?: boolean;
}

/** Options for {@linkcode startRpcServer}. */
export interface RpcServerOptions {
  /** `host:port`; port 0 takes a free one. */
  address: string;
  security: ServerSecurity;
  /** Null: IngestService is not served. */
  ingest: IngestHandlers | null;
  /** Null: AdminService is not served. */
  admin: AdminServer | null;
  /** Null: SubscriptionService is not served. */
  subscription: SubscribeHandlers | null;
  log: RpcLog;
}

/** A running server. */
export interface RpcServer {
  /** `host:port`, with the real port. */
  readonly address: string;
  /** Replaces the tokens of a server that has some; running calls that the new ones do not allow end with UNAVAILABLE. */
  setTokens(tokens: Tokens): void;
  /** Replaces the certificates of a server that has some, for connections from now on. */
  setTls(tls: ServerTls): void;
  /** Sets what the health service answers; NOT_SERVING before the first call. */
  setServing(serving: boolean): void;
  /** Refuses new calls, gives running ones `graceMs` to end, then breaks them off. */
  close(options: { graceMs: number }): Promise<void>;
}

/** Longest wait for connections that were broken off, in milliseconds. One that is in its TLS handshake never closes. */
const FORCED_MS_MAX = 1_000;

/**
 * Starts a server with these services, health and reflection.
 *
 * @throws {StartError} if it cannot listen on the address, or others can reach it and it lacks TLS, or would not
 * know its callers.
 */
export async function startRpcServer(options: RpcServerOptions): Promise<RpcServer> {
  const { address, security, ingest, admin, subscription, log } = options;
  if (!isLoopback(address)) requireSecurity(address, security);
  // grpc-js writes to stderr by itself; whatever matters comes back as an error.
  setLogVerbosity(logVerbosity.NONE);
  const callers = security.tokens ? new Callers(security.tokens) : null;
  const served = { callerOf: callers?.callerOf ?? callerByCertificate, log };
  const interceptors = callers ? [callers.authorize] : [];
  const server = new Server({ ...SERVER_OPTIONS, interceptors });
  reachInside(server, callers?.standingOf ?? (() => "known"));
  if (ingest) server.addService(serviceDefinition(INGEST_SERVICE), serveIngest(ingest, served));
  if (admin) server.addService(serviceDefinition(ADMIN_SERVICE), serveAdmin(admin, served));
  if (subscription) {
    server.addService(
      serviceDefinition(SUBSCRIPTION_SERVICE),
      serveSubscription(subscription, served),
    );
  }
  const services = [
    ...(ingest ? [INGEST_SERVICE] : []),
    ...(admin ? [ADMIN_SERVICE] : []),
    ...(subscription ? [SUBSCRIPTION_SERVICE] : []),
  ];
  const { setServing } = serveHealth(server, services);
  serveReflection(server, services);
  const tls = security.tls ? tryTls(address, security.tls) : null;
  const credentials = tls ?? ServerCredentials.createInsecure();
  const port = await listen(server, { address, credentials });
  let closed: Promise<void> | null = null;
  return {
    address: `${address.slice(0, address.lastIndexOf(":"))}:${port}`,
    setTokens: (tokens) => callers?.setTokens(tokens),
    setTls: (changed) => tls?.replace(changed),
    setServing,
    close({ graceMs }) {
      setServing(false);
      closed ??= close(server, graceMs);
      return closed;
    },
  };
}

/** Calls that the client of one connection may reset, at once and each second; one more closes it. Each costs a turn's time. */
const RESETS: ServerOptions = { streamResetBurst: 64, streamResetRate: 33 };

/**
 * What grpc-js has no option for: the windows that it has for clients, `grpc-node.flow_control_window`, and bounds on connections. Both
 * are set where its server makes the HTTP/2 one.
 */
function reachInside(server: Server, standingOf: StandingOf): void {
  const inner = server as unknown as {
    commonServerOptions: ServerOptions;
    createHttp2Server(credentials: ServerCredentials): Http2Server;
  };
  const { commonServerOptions: options } = inner;
  options.settings = { ...options.settings, initialWindowSize: WINDOW_BYTES };
  Object.assign(options, RESETS);
  const create = inner.createHttp2Server.bind(server);
  inner.createHttp2Server = (credentials) => {
    const made = create(credentials);
    made.on("session", (session) => session.setLocalWindowSize(WINDOW_BYTES));
    guardConnections(made, standingOf);
    return made;
  };
}

function listen(
  server: Server,
  { address, credentials }: { address: string; credentials: ServerCredentials },
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error, port) => {
      if (!error) return resolve(port);
      server.forceShutdown();
      // grpc-js lists each address that it tried; the code says it shorter.
      const taken = error.message.includes("EADDRINUSE");
      const state = taken ? "another process has the port" : error.message;
      reject(new StartError(`Cannot listen on ${address}: ${state}`, { cause: error }));
    });
  });
}

async function close(server: Server, graceMs: number): Promise<void> {
  const ended = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  const force = () => server.forceShutdown();
  await deadline(ended, { ms: graceMs, late: force });
  await deadline(ended, { ms: FORCED_MS_MAX, late: () => {} });
}

/** A server's certificate and key, as PEM. With a `ca`, clients need a certificate that it signed. */
export interface ServerTls {
  cert: string;
  key: string;
  ca: string | null;
}

function tryTls(address: string, tls: ServerTls): ReloadableTls {
  try {
    createSecureContext(contextOf(tls));
  } catch (cause) {
    throw new StartError(`Cannot listen on ${address}: ${(cause as Error).message}`, { cause });
  }
  return new ReloadableTls(tls);
}

/** Credentials whose certificates can be replaced while the server runs. */
class ReloadableTls extends ServerCredentials {
  constructor(tls: ServerTls) {
    super({ requestCert: tls.ca !== null }, contextOf(tls));
  }

  replace(tls: ServerTls): void {
    this.updateSecureContextOptions(contextOf(tls));
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}

function contextOf({ cert, key, ca }: ServerTls): SecureContextOptions {
  return { cert, key, ...(ca !== null && { ca }) };
}

/** TLS alone authenticates nobody, and a token in plain text is anybody's. */
function requireSecurity(address: string, { tokens, tls, insecure = false }: ServerSecurity): void {
  if (insecure || (tls && (tls.ca !== null || tokens))) return;
  throw new StartError(
    `Cannot listen on ${address}: others could reach it, so it needs TLS (RPC_TLS_CERT and RPC_TLS_KEY) ` +
      "and a way to know its callers (RPC_TLS_CA, RPC_TOKEN or RPC_TOKENS_FILE); " +
      "without them use a loopback address such as 127.0.0.1:50051, or set RPC_INSECURE=1 if the network itself lets nobody in",
  );
}
