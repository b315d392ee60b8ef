import { type ClientSecurity, connectRpc, type RpcClient } from "../client/connect_rpc.ts";
import type { AdminHandlers } from "../generated/admin_calls.ts";
import type { CaptureRequest, CaptureResponse } from "../generated/messages.ts";
import type { IngestHandlers, SubscribeHandlers } from "../server/handlers.ts";
import { type RpcServer, type ServerSecurity, startRpcServer } from "../server/start_rpc_server.ts";
import type { Bidi } from "../transport/bidi.ts";
import { RpcError } from "../transport/rpc_error.ts";
import { unansweredIngest } from "./unanswered_ingest.ts";

/** The server's end of a stream of captures. */
export type ServerCall = Bidi<CaptureRequest, CaptureResponse>;

/** Options for {@linkcode startPair}. */
export interface PairOptions {
  admin?: AdminHandlers;
  /** What happens to each stream; without it `nextCall` gives them. */
  capture?: (call: ServerCall) => void;
  /** What reports are answered; without it they are refused. */
  report?: IngestHandlers["report"];
  /** What happens to each stream of deliveries; without it the service is not there. */
  subscribe?: SubscribeHandlers["subscribe"];
  serverSecurity?: ServerSecurity;
  clientSecurity?: ClientSecurity;
  /** Where the client connects, given where the server listens. */
  through?: (address: string) => string;
  deadlineMs?: number;
  openMsMax?: number;
}

/** A server and a client of it. */
export interface Pair extends AsyncDisposable {
  server: RpcServer;
  client: RpcClient;
  /** The next stream that arrives at the server. */
  nextCall(): Promise<ServerCall>;
  /** What the server and the client logged. */
  logged: { fields: object; message: string }[];
}

/** Starts a server on a free port, and connects a client. */
export async function startPair(options: PairOptions = {}): Promise<Pair> {
  const logged: Pair["logged"] = [];
  const log = { error: (fields: object, message: string) => void logged.push({ fields, message }) };
  const arrived: ServerCall[] = [];
  const wanted: ((call: ServerCall) => void)[] = [];
  const arrive = (call: ServerCall) => {
    const want = wanted.shift();
    if (want) want(call);
    else arrived.push(call);
  };
  const server = await startRpcServer({
    address: "127.0.0.1:0",
    security: options.serverSecurity ?? { tokens: null, tls: null },
    ingest: unansweredIngest({
      capture: options.capture ?? arrive,
      ...(options.report && { report: options.report }),
    }),
    admin: options.admin ?? null,
    subscription: options.subscribe ? { subscribe: options.subscribe } : null,
    log,
  });
  const client = connectRpc({
    address: options.through?.(server.address) ?? server.address,
    security: options.clientSecurity ?? { token: null, tls: null },
    log,
    ...(options.deadlineMs !== undefined && { deadlineMs: options.deadlineMs }),
    ...(options.openMsMax !== undefined && { openMsMax: options.openMsMax }),
  });
  return {
    server,
    client,
    logged,
    nextCall() {
      const call = arrived.shift();
      return call ? Promise.resolve(call) : new Promise((resolve) => wanted.push(resolve));
    },
    async [Symbol.asyncDispose]() {
      client.close();
      await server.close({ graceMs: 0 });
    },
  };
}

/** What a stream told the end that receives. */
export interface Received<In> {
  messages: In[];
  /** Every call of `end` and `error`, in order. */
  endings: ("end" | RpcError)[];
  /** Resolves with the first of them. */
  over: Promise<"end" | RpcError>;
  /** Resolves when so many messages arrived. */
  count(messages: number): Promise<void>;
}

/** Receives, and keeps what arrives. */
export function receive<In>(
  bidi: Bidi<In, never>,
  onMessage: (message: In) => void = () => {},
): Received<In> {
  const over = Promise.withResolvers<"end" | RpcError>();
  const counts: { messages: number; resolve: () => void }[] = [];
  const received: Received<In> = {
    messages: [],
    endings: [],
    over: over.promise,
    count(messages) {
      return new Promise((resolve) => {
        counts.push({ messages, resolve });
        reached();
      });
    },
  };
  const reached = () => {
    for (const { messages, resolve } of counts) {
      if (received.messages.length >= messages) resolve();
    }
  };
  const finish = (ending: "end" | RpcError) => {
    received.endings.push(ending);
    over.resolve(ending);
  };
  bidi.receive({
    message(message) {
      received.messages.push(message);
      reached();
      onMessage(message);
    },
    end: () => finish("end"),
    error: (error) => finish(error),
  });
  return received;
}

/** The error that a promise rejects with, which must be an `RpcError`. */
export async function errorOf(promise: Promise<unknown>): Promise<RpcError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof RpcError) return error;
  throw new Error(`Cannot find the error of the call: it ended with ${error}`);
}
