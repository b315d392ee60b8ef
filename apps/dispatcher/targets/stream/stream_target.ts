import { randomBytes } from "node:crypto";
import { performance } from "node:perf_hooks";
import { OncePerTurn, RunningClock } from "@hookgate/async";
import {
  type Bidi,
  type BidiCallbacks,
  type EventMessage,
  eventToMessage,
  RpcError,
  type SubscribeRequest,
  type SubscribeResponse,
  type SubscriptionOpenedMessage,
} from "@hookgate/rpc";
import type { Log } from "@hookgate/telemetry";
import type { ReceivedEvent, Subscription } from "@hookgate/types";
import type { ClaimedDelivery } from "../../store/contract/deliveries.ts";
import type { CompiledReach } from "../../subscriptions/reach.ts";
import {
  type DeliveryTarget,
  type Room,
  type SubscriptionOf,
  spanErrorOf,
  type TargetAttempt,
  type TargetAttemptOptions,
} from "../target.ts";
import { Deadlines } from "./deadlines.ts";
import { StreamLedger } from "./stream_ledger.ts";
import { StreamQueue } from "./stream_queue.ts";
import { Subscriber } from "./subscriber.ts";

/** Between two checks of deadlines and heartbeats, in milliseconds. */
const TICK_MS = 100;

/** After a tick that is this late, in milliseconds, messages that have arrived are read before anything expires. */
const LATE_MS_MAX = 1_000;

const RPC = {
  "rpc.system": "grpc",
  "rpc.service": "hookgate.v1.SubscriptionService",
  "rpc.method": "Subscribe",
};

/** Options for {@linkcode StreamTarget}. */
export interface StreamTargetOptions {
  /** The headers of an event that may leave, as a block. */
  headersOf: (event: ReceivedEvent) => Uint8Array;
  /** Called when a subscription has room again although none of its attempts has ended. */
  wake: (subscription: string) => void;
  log: Log;
  /** What all streams may hold together, in bytes. @default {STREAMS_BYTES_MAX} */
  bytesMax?: number;
  /** A monotonic clock, in milliseconds. @default {performance.now} */
  monotonic?: () => number;
  /** Milliseconds in which this process ran. @default {a RunningClock} */
  running?: () => number;
}

/** Options for {@linkcode StreamTarget.attach}. */
export interface AttachOptions {
  subscription: string;
  /** Who subscribes, for the log. */
  caller: string;
  /** What it may receive. */
  reach: CompiledReach;
  /** What it may have unanswered at once. */
  limits: Room;
  /** The first message to send. */
  opened: SubscriptionOpenedMessage;
}

/** Delivers to the gRPC streams that subscribers have opened to this dispatcher. */
export class StreamTarget implements DeliveryTarget<"stream"> {
  readonly #options: StreamTargetOptions;
  readonly #monotonic: () => number;
  readonly #clock: RunningClock;
  /** Deadlines and silence are measured in it: a pause of this process is no fault of a subscriber's. */
  readonly #now: () => number;
  readonly #ledger: StreamLedger;
  readonly #deadlines: Deadlines;
  readonly #queues = new Map<string, StreamQueue>();
  readonly #waiting = new Set<StreamQueue>();
  /** What events are as messages, so that all subscribers who get one in this turn share it. */
  readonly #messages = new Map<ReceivedEvent, EventMessage>();
  readonly #forgetMessages = new OncePerTurn(() => this.#messages.clear());
  readonly #ackIds = randomBytes(9).toString("base64url");
  readonly #ticker: NodeJS.Timeout;
  #ackIdsMade = 0;
  #tickedAt: number;
  #late = false;
  #closing: PromiseWithResolvers<void> | null = null;

  constructor(options: StreamTargetOptions) {
    const { bytesMax, monotonic = () => performance.now() } = options;
    this.#options = options;
    this.#monotonic = monotonic;
    this.#clock = new RunningClock({ monotonic });
    this.#now = options.running ?? (() => this.#clock.now());
    this.#ledger = new StreamLedger(bytesMax);
    this.#deadlines = new Deadlines(this.#now());
    this.#tickedAt = monotonic();
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Streams that are served. */
  get size(): number {
    return this.#ledger.streams.size;
  }

  /** Open streams of one subscription. */
  streams(subscription: string): number {
    return this.#queues.get(subscription)?.subscribers.size ?? 0;
  }

  /** Serves a stream. The returned callbacks process what arrives on it. */
  attach(
    call: Bidi<SubscribeRequest, SubscribeResponse>,
    { subscription, caller, reach, limits, opened }: AttachOptions,
  ): BidiCallbacks<SubscribeRequest> {
    const { wake, log } = this.#options;
    const queue = this.#queueOf(subscription);
    const subscriber = new Subscriber(call, {
      reach,
      limits,
      ledger: this.#ledger,
      deadlines: this.#deadlines,
      now: this.#now,
      newAckId: () => `${this.#ackIds}.${(this.#ackIdsMade++).toString(36)}`,
      onChange: ({ drained }) => {
        this.#unparkFitting();
        if (drained) wake(subscription);
        if (this.#closing) stopIfIdle(subscriber);
      },
      onOver: (error) => {
        queue.subscribers.delete(subscriber);
        if (queue.subscribers.size === 0) this.#queues.delete(subscription);
        this.#ledger.streams.delete(subscriber);
        this.#unparkFitting();
        log.info(
          { subscription, caller, streams: queue.subscribers.size, ...whyOf(error) },
          "stream closed",
        );
        if (this.size === 0) this.#closing?.resolve();
      },
    });
    queue.subscribers.add(subscriber);
    this.#ledger.streams.add(subscriber);
    log.info({ subscription, caller, streams: queue.subscribers.size }, "stream opened");
    subscriber.begin(opened);
    if (this.#closing) stopIfIdle(subscriber);
    else wake(subscription);
    return subscriber;
  }

  /** Ends the streams whose subscription has changed to more than they may receive. */
  serve(served: readonly Subscription[]): void {
    for (const definition of served) {
      const { name } = definition;
      for (const subscriber of [...(this.#queues.get(name)?.subscribers ?? [])]) {
        if (subscriber.reach.covers(definition)) continue;
        const problem = `${name} has more types or sources now than the token's scopes allow`;
        subscriber.fail(new RpcError("PERMISSION_DENIED", problem));
      }
    }
  }

  /** Ends the streams of subscriptions that were deleted: a subscriber must not wait for events that never come. */
  end(deleted: readonly string[]): void {
    for (const name of deleted) {
      const queue = this.#queues.get(name);
      if (!queue) continue;
      queue.returnParked();
      const problem = `subscription ${name} was deleted: subscribe again to open it anew`;
      for (const subscriber of [...queue.subscribers]) {
        subscriber.fail(new RpcError("FAILED_PRECONDITION", problem));
      }
    }
  }

  room({ name }: SubscriptionOf<"stream">, running: Room): Room {
    const queue = this.#closing ? undefined : this.#queues.get(name);
    return queue?.room(running) ?? { deliveries: 0, bytes: 0 };
  }

  attempt(
    claimed: ClaimedDelivery,
    { name, timeoutMs }: SubscriptionOf<"stream">,
    { number, startPart }: TargetAttemptOptions,
  ): Promise<TargetAttempt> {
    const queue = this.#closing ? undefined : this.#queues.get(name);
    if (!queue) return Promise.resolve({ result: { kind: "not_started" } });
    const message = this.#messageOf(claimed.event);
    const span = startPart?.(`send ${name}`, { kind: "producer", attributes: RPC });
    return new Promise((resolve) => {
      queue.add({
        claimed,
        number,
        timeoutMs,
        message,
        traceparent: span?.traceparent ?? "",
        tracestate: span?.tracestate ?? "",
        resolve(attempt) {
          span?.end({ error: spanErrorOf(attempt.result) });
          resolve(attempt);
        },
      });
    });
  }

  async close({ graceMs }: { graceMs: number }): Promise<void> {
    this.#closing ??= Promise.withResolvers();
    for (const queue of this.#queues.values()) queue.returnParked();
    for (const subscriber of this.#subscribers()) {
      subscriber.drain();
      stopIfIdle(subscriber);
    }
    if (this.size === 0) this.#closing.resolve();
    const patience = setTimeout(this.#closing.resolve, graceMs);
    await this.#closing.promise;
    clearTimeout(patience);
    for (const subscriber of this.#subscribers()) subscriber.fail(stopping());
    clearInterval(this.#ticker);
    this.#clock.close();
  }

  #messageOf(event: ReceivedEvent): EventMessage {
    const known = this.#messages.get(event);
    if (known) return known;
    const message = eventToMessage({ ...event, headers: this.#options.headersOf(event) });
    this.#messages.set(event, message);
    this.#forgetMessages.schedule();
    return message;
  }

  #queueOf(subscription: string): StreamQueue {
    const known = this.#queues.get(subscription);
    if (known) return known;
    const queue = new StreamQueue({
      ledger: this.#ledger,
      deadlines: this.#deadlines,
      waiting: this.#waiting,
      now: this.#now,
    });
    this.#queues.set(subscription, queue);
    return queue;
  }

  #subscribers(): Subscriber[] {
    return [...this.#queues.values()].flatMap(({ subscribers }) => [...subscribers]);
  }

  /** Room that one stream frees may be what a parked delivery of another one waits for. */
  #unparkFitting(): void {
    for (const queue of this.#waiting) queue.unparkFitting();
  }

  #tick(): void {
    const at = this.#monotonic();
    this.#late = !this.#late && at - this.#tickedAt > LATE_MS_MAX;
    this.#tickedAt = at;
    if (this.#late) return;
    const now = this.#now();
    this.#deadlines.tick(now);
    for (const subscriber of this.#subscribers()) subscriber.tick(now);
  }
}

/** While the dispatcher stops, a stream that waits for nothing ends at once, so that its client connects elsewhere. */
function stopIfIdle(subscriber: Subscriber): void {
  const { state, idle } = subscriber;
  // A stream that has ended is closed cleanly by itself.
  if (idle && state !== "ended" && state !== "over") subscriber.fail(stopping());
}

function stopping(): RpcError {
  return new RpcError("UNAVAILABLE", "the dispatcher is stopping");
}

function whyOf(error: RpcError | null): { code?: string; reason?: string } {
  return error ? { code: error.code, reason: error.message } : {};
}
