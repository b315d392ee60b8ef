import { isDeepStrictEqual } from "node:util";
import {
  type ChannelCredentials,
  Client,
  connectivityState,
  credentials,
  logVerbosity,
  Metadata,
  type ServiceDefinition,
  type ServiceError,
  setLogVerbosity,
} from "@grpc/grpc-js";
import type { AdminHandlers } from "../generated/admin_calls.ts";
import type {
  CaptureRequest,
  CaptureResponse,
  ReportRequest,
  ReportResponse,
  SubscribeRequest,
  SubscribeResponse,
} from "../generated/messages.ts";
import { adminHandlers } from "../transport/admin_handlers.ts";
import type { Bidi } from "../transport/bidi.ts";
import { CLIENT_OPTIONS, STREAM_OPTIONS } from "../transport/channel_options.ts";
import { RpcError, type RpcLog } from "../transport/rpc_error.ts";
import { fromStatus } from "../transport/rpc_status.ts";
import {
  ADMIN_SERVICE,
  INGEST_SERVICE,
  methodDefinition,
  SUBSCRIPTION_SERVICE,
} from "../transport/services.ts";
import { clientBidi } from "./client_bidi.ts";

/** How a client identifies itself, and the server. */
export interface ClientSecurity {
  token: string | null;
  /** Null speaks plain text. */
  tls: ClientTls | null;
}

/** Options for {@linkcode connectRpc}. */
export interface ConnectRpcOptions {
  /** `host:port` of the server. */
  address: string;
  security: ClientSecurity;
  /** Gets errors that callbacks of streams throw; the streams fail in any case. */
  log?: RpcLog;
  /** How long a call of `admin`, or a report, may take, in milliseconds. @default {10_000} */
  deadlineMs?: number;
  /** How long the server may take to open its side of a stream, in milliseconds. @default {4_000} */
  openMsMax?: number;
  /** Longest wait between two tries to connect, in milliseconds. @default {1_000} */
  reconnectMsMax?: number;
}

/** Options for {@linkcode RpcClient.adminAs}. */
export interface AdminAsOptions {
  /** @default {the client's own} */
  token?: string;
  /** How long a call may take, in milliseconds. @default {the client's own} */
  deadlineMs?: number;
}

/** The calls of a server. It connects with the first one, and again with the next one after a connection was lost. */
export interface RpcClient {
  /** Opens a stream of captures. It ends with an error within seconds if the server cannot be reached, or dies. */
  capture(): Bidi<CaptureResponse, CaptureRequest>;
  /** Opens a stream of deliveries, which ends the same way. The client sends first. */
  subscribe(): Bidi<SubscribeResponse, SubscribeRequest>;
  /** Reports what the edge noticed, over a separate connection, so that no capture waits for it. */
  report(request: ReportRequest): Promise<ReportResponse>;
  readonly admin: AdminHandlers;
  /** The calls of `admin` over the same connection, for somebody who shows a token of their own. */
  adminAs(options: AdminAsOptions): AdminHandlers;
  /** Connects for calls of `admin`. Resolves with whether that succeeded within the time; an attempt that fails ends it. */
  connect(options: { timeoutMs: number }): Promise<boolean>;
  /** Replaces token and certificates, for calls and streams from now on. */
  setSecurity(security: ClientSecurity): void;
  /** Breaks off calls and streams. Later calls fail with CANCELLED. */
  close(): void;
}

/** Makes a client of a server. */
export function connectRpc(options: ConnectRpcOptions): RpcClient {
  const { address, log, deadlineMs = 10_000, openMsMax = 4_000 } = options;
  const { reconnectMsMax = 1_000 } = options;
  const streamOptions = {
    ...STREAM_OPTIONS,
    "grpc.initial_reconnect_backoff_ms": Math.min(100, reconnectMsMax),
    "grpc.max_reconnect_backoff_ms": reconnectMsMax,
  };
  // grpc-js writes to stderr by itself; whatever matters comes back as an error.
  setLogVerbosity(logVerbosity.NONE);
  let current = options.security;
  let channelCredentials = clientCredentials(current.tls);
  let metadata = metadataOf(current);

  const streams = new Set<Pick<Bidi<never, never>, "fail">>();
  let forStreams: Client | null = null;
  let forCalls: Client | null = null;
  let closed = false;
  const refuseClosed = () => {
    if (closed) throw new RpcError("CANCELLED", `Cannot call ${address}: the client is closed`);
  };

  function openStream<In, Out>(method: ServiceDefinition[string]): Bidi<In, Out> {
    refuseClosed();
    forStreams ??= new Client(address, channelCredentials, streamOptions);
    const client = forStreams;
    const { path, requestSerialize, responseDeserialize } = method;
    const call = client.makeBidiStreamRequest<Out, In>(
      path,
      requestSerialize,
      responseDeserialize,
      metadata,
    );
    const bidi = clientBidi<In, Out>(call, {
      openMsMax,
      // The next stream would wait for the same unanswered connection.
      onUnopened() {
        client.close();
        if (forStreams === client) forStreams = null;
      },
      onFault: (error) => log?.error({ err: error }, "a stream failed: its callback threw"),
      onOver: () => streams.delete(bidi),
    });
    streams.add(bidi);
    return bidi;
  }

  const calls = {
    metadata: () => metadata,
    deadlineMs,
    open() {
      refuseClosed();
      forCalls ??= new Client(address, channelCredentials, CLIENT_OPTIONS);
      return forCalls;
    },
  };

  return {
    capture: () => openStream(CAPTURE),
    subscribe: () => openStream(SUBSCRIBE),
    report: callUnary(INGEST_SERVICE, "Report", calls),
    admin: callAdmin(calls),
    adminAs({ token, deadlineMs: ownMs = deadlineMs }) {
      const own = token === undefined ? null : metadataOf({ token, tls: null });
      return callAdmin({ ...calls, deadlineMs: ownMs, metadata: () => own ?? metadata });
    },
    connect: async ({ timeoutMs }) => connects(calls.open(), Date.now() + timeoutMs),
    setSecurity(security) {
      // A reload that has changed nothing here leaves its connections alone.
      if (isDeepStrictEqual(security, current)) return;
      current = security;
      channelCredentials = clientCredentials(security.tls);
      metadata = metadataOf(security);
      // What runs on their connections ends as it would have.
      forStreams?.close();
      forCalls?.close();
      forStreams = null;
      forCalls = null;
    },
    close() {
      closed = true;
      for (const bidi of streams) bidi.fail(new RpcError("CANCELLED", "the client was closed"));
      forStreams?.close();
      forCalls?.close();
    },
  };
}

async function connects(client: Client, until: number): Promise<boolean> {
  const channel = client.getChannel();
  for (;;) {
    const state = channel.getConnectivityState(true);
    if (state === connectivityState.READY) return true;
    const mayConnect = state === connectivityState.IDLE || state === connectivityState.CONNECTING;
    if (!mayConnect) return false;
    const late = await new Promise((resolve) => {
      channel.watchConnectivityState(state, until, resolve);
    });
    if (late) return false;
  }
}

function metadataOf({ token }: ClientSecurity): Metadata {
  const metadata = new Metadata();
  if (token !== null) metadata.set("authorization", `Bearer ${token}`);
  return metadata;
}

const CAPTURE = methodDefinition(INGEST_SERVICE, "Capture");
const SUBSCRIBE = methodDefinition(SUBSCRIPTION_SERVICE, "Subscribe");

/** What a client checks the server with, and its own certificate, as PEM. */
export interface ClientTls {
  /** The CA that signs servers' certificates; null means the ones that Node trusts. */
  ca: string | null;
  /** The client's own certificate, for a server that requires one. */
  cert: string | null;
  key: string | null;
}

function clientCredentials(tls: ClientTls | null): ChannelCredentials {
  if (!tls) return credentials.createInsecure();
  const pem = (text: string | null) => (text === null ? null : Buffer.from(text));
  return credentials.createSsl(pem(tls.ca), pem(tls.key), pem(tls.cert));
}

interface CallOptions {
  /** Returns the client to call with; throws after `close`. */
  open: () => Client;
  metadata: () => Metadata;
  deadlineMs: number;
}

function callUnary<In, Out>(
  service: string,
  method: string,
  { open, metadata, deadlineMs }: CallOptions,
): (request: In) => Promise<Out> {
  const { path, requestSerialize, responseDeserialize } = methodDefinition(service, method);
  // Async, so that a closed client rejects like every other failure.
  return async (request) => {
    const client = open();
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        metadata(),
        { deadline: Date.now() + deadlineMs },
        (error: ServiceError | null, response?: Out) => {
          if (error) reject(fromStatus(error));
          else resolve(response as Out);
        },
      );
    });
  };
}

function callAdmin(options: CallOptions): AdminHandlers {
  return adminHandlers((name) => {
    const method = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    return callUnary(ADMIN_SERVICE, method, options);
  });
}
