import {
  Client,
  logVerbosity,
  Metadata,
  type ServiceDefinition,
  setLogVerbosity,
} from "@grpc/grpc-js";
import type { AdminHandlers } from "./admin_handlers.ts";
import type { Bidi } from "./bidi.ts";
import { callAdmin } from "./call_admin.ts";
import { callUnary } from "./call_unary.ts";
import { CLIENT_OPTIONS, STREAM_OPTIONS } from "./channel_options.ts";
import { clientBidi } from "./client_bidi.ts";
import { type ClientTls, clientCredentials } from "./client_credentials.ts";
import type {
  CaptureRequest,
  CaptureResponse,
  ReportRequest,
  ReportResponse,
  SubscribeRequest,
  SubscribeResponse,
} from "./generated/messages.ts";
import { INGEST_SERVICE, methodDefinition, SUBSCRIPTION_SERVICE } from "./load_protos.ts";
import { RpcError } from "./rpc_error.ts";
import type { RpcLog } from "./rpc_log.ts";

/** How a client shows who it is. */
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
  /** Hears of faults in the callbacks of streams; their streams are told in any case. */
  log?: RpcLog;
  /** How long a call of `admin`, or a report, may take, in milliseconds. @default {10_000} */
  deadlineMs?: number;
  /** How long the server may take to open its side of a stream, in milliseconds. @default {4_000} */
  openMsMax?: number;
}

/** The calls of a server. Nothing is sent before the first one; a lost connection is made anew with the next. */
export interface RpcClient {
  /** Opens a stream of captures. It ends with an error where the server cannot be reached or dies, within seconds. */
  capture(): Bidi<CaptureResponse, CaptureRequest>;
  /** Opens a stream of deliveries, which ends in the same manner. The client speaks first. */
  subscribe(): Bidi<SubscribeResponse, SubscribeRequest>;
  /** Tells what was noticed, over a connection of its own: no capture waits for it. */
  report(request: ReportRequest): Promise<ReportResponse>;
  readonly admin: AdminHandlers;
  /** Breaks off what is under way. Further calls fail with CANCELLED. */
  close(): void;
}

/** Makes a client of a server. */
export function connectRpc(options: ConnectRpcOptions): RpcClient {
  const { address, security, log, deadlineMs = 10_000, openMsMax = 4_000 } = options;
  // grpc-js writes to stderr by itself; what matters of it comes back as an error.
  setLogVerbosity(logVerbosity.NONE);
  const credentials = clientCredentials(security.tls);
  const metadata = new Metadata();
  if (security.token !== null) metadata.set("authorization", `Bearer ${security.token}`);

  const streams = new Set<Pick<Bidi<never, never>, "fail">>();
  let forStreams: Client | null = null;
  let forCalls: Client | null = null;
  let closed = false;
  const refuseClosed = () => {
    if (closed) throw new RpcError("CANCELLED", `Cannot call ${address}: the client is closed`);
  };

  function openStream<In, Out>(method: ServiceDefinition[string]): Bidi<In, Out> {
    refuseClosed();
    forStreams ??= new Client(address, credentials, STREAM_OPTIONS);
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
      // A connection attempt that nobody answers would be waited for by the next stream as well.
      onUnopened() {
        client.close();
        if (forStreams === client) forStreams = null;
      },
      onFault: (error) => log?.error({ err: error }, "an answer could not be handled"),
      onOver: () => streams.delete(bidi),
    });
    streams.add(bidi);
    return bidi;
  }

  const calls = {
    metadata,
    deadlineMs,
    open() {
      refuseClosed();
      forCalls ??= new Client(address, credentials, CLIENT_OPTIONS);
      return forCalls;
    },
  };

  return {
    capture: () => openStream(CAPTURE),
    subscribe: () => openStream(SUBSCRIBE),
    report: callUnary(INGEST_SERVICE, "Report", calls),
    admin: callAdmin(calls),
    close() {
      closed = true;
      for (const bidi of streams) bidi.fail(new RpcError("CANCELLED", "the client was closed"));
      forStreams?.close();
      forCalls?.close();
    },
  };
}

const CAPTURE = methodDefinition(INGEST_SERVICE, "Capture");
const SUBSCRIBE = methodDefinition(SUBSCRIPTION_SERVICE, "Subscribe");
