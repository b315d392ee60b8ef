import { OncePerTurn, takeFitting } from "@hookgate/async";
import {
  type Bidi,
  type BidiCallbacks,
  eventToMessage,
  type NackMessage,
  RpcError,
  type SubscribedEventMessage,
  type SubscribeRequest,
  type SubscribeResponse,
  type SubscriptionOpenedMessage,
} from "@hookgate/rpc";
import { ATTEMPT_ERROR_CHARS_MAX } from "@hookgate/types";
import type { ClaimedDelivery } from "../../store/contract/deliveries.ts";
import type { Room, TargetAttempt, TargetResult } from "../target.ts";
import type { Deadlines, Expiring } from "./deadlines.ts";
import type { StreamLedger } from "./stream_ledger.ts";

/** Who has nothing to say says so after this long, in milliseconds … */
export const HEARTBEAT_MS = 5_000;

/** … and who is not heard from for so many times as long is gone. */
const SILENT_HEARTBEATS_MAX = 3;

/** Events that share a message, in bytes: clients elsewhere take 4 MiB unless told otherwise. A larger one comes alone. */
const MESSAGE_BYTES_MAX = 1024 * 1024;

/** What an event takes in a message beside its body and headers, in bytes; seldom more. */
const ENVELOPE_BYTES = 1_024;

const MESSAGE = {
  itemsMax: Number.POSITIVE_INFINITY,
  bytesMax: MESSAGE_BYTES_MAX,
  bytesOf: ({ bytes }: Owed) => bytes + ENVELOPE_BYTES,
};

/** Answers in one message: two for each delivery that a stream may owe. */
const ANSWERS_MAX = 20_000;

/** Longest extension from now, in milliseconds. */
const EXTENSION_MS_MAX = 600_000;

/** Longest wait that a nack may ask for, in milliseconds. */
const NACK_DELAY_MS_MAX = 86_400_000;

/** A claimed delivery for a subscriber. */
export interface StreamJob {
  claimed: ClaimedDelivery;
  /** 1 for the first try. */
  number: number;
  /** Time to answer, from when it is sent. */
  timeoutMs: number;
  /** The headers that are given out. */
  headers: Uint8Array;
  resolve(attempt: TargetAttempt): void;
}

/** Options for {@linkcode Subscriber}. */
export interface SubscriberOptions {
  /** What may be unanswered at once. */
  limits: Room;
  ledger: StreamLedger;
  deadlines: Deadlines;
  /** A monotonic clock, in milliseconds. */
  now: () => number;
  /** Makes an id that no stream ever had. */
  newAckId: () => string;
  /** Told when something was answered, returned, expired or written; with `drained` when the stream takes more again. */
  onChange: (options: { drained: boolean }) => void;
  /** Told, once, when the call is over; the error says why, null where it ended as it should. */
  onOver: (error: RpcError | null) => void;
}

/**
 * `open`: it wants deliveries. `draining`: nothing new. `ended`: the client sends no more, its last answers are being
 * written. `over`: gone.
 */
export type SubscriberState = "open" | "draining" | "ended" | "over";

/** A delivery that the subscriber owes an answer. */
interface Owed extends Expiring {
  ackId: string;
  job: StreamJob;
  bytes: number;
  /** Number of the message that brought it; 0 while it waits for one. */
  message: number;
}

/** One open stream: what was sent to one subscriber, and what it owes. */
export class Subscriber implements BidiCallbacks<SubscribeRequest> {
  readonly #call: Bidi<SubscribeRequest, SubscribeResponse>;
  readonly #options: SubscriberOptions;
  readonly #owed = new Map<string, Owed>();
  /** Of those that are owed, the ones that wait to be sent, and ids to be told that they are not owed any more. */
  #unsent: Owed[] = [];
  #expired: string[] = [];
  #state: SubscriberState = "open";
  #bytes = 0;
  #bodyBytes = 0;
  /** Deliveries that it was given and whose outcome is not written yet. */
  readonly #unsettled = new Set<Owed>();
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

  get state(): SubscriberState {
    return this.#state;
  }

  /** Whether nothing that it was given is unanswered, or not written yet. */
  get idle(): boolean {
    return this.#unsettled.size === 0;
  }

  /** Deliveries that it owes an answer. */
  get owed(): number {
    return this.#owed.size;
  }

  /** Their bodies, in bytes. */
  get owedBodyBytes(): number {
    return this.#bodyBytes;
  }

  /** Deliveries that it may be given now. */
  get freeDeliveries(): number {
    if (this.#state !== "open" || this.#blocked) return 0;
    return this.freeBytes > 0 ? Math.max(0, this.#options.limits.deliveries - this.owed) : 0;
  }

  /** Bodies and headers that it may be given now, in bytes. */
  get freeBytes(): number {
    const { limits, ledger } = this.#options;
    return Math.max(0, Math.min(limits.bytes, ledger.share) - this.#bytes);
  }

  /** Whether it may be given a delivery of so many bytes now. One that is larger than its limit comes alone. */
  fits(bytes: number): boolean {
    if (this.freeDeliveries === 0 || !this.#options.ledger.fits(bytes)) return false;
    return bytes <= this.freeBytes || this.owed === 0;
  }

  /** Says what was opened: the first message. */
  begin(opened: SubscriptionOpenedMessage): void {
    this.#send({ opened, events: [], expiredAckIds: [] });
  }

  /** Gives it a delivery that fits. Those that come in one turn go in one message. */
  give(job: StreamJob): void {
    const owed: Owed = {
      ackId: this.#options.newAckId(),
      job,
      bytes: jobBytes(job),
      message: 0,
      slot: null,
      expire: () => this.#expire(owed),
    };
    this.#owed.set(owed.ackId, owed);
    this.#count(owed, 1);
    this.#unsettled.add(owed);
    this.#unsent.push(owed);
    this.#setDeadline(owed, job.timeoutMs);
    this.#flushSoon.schedule();
  }

  /** Sends nothing new from now on; what was sent can still be answered. */
  drain(): void {
    if (this.#state !== "open") return;
    this.#state = "draining";
    for (const owed of this.#unsent.splice(0)) this.#close(owed, { kind: "not_started" });
  }

  /** Breaks the stream off: what it owes is returned at once. */
  fail(error: RpcError): void {
    if (this.#state === "over") return;
    this.#call.fail(error);
    this.#finish(error);
  }

  /** Looks whether both ends were heard from. */
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
      const owed = this.#owed.get(ackId);
      if (!owed?.message) continue;
      const ms = deadlineMs === 0 ? owed.job.timeoutMs : deadlineMs;
      this.#setDeadline(owed, Math.min(ms, EXTENSION_MS_MAX));
    }
    if (drain) this.drain();
    this.#options.onChange({ drained: false });
  }

  end(): void {
    if (this.#state === "over") return;
    this.#state = "ended";
    // It can answer no more.
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

  /** The client learns that its last answers are written from the call's end. */
  #endIfSettled(): void {
    if (this.#state !== "ended" || this.#unsettled.size > 0) return;
    this.#call.end();
    this.#finish(null);
  }

  #returnAll(): void {
    this.#unsent = [];
    for (const owed of this.#owed.values()) {
      this.#close(owed, { kind: owed.message === 0 ? "not_started" : "interrupted" });
    }
  }

  /** What is not owed any more, or was never sent, is passed over. */
  #answer(ackId: string, result: TargetResult): void {
    const owed = this.#owed.get(ackId);
    if (owed?.message) this.#close(owed, result);
  }

  #close(owed: Owed, result: TargetResult): void {
    this.#owed.delete(owed.ackId);
    this.#options.deadlines.delete(owed);
    this.#count(owed, -1);
    owed.job.resolve({ result, settled: () => this.#settled(owed) });
  }

  /** The outcome of a delivery is written. */
  #settled(owed: Owed): void {
    this.#unsettled.delete(owed);
    this.#endIfSettled();
    if (this.#state !== "over") this.#options.onChange({ drained: false });
  }

  #count({ bytes, job }: Owed, sign: 1 | -1): void {
    this.#bytes += sign * bytes;
    this.#options.ledger.bytes += sign * bytes;
    this.#bodyBytes += sign * job.claimed.event.body.length;
  }

  #setDeadline(owed: Owed, ms: number): void {
    this.#options.deadlines.set(owed, this.#options.now() + ms);
  }

  #expire(owed: Owed): void {
    const { timeoutMs } = owed.job;
    if (owed.message === 0 || owed.message > this.#messages - this.#call.unsent) {
      // Its message has not even left: what the client does not take is kept here, however many deliveries expire.
      this.fail(new RpcError("UNAVAILABLE", `nothing was taken for ${timeoutMs} ms`));
      return;
    }
    this.#close(owed, { kind: "timed_out", error: "the subscriber did not answer in time" });
    this.#expired.push(owed.ackId);
    this.#flushSoon.schedule();
    this.#options.onChange({ drained: false });
  }

  #flush(): void {
    while (this.#canSend() && (this.#unsent.length > 0 || this.#expired.length > 0)) {
      const batch = takeFitting(this.#unsent, MESSAGE);
      const expiredAckIds = this.#expired.splice(0);
      for (const owed of batch) {
        owed.message = this.#messages + 1;
        this.#setDeadline(owed, owed.job.timeoutMs);
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
export function jobBytes({ claimed, headers }: Pick<StreamJob, "claimed" | "headers">): number {
  return claimed.event.body.length + headers.length;
}

function toMessage({ ackId, job }: Owed): SubscribedEventMessage {
  const { delivery, event } = job.claimed;
  return {
    ackId,
    deliveryId: delivery.id,
    attempt: job.number,
    event: eventToMessage({ ...event, headers: job.headers }),
  };
}

function failureOf({ delayMs, reason, permanent }: NackMessage): TargetResult {
  const error = reason.slice(0, ATTEMPT_ERROR_CHARS_MAX) || "the subscriber refused it";
  if (delayMs === undefined) return { kind: "failed", error, permanent };
  const wait = { ms: Math.min(delayMs, NACK_DELAY_MS_MAX), exact: true };
  return { kind: "failed", error, permanent, wait };
}

/** What is wrong with a message that is not the first one; null where nothing is. */
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
