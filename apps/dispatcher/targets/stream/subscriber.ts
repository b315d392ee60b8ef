import { OncePerTurn, takeFitting } from "@hookgate/async";
import {
  type Bidi,
  type BidiCallbacks,
  type EventMessage,
  type NackMessage,
  RpcError,
  type SubscribedEventMessage,
  type SubscribeRequest,
  type SubscribeResponse,
  type SubscriptionOpenedMessage,
} from "@hookgate/rpc";
import { ATTEMPT_ERROR_CHARS_MAX } from "@hookgate/types";
import type { ClaimedDelivery } from "../../store/contract/deliveries.ts";
import type { CompiledReach } from "../../subscriptions/reach.ts";
import type { Room, TargetAttempt, TargetResult } from "../target.ts";
import type { Deadlines, Expiring } from "./deadlines.ts";
import type { StreamLedger } from "./stream_ledger.ts";

/** An end that has nothing to send sends a heartbeat after this long, in milliseconds … */
export const HEARTBEAT_MS = 5_000;

/** … and one that is silent for so many heartbeats is gone. */
const SILENT_HEARTBEATS_MAX = 3;

/** Events that share a message, in bytes: gRPC clients accept 4 MiB by default. A larger event is a message of its own. */
const MESSAGE_BYTES_MAX = 1024 * 1024;

/** What an event adds to a message apart from body and headers, in bytes; rarely more. */
const ENVELOPE_BYTES = 1_024;

const MESSAGE = {
  itemsMax: Number.POSITIVE_INFINITY,
  bytesMax: MESSAGE_BYTES_MAX,
  bytesOf: ({ bytes }: Given) => bytes + ENVELOPE_BYTES,
};

/** Answers in one message: two for each delivery that a stream may have unanswered. */
const ANSWERS_MAX = 20_000;

/** Longest extension from now, in milliseconds. */
const EXTENSION_MS_MAX = 600_000;

/** How long a delivery may be held by extensions after it was sent, in milliseconds: not for ever. */
const HELD_MS_MAX = 86_400_000;

/** Longest delay of a nack, in milliseconds. */
const NACK_DELAY_MS_MAX = 86_400_000;

/** A claimed delivery for a subscriber. */
export interface StreamJob {
  claimed: ClaimedDelivery;
  /** 1 for the first try. */
  number: number;
  /** Time to answer after it is sent. */
  timeoutMs: number;
  /** Its event as it is sent: with the headers that may leave. */
  message: EventMessage;
  /** Continues the event's trace; empty if it is not traced. */
  traceparent: string;
  /** Goes with it; empty if there is nothing to say. */
  tracestate: string;
  resolve(attempt: TargetAttempt): void;
}

/** Options for {@linkcode Subscriber}. */
export interface SubscriberOptions {
  /** What it may receive. */
  reach: CompiledReach;
  /** What may be unanswered at once. */
  limits: Room;
  ledger: StreamLedger;
  deadlines: Deadlines;
  /** A monotonic clock, in milliseconds. */
  now: () => number;
  /** Makes an id that no stream has ever had. */
  newAckId: () => string;
  /** Called when something was answered, returned, expired or written; `drained`: the stream can be written to again. */
  onChange: (options: { drained: boolean }) => void;
  /** Called once when the call is over. The error says why; null if it ended cleanly. */
  onOver: (error: RpcError | null) => void;
}

/**
 * `open`: it accepts deliveries. `draining`: it accepts no new ones. `ended`: the client sends no more, its last answers
 * are being written. `over`: it is gone.
 */
export type SubscriberState = "open" | "draining" | "ended" | "over";

/** A delivery that was given to the subscriber and is unanswered. */
interface Given extends Expiring {
  ackId: string;
  job: StreamJob;
  bytes: number;
  /** Number of the message that carried it; 0 while it waits for one. */
  message: number;
  /** Its deadline is never later than this. */
  heldUntil: number;
}

/** One open stream: what was sent to a subscriber, and what it has not answered. */
export class Subscriber implements BidiCallbacks<SubscribeRequest> {
  readonly #call: Bidi<SubscribeRequest, SubscribeResponse>;
  readonly #options: SubscriberOptions;
  readonly #unanswered = new Map<string, Given>();
  /** Of the unanswered ones, those that wait to be sent; and the ids of expired ones that the client is told about. */
  #unsent: Given[] = [];
  #expired: string[] = [];
  #state: SubscriberState = "open";
  #bytes = 0;
  #bodyBytes = 0;
  /** Deliveries that it was given and whose outcome is not written yet. */
  readonly #unsettled = new Set<Given>();
  #messages = 0;
  #blocked = false;
  readonly #flushSoon = new OncePerTurn(() => this.#flush());
  #sentAt: number;
  #heardAt: number;

  constructor(call: Bidi<SubscribeRequest, SubscribeResponse>, options: SubscriberOptions) {
    this.#call = call;
    this.#options = options;
    this.#sentAt = options.now();
    this.#heardAt = options.now();
  }

  get reach(): CompiledReach {
    return this.#options.reach;
  }

  get state(): SubscriberState {
    return this.#state;
  }

  /** Whether the outcomes of all deliveries that it was given are written. */
  get idle(): boolean {
    return this.#unsettled.size === 0;
  }

  /** Unanswered deliveries. */
  get unanswered(): number {
    return this.#unanswered.size;
  }

  /** Their bodies, in bytes. */
  get unansweredBodyBytes(): number {
    return this.#bodyBytes;
  }

  /** Deliveries that it may be given now. */
  get freeDeliveries(): number {
    if (this.#state !== "open" || this.#blocked) return 0;
    return this.freeBytes > 0 ? Math.max(0, this.#options.limits.deliveries - this.unanswered) : 0;
  }

  /** Bodies and headers that it may be given now, in bytes. */
  get freeBytes(): number {
    const { limits, ledger } = this.#options;
    return Math.max(0, Math.min(limits.bytes, ledger.share) - this.#bytes);
  }

  /** Whether it may be given a delivery of so many bytes now. One larger than its limit must be the only one. */
  fits(bytes: number): boolean {
    if (this.freeDeliveries === 0 || !this.#options.ledger.fits(bytes)) return false;
    return bytes <= this.freeBytes || this.unanswered === 0;
  }

  /** Sends the first message, which says what was opened. */
  begin(opened: SubscriptionOpenedMessage): void {
    this.#send({ opened, events: [], expiredAckIds: [] });
  }

  /** Gives it a delivery that fits. Those of one turn share messages. */
  give(job: StreamJob): void {
    const given: Given = {
      ackId: this.#options.newAckId(),
      job,
      bytes: jobBytes(job),
      message: 0,
      heldUntil: Number.POSITIVE_INFINITY,
      slot: null,
      expire: () => this.#expire(given),
    };
    this.#unanswered.set(given.ackId, given);
    this.#options.ledger.add(given);
    this.#bytes += given.bytes;
    this.#bodyBytes += job.claimed.event.body.length;
    this.#unsettled.add(given);
    this.#unsent.push(given);
    this.#setDeadline(given, job.timeoutMs);
    this.#flushSoon.schedule();
  }

  /** Sends nothing new from now on; what was sent can still be answered. */
  drain(): void {
    if (this.#state !== "open") return;
    this.#state = "draining";
    for (const given of this.#unsent.splice(0)) this.#close(given, { kind: "not_started" });
  }

  /** Fails the stream: unanswered deliveries are returned at once. */
  fail(error: RpcError): void {
    if (this.#state === "over") return;
    this.#call.fail(error);
    this.#finish(error);
  }

  /** Fails the stream if the client is silent; sends a heartbeat if this end is. */
  tick(now: number): void {
    const silentMs = HEARTBEAT_MS * SILENT_HEARTBEATS_MAX;
    if (this.#state !== "ended" && now - this.#heardAt > silentMs) {
      this.fail(new RpcError("UNAVAILABLE", `nothing was heard for ${silentMs} ms`));
    } else if (!this.#blocked && now - this.#sentAt >= HEARTBEAT_MS) {
      this.#send({ opened: null, events: [], expiredAckIds: [] });
    }
  }

  message(request: SubscribeRequest): void {
    if (this.#state === "over") return;
    this.#heardAt = this.#options.now();
    const problem = findProblem(request);
    if (problem) {
      this.fail(new RpcError("INVALID_ARGUMENT", problem));
      return;
    }
    const { ackIds, nacks, extensions, drain } = request;
    for (const ackId of ackIds) this.#answer(ackId, { kind: "succeeded" });
    for (const nack of nacks) this.#answer(nack.ackId, failureOf(nack));
    for (const { ackId, deadlineMs } of extensions) {
      const given = this.#unanswered.get(ackId);
      if (!given?.message) continue;
      const ms = deadlineMs === 0 ? given.job.timeoutMs : deadlineMs;
      this.#setDeadline(given, Math.min(ms, EXTENSION_MS_MAX));
    }
    if (drain) this.drain();
    this.#options.onChange({ drained: false });
  }

  end(): void {
    if (this.#state === "over") return;
    this.#state = "ended";
    // It cannot answer any more.
    this.#returnAll();
    this.#options.onChange({ drained: false });
    this.#endIfSettled();
  }

  error(error: RpcError): void {
    if (this.#state !== "over") this.#finish(error);
  }

  #finish(error: RpcError | null): void {
    this.#state = "over";
    this.#returnAll();
    this.#options.onOver(error);
  }

  /** The end of the call tells the client that its last answers are written. */
  #endIfSettled(): void {
    if (this.#state !== "ended" || this.#unsettled.size > 0) return;
    this.#call.end();
    this.#finish(null);
  }

  #returnAll(): void {
    this.#unsent = [];
    for (const given of this.#unanswered.values()) {
      this.#close(given, { kind: given.message === 0 ? "not_started" : "interrupted" });
    }
  }

  /** Ignore ack ids that are unknown, not sent yet, or no longer outstanding. */
  #answer(ackId: string, result: TargetResult): void {
    const given = this.#unanswered.get(ackId);
    if (given?.message) this.#close(given, result);
  }

  #close(given: Given, result: TargetResult): void {
    if (!this.#unanswered.delete(given.ackId)) return;
    this.#options.deadlines.delete(given);
    this.#options.ledger.delete(given);
    this.#bytes -= given.bytes;
    this.#bodyBytes -= given.job.claimed.event.body.length;
    given.job.resolve({ result, settled: () => this.#settled(given) });
  }

  /** The outcome of a delivery is written. */
  #settled(given: Given): void {
    this.#unsettled.delete(given);
    this.#endIfSettled();
    if (this.#state !== "over") this.#options.onChange({ drained: false });
  }

  #setDeadline(given: Given, ms: number): void {
    this.#options.deadlines.set(given, Math.min(this.#options.now() + ms, given.heldUntil));
  }

  #expire(given: Given): void {
    const { timeoutMs } = given.job;
    if (given.message === 0 || given.message > this.#messages - this.#call.unsent) {
      // Its message has not left yet: the client is not reading, and everything sent to it would pile up here.
      this.fail(new RpcError("UNAVAILABLE", `the client has read nothing for ${timeoutMs} ms`));
      return;
    }
    this.#close(given, { kind: "timed_out", error: "the subscriber did not answer in time" });
    this.#expired.push(given.ackId);
    this.#flushSoon.schedule();
    this.#options.onChange({ drained: false });
  }

  #flush(): void {
    while (this.#canSend() && (this.#unsent.length > 0 || this.#expired.length > 0)) {
      const batch = takeFitting(this.#unsent, MESSAGE);
      const expiredAckIds = this.#expired.splice(0);
      for (const given of batch) {
        given.message = this.#messages + 1;
        given.heldUntil = this.#options.now() + HELD_MS_MAX;
        this.#setDeadline(given, given.job.timeoutMs);
      }
      this.#send({ opened: null, events: batch.map(toMessage), expiredAckIds });
    }
  }

  #canSend(): boolean {
    return this.#state !== "over" && !this.#blocked;
  }

  #send(message: SubscribeResponse): void {
    this.#messages += 1;
    this.#sentAt = this.#options.now();
    if (this.#call.send(message)) return;
    this.#blocked = true;
    void this.#call.drained().then(() => {
      this.#blocked = false;
      if (this.#state === "over") return;
      this.#flush();
      this.#options.onChange({ drained: true });
    });
  }
}

/** Bodies and headers of a job, in bytes. */
export function jobBytes({ message }: Pick<StreamJob, "message">): number {
  return message.body.length + message.headers.length;
}

function toMessage({ ackId, job }: Given): SubscribedEventMessage {
  return {
    ackId,
    deliveryId: job.claimed.delivery.id,
    attempt: job.number,
    event: job.message,
    traceparent: job.traceparent,
    tracestate: job.tracestate,
  };
}

function failureOf({ delayMs, reason, permanent }: NackMessage): TargetResult {
  const error = reason.slice(0, ATTEMPT_ERROR_CHARS_MAX) || "the subscriber refused it";
  if (delayMs === undefined) return { kind: "failed", error, permanent };
  const waitMs = Math.min(delayMs, NACK_DELAY_MS_MAX);
  return { kind: "failed", error, permanent, waitMs };
}

/** What is wrong with a message after the first one; null if nothing is. */
function findProblem({ open, ackIds, nacks, extensions }: SubscribeRequest): string | null {
  if (open) return "the stream is open: a later message cannot open it again";
  const answers = ackIds.length + nacks.length + extensions.length;
  if (answers > ANSWERS_MAX) return `a message has at most ${ANSWERS_MAX} answers, not ${answers}`;
  if (nacks.some(({ delayMs = 0 }) => delayMs < 0)) return "a nack's delay_ms is at least 0";
  if (extensions.some(({ deadlineMs }) => deadlineMs < 0)) {
    return "an extension's deadline_ms is at least 0";
  }
  return null;
}
