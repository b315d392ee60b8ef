import {
  type Bidi,
  type EventMessage,
  eventToMessage,
  type RpcError,
  type ServerSecurity,
  type SubscribedEventMessage,
  type SubscribeRequest,
  type SubscribeResponse,
  startRpcServer,
} from "@hookgate/rpc";
import { makeEvent, waitFor } from "@hookgate/testing";
import { newId, type ReceivedEvent } from "@hookgate/types";

/** A client's stream, and what it has sent so far. */
export interface ScriptedStream {
  requests: SubscribeRequest[];
  ackIds(): string[];
  nacks(): SubscribeRequest["nacks"];
  extensions(): SubscribeRequest["extensions"];
  /** How the client's side ended; null until it does. */
  ending: "end" | RpcError | null;
  send(response: Partial<SubscribeResponse>): void;
  end(): void;
  fail(error: RpcError): void;
}

/** Options for {@linkcode scriptedDispatcher}. */
export interface ScriptedDispatcherOptions {
  /** @default {30_000} */
  ackDeadlineMs?: number;
  /** @default {5_000} */
  heartbeatMs?: number;
  /** Returns why to refuse a subscription; null opens it. */
  refuse?: (request: SubscribeRequest) => RpcError | null;
  /** Who may call. @default everybody, in plain text */
  security?: ServerSecurity;
}

/** A dispatcher whose streams do what the test says, over a real connection. */
export async function scriptedDispatcher(options: ScriptedDispatcherOptions = {}) {
  const { ackDeadlineMs = 30_000, heartbeatMs = 5_000, refuse = () => null } = options;
  const { security = { tokens: null, tls: null } } = options;
  const streams: ScriptedStream[] = [];

  function serve(call: Bidi<SubscribeRequest, SubscribeResponse>): void {
    const send = (response: Partial<SubscribeResponse>) =>
      void call.send({ opened: null, events: [], expiredAckIds: [], ...response });
    const requests: SubscribeRequest[] = [];
    const stream: ScriptedStream = {
      requests,
      ackIds: () => requests.flatMap(({ ackIds }) => ackIds),
      nacks: () => requests.flatMap(({ nacks }) => nacks),
      extensions: () => requests.flatMap(({ extensions }) => extensions),
      ending: null,
      send,
      end: () => call.end(),
      fail: (error) => call.fail(error),
    };
    call.receive({
      message(request) {
        requests.push(request);
        const refusal = request.open ? refuse(request) : null;
        if (refusal) call.fail(refusal);
        else if (request.open) {
          const { types, sources } = request.open;
          send({ opened: { created: true, types, sources, ackDeadlineMs, heartbeatMs } });
        }
      },
      end() {
        stream.ending = "end";
        call.end();
      },
      error(error) {
        stream.ending = error;
      },
    });
    streams.push(stream);
  }

  const server = await startRpcServer({
    address: "127.0.0.1:0",
    security,
    ingest: null,
    admin: null,
    subscription: { subscribe: serve },
    log: { error() {} },
  });
  return {
    address: server.address,
    streams,
    /** The nth stream, once it was opened. */
    async stream(n = 0): Promise<ScriptedStream> {
      await waitFor(() => (streams[n]?.requests.length ?? 0) > 0, { what: `stream ${n}` });
      return streams[n] as ScriptedStream;
    },
    async [Symbol.asyncDispose]() {
      await server.close({ graceMs: 0 });
    },
  };
}

/** A delivery as a dispatcher sends it. */
export function deliveryOf(
  part: Partial<ReceivedEvent> = {},
  { attempt = 1 }: { attempt?: number } = {},
): SubscribedEventMessage {
  const event: EventMessage = eventToMessage(makeEvent(part));
  const deliveryId = newId("dlv");
  const untraced = { traceparent: "", tracestate: "" };
  return { ackId: `${deliveryId}/${attempt}`, deliveryId, attempt, event, ...untraced };
}
