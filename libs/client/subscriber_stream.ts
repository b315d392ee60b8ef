import { deadline, OncePerTurn } from "@hookgate/async";
import {
  type Bidi,
  type EventMessage,
  type ExtensionMessage,
  type NackMessage,
  type OpenSubscriptionMessage,
  RpcError,
  type SubscribedEventMessage,
  type SubscribeRequest,
  type SubscribeResponse,
} from "@hookgate/rpc";
import { addContent } from "@hookgate/types";
import type { SubscribedEvent, SubscribedHandler } from "./subscriber.ts";

/** A stream that is silent for this many heartbeats is lost. */
const SILENT_HEARTBEATS_MAX = 3;

/** An event's time is extended when a third of it is left. */
const EXTEND_AFTER_SHARE = 2 / 3;

/** Longest error text to send. */
const REASON_CHARS_MAX = 2_000;

/** Options for {@linkcode SubscriberStream}. */
export interface SubscriberStreamOptions {
  open: OpenSubscriptionMessage;
  handle: SubscribedHandler;
  /** Longest time for one event, in milliseconds. */
  timeoutMs: number;
  /** Called when the dispatcher has opened the subscription. */
  opened: () => void;
  /** Called when a handler threw. */
  failed: (error: unknown, fields: Record<string, unknown>) => void;
  /** Called once when the stream has ended: with an error, or null if it was drained. */
  over: (error: RpcError | null) => void;
}

/** The answers to send with the next message. */
interface Outgoing {
  ackIds: string[];
  nacks: NackMessage[];
  extensions: ExtensionMessage[];
}

/** One stream of a subscriber: runs the events it receives, answers them, and sends heartbeats. */
export class SubscriberStream {
  readonly #call: Bidi<SubscribeResponse, SubscribeRequest>;
  readonly #options: SubscriberStreamOptions;
  /** Running handlers by ack id. */
  readonly #running = new Map<string, Abortion>();
  #outgoing: Outgoing = { ackIds: [], nacks: [], extensions: [] };
  /** One turn later, so that handlers that end together share a message. */
  readonly #flushLater = new OncePerTurn(() => {
    this.#flush();
    this.#endDrained();
  });
  #draining = false;
  #over = false;
  #heardAt = performance.now();
  #heartbeat: NodeJS.Timeout | undefined;
  #extending: NodeJS.Timeout | undefined;

  /** Opens the subscription at once. */
  constructor(call: Bidi<SubscribeResponse, SubscribeRequest>, options: SubscriberStreamOptions) {
    this.#call = call;
    this.#options = options;
    call.receive({
      message: (response) => this.#receive(response),
      end: () => this.#finish(this.#draining ? null : new RpcError("UNAVAILABLE", "it ended")),
      error: (error) => this.#finish(error),
    });
    this.#send({ open: options.open });
  }

  /** Takes no new events, answers the running ones when they end, then ends the stream. */
  drain(): void {
    this.#draining = true;
    this.#send({ drain: true });
    this.#endDrained();
  }

  /** Ends the stream as if it were lost: the dispatcher takes back what is not answered, and charges nobody. */
  leave(): void {
    this.#call.fail(new RpcError("CANCELLED", "the subscriber has left"));
  }

  #receive({ opened, events, expiredAckIds }: SubscribeResponse): void {
    this.#heardAt = performance.now();
    if (opened) this.#begin(opened);
    for (const ackId of expiredAckIds) {
      this.#abort(ackId, new RpcError("DEADLINE_EXCEEDED", "the time to handle it was up"));
    }
    for (const event of events) void this.#run(event);
  }

  #begin({ ackDeadlineMs, heartbeatMs }: { ackDeadlineMs: number; heartbeatMs: number }): void {
    this.#heartbeat = setInterval(() => this.#beat(heartbeatMs), heartbeatMs);
    const everyMs = Math.max(1, Math.floor(ackDeadlineMs * EXTEND_AFTER_SHARE));
    // Recent events are extended early, which costs only a few bytes.
    this.#extending = setInterval(() => this.#extend(), Math.min(everyMs, 60_000));
    this.#options.opened();
  }

  async #run(message: SubscribedEventMessage): Promise<void> {
    const { ackId, deliveryId, attempt, event, traceparent, tracestate } = message;
    if (!event || this.#over) return;
    const abortion = new Abortion();
    this.#running.set(ackId, abortion);
    try {
      const { handle } = this.#options;
      const context = {
        deliveryId,
        attempt,
        get signal() {
          return abortion.signal;
        },
        ...(traceparent !== "" && { traceparent }),
        ...(tracestate !== "" && { tracestate }),
      };
      const handling = handle(readEvent(event), context);
      // Nothing to wait for, so nothing to limit.
      if (handling !== undefined) await this.#inTime(handling, abortion);
      if (this.#running.has(ackId)) this.#outgoing.ackIds.push(ackId);
    } catch (error) {
      this.#options.failed(error, { event: event.id, delivery: deliveryId, attempt });
      if (this.#running.has(ackId)) this.#outgoing.nacks.push(toNack(ackId, error));
    }
    this.#running.delete(ackId);
    if (!this.#over) this.#flushLater.schedule();
  }

  #inTime(handling: void | Promise<void>, abortion: Abortion): Promise<void> {
    const { timeoutMs: ms } = this.#options;
    return deadline(Promise.resolve(handling), {
      ms,
      late() {
        const text = `the handler was not done after ${ms} ms`;
        const error = new RpcError("DEADLINE_EXCEEDED", text);
        abortion.abort(error);
        throw error;
      },
    });
  }

  #flush(): void {
    const outgoing = this.#outgoing;
    if (Object.values(outgoing).every((list) => list.length === 0)) return;
    this.#outgoing = { ackIds: [], nacks: [], extensions: [] };
    this.#send(outgoing);
  }

  #endDrained(): void {
    if (!this.#draining || this.#running.size > 0 || this.#flushLater.scheduled) return;
    this.#call.end();
  }

  #extend(): void {
    for (const ackId of this.#running.keys()) {
      this.#outgoing.extensions.push({ ackId, deadlineMs: 0 });
    }
    this.#flush();
  }

  #beat(heartbeatMs: number): void {
    if (performance.now() - this.#heardAt > heartbeatMs * SILENT_HEARTBEATS_MAX) {
      this.#call.fail(new RpcError("UNAVAILABLE", "the dispatcher is silent"));
      return;
    }
    this.#send({});
  }

  #abort(ackId: string, reason: RpcError): void {
    const abortion = this.#running.get(ackId);
    // Removed first, so that its answer is not sent.
    this.#running.delete(ackId);
    abortion?.abort(reason);
  }

  #finish(error: RpcError | null): void {
    this.#over = true;
    clearInterval(this.#heartbeat);
    clearInterval(this.#extending);
    const reason = error ?? new RpcError("CANCELLED", "the subscriber was closed");
    for (const ackId of [...this.#running.keys()]) this.#abort(ackId, reason);
    this.#options.over(error);
  }

  #send(request: Partial<SubscribeRequest>): void {
    const nothing = { open: null, ackIds: [], nacks: [], extensions: [], drain: false };
    // The dispatcher bounds the events in flight, and so the answers: no need to wait for room.
    this.#call.send({ ...nothing, ...request });
  }
}

/** The signal of one attempt, made when its handler asks for it: most never do. */
class Abortion {
  #controller: AbortController | null = null;
  #reason: RpcError | null = null;

  get signal(): AbortSignal {
    if (this.#reason) return AbortSignal.abort(this.#reason);
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  abort(reason: RpcError): void {
    this.#reason ??= reason;
    this.#controller?.abort(reason);
  }
}

function toNack(ackId: string, error: unknown): NackMessage {
  const thrown = Object(error) as { retry?: unknown; retryAfterMs?: unknown };
  const { retryAfterMs } = thrown;
  const delays = typeof retryAfterMs === "number" && retryAfterMs >= 0;
  return {
    ackId,
    reason: describe(error).slice(0, REASON_CHARS_MAX).toWellFormed(),
    permanent: thrown.retry === false,
    ...(delays && { delayMs: Math.ceil(retryAfterMs) }),
  };
}

/** Anything can be thrown, and even converting it to text can throw. */
function describe(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    return "an error without a text";
  }
}

/** Reads an event from its message. Copies the bytes: the message's are a view of everything received with it. */
export function readEvent(message: EventMessage): SubscribedEvent {
  const { id, type, source, provider } = message;
  const body = new Uint8Array(message.body);
  const receivedAt = new Date(message.receivedAtMs);
  const headers = readHeaders(message.headers);
  const contentType = headers["content-type"] ?? "";
  const { flags } = message;
  const known = { id, type, source, provider, receivedAt, headers, body, flags };
  return addContent(known, { provider, type, body, contentType, receivedAt });
}

/** Reads a header block: lines `name: value\r\n` in Latin-1. */
function readHeaders(block: Uint8Array): Record<string, string> {
  const headers = new Map<string, string>();
  const { buffer, byteOffset, length } = block;
  for (const line of Buffer.from(buffer, byteOffset, length).toString("latin1").split("\r\n")) {
    const at = line.indexOf(": ");
    if (at <= 0) continue;
    const name = line.slice(0, at).toLowerCase();
    const before = headers.get(name);
    const value = line.slice(at + 2);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(headers);
}
