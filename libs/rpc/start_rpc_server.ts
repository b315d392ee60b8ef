import { logVerbosity, Server, setLogVerbosity } from "@grpc/grpc-js";
import { deadline } from "@hookgate/async";
import type { AdminHandlers } from "./admin_handlers.ts";
import { authorize, createCallerLookup } from "./authorize.ts";
import { SERVER_OPTIONS } from "./channel_options.ts";
import type { IngestHandlers } from "./ingest_handlers.ts";
import { isLoopback } from "./is_loopback.ts";
import {
  ADMIN_SERVICE,
  INGEST_SERVICE,
  SUBSCRIPTION_SERVICE,
  serviceDefinition,
} from "./load_protos.ts";
import type { RpcLog } from "./rpc_log.ts";
import { serveAdmin } from "./serve_admin.ts";
import { serveHealth } from "./serve_health.ts";
import { serveIngest } from "./serve_ingest.ts";
import { serveReflection } from "./serve_reflection.ts";
import { serveSubscription } from "./serve_subscription.ts";
import { type ServerTls, serverCredentials } from "./server_credentials.ts";
import type { SubscribeHandlers } from "./subscribe_handlers.ts";
import type { Tokens } from "./token_scopes.ts";

/** Who may call a server. */
export interface ServerSecurity {
  /** Null lets everybody in. */
  tokens: Tokens | null;
  /** Null speaks plain text. */
  tls: ServerTls | null;
}

/** Options for {@linkcode startRpcServer}. */
export interface RpcServerOptions {
  /** `host:port`; port 0 takes a free one. */
  address: string;
  security: ServerSecurity;
  /** Null: not served here. */
  ingest: IngestHandlers | null;
  /** Null: not served here. */
  admin: AdminHandlers | null;
  /** Null: not served here. */
  subscription: SubscribeHandlers | null;
  log: RpcLog;
}

/** A server that listens. */
export interface RpcServer {
  /** `host:port`, with the real port. */
  readonly address: string;
  /** What health says from now on; NOT_SERVING before the first call. */
  setServing(serving: boolean): void;
  /** Takes no more calls, lets those under way end for `graceMs`, then breaks them off. */
  close(options: { graceMs: number }): Promise<void>;
}

/** How long broken-off connections may take to go, in milliseconds: one in the midst of a TLS handshake is not waited for. */
const FORCED_MS_MAX = 1_000;

/**
 * Starts a server with the services that are given, health and reflection.
 *
 * @throws {Error} where the address cannot be listened on, or is open to others without TLS or tokens.
 */
export async function startRpcServer(options: RpcServerOptions): Promise<RpcServer> {
  const { address, security, ingest, admin, subscription, log } = options;
  if (!isLoopback(address) && !security.tls && !security.tokens) {
    throw new Error(
      `Cannot listen on ${address}: others could reach it, so it needs TLS (RPC_TLS_CERT and RPC_TLS_KEY) ` +
        "or a token (RPC_TOKEN or RPC_TOKENS_FILE); without them use a loopback address such as 127.0.0.1:50051",
    );
  }
  // grpc-js writes to stderr by itself; what matters of it comes back as an error.
  setLogVerbosity(logVerbosity.NONE);
  const interceptors = security.tokens ? [authorize(security.tokens)] : [];
  const server = new Server({ ...SERVER_OPTIONS, interceptors });
  if (ingest) server.addService(serviceDefinition(INGEST_SERVICE), serveIngest(ingest, { log }));
  if (admin) server.addService(serviceDefinition(ADMIN_SERVICE), serveAdmin(admin, { log }));
  if (subscription) {
    const callerOf = createCallerLookup(security.tokens);
    server.addService(
      serviceDefinition(SUBSCRIPTION_SERVICE),
      serveSubscription(subscription, { callerOf, log }),
    );
  }
  const services = [
    ...(ingest ? [INGEST_SERVICE] : []),
    ...(admin ? [ADMIN_SERVICE] : []),
    ...(subscription ? [SUBSCRIPTION_SERVICE] : []),
  ];
  const { setServing } = serveHealth(server, services);
  serveReflection(server, services);
  const port = await listen(server, { address, tls: security.tls });
  let closed: Promise<void> | null = null;
  return {
    address: `${address.slice(0, address.lastIndexOf(":"))}:${port}`,
    setServing,
    close({ graceMs }) {
      setServing(false);
      closed ??= close(server, graceMs);
      return closed;
    },
  };
}

function listen(
  server: Server,
  { address, tls }: { address: string; tls: ServerTls | null },
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, serverCredentials(tls), (error, port) => {
      if (!error) return resolve(port);
      server.forceShutdown();
      reject(new Error(`Cannot listen on ${address}: ${error.message}`, { cause: error }));
    });
  });
}

async function close(server: Server, graceMs: number): Promise<void> {
  const ended = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  const force = () => server.forceShutdown();
  await deadline(ended, { ms: graceMs, late: force });
  await deadline(ended, { ms: FORCED_MS_MAX, late: () => {} });
}
