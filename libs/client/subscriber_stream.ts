import { OncePerTurn } from "@hookgate/async";
import {
  type Bidi,
  type ExtensionMessage,
  type NackMessage,
  type OpenSubscriptionMessage,
  RpcError,
  type SubscribedEventMessage,
  type SubscribeRequest,
  type SubscribeResponse,
} from "@hookgate/rpc";
import { readEvent } from "./read_event.ts";
import type { SubscribedHandler } from "./subscribe.ts";

/** A stream on which nothing came for so many heartbeats is lost. */
const SILENT_HEARTBEATS_MAX = 3;

/** The time of what runs is extended when a third of it is left. */
const EXTEND_AFTER_SHARE = 2 / 3;

/** Longest text of an error that is sent. */
const REASON_CHARS_MAX = 2_000;

/** Options for {@linkcode SubscriberStream}. */
export interface SubscriberStreamOptions {
  open: OpenSubscriptionMessage;
  handle: SubscribedHandler;
  /** The dispatcher has opened the subscription. */
  opened: () => void;
  /** A handler threw. */
  failed: (error: unknown, fields: Record<string, unknown>) => void;
  /** The stream is over: with an error, or null where it ended as it was asked to. Called once. */
  over: (error: RpcError | null) => void;
}

/** What is sent with the next message. */
interface Outgoing {
  ackIds: string[];
  nacks: NackMessage[];
  extensions: ExtensionMessage[];
}

/** One stream of a subscriber: runs what comes, answers it, and shows that it lives. */
export class SubscriberStream {
  readonly #call: Bidi<SubscribeResponse, SubscribeRequest>;
  readonly #options: SubscriberStreamOptions;
  /** Handlers that run, by what answers their delivery. */
  readonly #running = new Map<string, AbortController>();
  #outgoing: Outgoing = { ackIds: [], nacks: [], extensions: [] };
  /** One turn later, so that those that end together share a message. */
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

  /** Takes nothing new, lets what runs end and be answered, then ends the stream. */
  drain(): void {
    this.#draining = true;
    this.#send({ drain: true });
    this.#endDrained();
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
    // Whatever began since the last time is extended early, which costs nothing but a few bytes.
    this.#extending = setInterval(() => this.#extend(), Math.min(everyMs, 60_000));
    this.#options.opened();
  }

  async #run({ ackId, deliveryId, attempt, event }: SubscribedEventMessage): Promise<void> {
    if (!event || this.#over) return;
    const controller = new AbortController();
    this.#running.set(ackId, controller);
    const { signal } = controller;
    try {
      await this.#options.handle(readEvent(event), { deliveryId, attempt, signal });
      if (this.#running.has(ackId)) this.#outgoing.ackIds.push(ackId);
    } catch (error) {
      this.#options.failed(error, { event: event.id, delivery: deliveryId, attempt });
      if (this.#running.has(ackId)) this.#outgoing.nacks.push(toNack(ackId, error));
    }
    this.#running.delete(ackId);
    if (!this.#over) this.#flushLater.schedule();
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
      this.#call.fail(new RpcError("UNAVAILABLE", "nothing was heard from the dispatcher"));
      return;
    }
    this.#send({});
  }

  #abort(ackId: string, reason: RpcError): void {
    const controller = this.#running.get(ackId);
    // First, so that its answer is not sent any more.
    this.#running.delete(ackId);
    controller?.abort(reason);
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
    // What is owed is bounded by what the dispatcher sends before it is answered: nothing here need wait for room.
    this.#call.send({ ...nothing, ...request });
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

/** Errors can be anything, and even their text can throw. */
function describe(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    return "an error without a text";
  }
}
