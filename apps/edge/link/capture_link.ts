import { LineBudget, OncePerTurn, reconnectDelayMs } from "@hookgate/async";
import {
  type Bidi,
  type CaptureMessage,
  type CaptureRequest,
  type CaptureResponse,
  type CaptureResultMessage,
  eventToMessage,
} from "@hookgate/rpc";
import type { Log } from "@hookgate/telemetry";
import type { ReceivedEvent } from "@hookgate/types";
import { CaptureStream } from "./capture_stream.ts";

/** What became of an event: durable, or not stored as far as we know. */
export type CaptureAnswer =
  | { outcome: "stored" | "duplicate"; eventId: string }
  | { outcome: "unavailable"; reason: string };

/** Options for {@linkcode CaptureLink}. */
export interface CaptureLinkOptions {
  /** The dispatcher: a client, or what stands for one. */
  client: { capture(): Bidi<CaptureResponse, CaptureRequest> };
  log: Log;
  /** Monotonic time in milliseconds; deadlines are measured on it. @default {performance.now} */
  monotonic?: () => number;
  /** Source of randomness in [0, 1). @default {Math.random} */
  random?: () => number;
  /** Without an answer to what was sent for this long the stream is given up, in milliseconds. @default {4_000} */
  silentMsMax?: number;
}

/** Bytes of bodies and headers in one message; a larger event is a message of its own. */
const MESSAGE_BYTES_MAX = 1024 * 1024;

/** Events that wait for an answer or for their turn; past it new ones are refused at once. */
const UNANSWERED_MAX = 10_000;

/** A link that is down for longer refuses new events at once: whoever waits would wait in vain. */
const DOWN_MS_MAX = 1_000;

/** Waits before the stream is opened again, in milliseconds: a restart of the dispatcher must not cost much more than it takes. */
const RECONNECT = { baseMs: 50, maxMs: 500 };

/** An outage is several attempts a second: of its lines one in this time is written, each way. */
const LINE_EVERY_MS = 5_000;

/** How often silence is looked for. */
const WATCH_EVERY_MS = 250;

/** Deadlines closer together than this are met by one look at all events: there may be 10,000 of them. */
const EXPIRE_EVERY_MS = 5;

/** Fewer events than this are not worth moving to trim the queue. */
const TRIM_MIN = 256;

/** An event on its way. */
interface Pending {
  number: number;
  event: ReceivedEvent;
  bytes: number;
  deadlineAt: number;
  settle: (answer: CaptureAnswer) => void;
}

/**
 * The edge's one way to the dispatcher: a long-lived stream that carries many events per message, opened again when
 * it is lost. An event whose stream is lost is sent again on the next one, under its own id: the store answers it as the
 * first time. Every event is answered by its deadline.
 */
export class CaptureLink {
  readonly #client: CaptureLinkOptions["client"];
  readonly #log: Log;
  readonly #connectedLines: LineBudget;
  readonly #lostLines: LineBudget;
  readonly #monotonic: () => number;
  readonly #random: () => number;
  readonly #silentMsMax: number;
  readonly #watch: NodeJS.Timeout;
  /** All that were not answered, oldest first. */
  readonly #unanswered = new Map<number, Pending>();
  /** Those that wait to be sent, from `#queueAt` on; some may have been answered since, at their deadline. */
  #queue: Pending[] = [];
  #queueAt = 0;
  #lastNumber = 0;
  #stream: CaptureStream | null = null;
  #failures = 0;
  #downSince: number | null;
  /** What was captured in one turn of the event loop goes out together. */
  readonly #flushLater = new OncePerTurn(() => this.#flush());
  #everConnected = false;
  #closed = false;
  readonly #firstConnected = Promise.withResolvers<void>();
  #reconnect: NodeJS.Timeout | undefined;
  #expiry: NodeJS.Timeout | undefined;
  /** When `#expiry` fires; infinity if it is not set. */
  #expiryAt = Number.POSITIVE_INFINITY;

  /** Opens the stream at once. */
  constructor(options: CaptureLinkOptions) {
    const { monotonic = () => performance.now(), random = Math.random } = options;
    this.#client = options.client;
    this.#log = options.log;
    const lines = { monotonic, linesMax: 1, windowMs: LINE_EVERY_MS };
    this.#connectedLines = new LineBudget(lines);
    this.#lostLines = new LineBudget(lines);
    this.#monotonic = monotonic;
    this.#random = random;
    this.#silentMsMax = options.silentMsMax ?? 4_000;
    this.#downSince = monotonic();
    this.#watch = setInterval(() => this.#giveUpSilent(), WATCH_EVERY_MS);
    this.#open();
  }

  /** Whether the dispatcher takes events. */
  get connected(): boolean {
    return this.#downSince === null;
  }

  /** Resolves when the dispatcher takes events for the first time. */
  get firstConnected(): Promise<void> {
    return this.#firstConnected.promise;
  }

  /** Hands an event over; answered when it is durable, or clear that it will not be in time. Never rejects. */
  capture(event: ReceivedEvent, options: { deadlineAt: number }): Promise<CaptureAnswer> {
    const { deadlineAt } = options;
    const refusal = this.#refusal(deadlineAt);
    if (refusal !== null) return Promise.resolve({ outcome: "unavailable", reason: refusal });
    return new Promise((settle) => {
      const number = ++this.#lastNumber;
      const bytes = event.body.length + event.headers.length;
      const pending: Pending = { number, event, bytes, deadlineAt, settle };
      this.#unanswered.set(number, pending);
      this.#queue.push(pending);
      this.#expireBy(deadlineAt);
      this.#flushLater.schedule();
    });
  }

  /** Ends the stream. What was not answered is answered as unavailable. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#downSince ??= this.#monotonic();
    clearInterval(this.#watch);
    clearTimeout(this.#reconnect);
    clearTimeout(this.#expiry);
    const stream = this.#stream;
    this.#stream = null;
    stream?.end();
    for (const { settle } of this.#unanswered.values()) {
      settle({ outcome: "unavailable", reason: "shutting_down" });
    }
    this.#unanswered.clear();
    this.#queue = [];
    this.#queueAt = 0;
  }

  #refusal(deadlineAt: number): string | null {
    if (this.#closed) return "shutting_down";
    const now = this.#monotonic();
    if (now >= deadlineAt) return "deadline";
    if (this.#downSince !== null && now - this.#downSince > DOWN_MS_MAX) return "not_connected";
    return this.#unanswered.size >= UNANSWERED_MAX ? "overloaded" : null;
  }

  #open(): void {
    const call = this.#client.capture();
    const options = { monotonic: this.#monotonic, silentMsMax: this.#silentMsMax };
    const stream = new CaptureStream(call, options);
    this.#stream = stream;
    call.receive({
      message: (response) => this.#receive(stream, response),
      end: () => this.#lost(stream, "ended by the dispatcher"),
      error: (error) => this.#lost(stream, `${error.code}: ${error.message}`),
    });
  }

  #receive(stream: CaptureStream, response: CaptureResponse): void {
    if (stream !== this.#stream) return;
    const opened = !stream.open;
    stream.hear(response);
    if (opened && stream.open) this.#connected();
    for (const result of response.results) this.#answer(stream, result);
    this.#flush();
  }

  #connected(): void {
    this.#downSince = null;
    this.#everConnected = true;
    this.#firstConnected.resolve();
    const omitted = this.#connectedLines.take();
    if (omitted !== null) this.#log.info({ omitted }, "dispatcher connected");
  }

  #answer(stream: CaptureStream, result: CaptureResultMessage): void {
    if (!stream.release(result.number)) return;
    const pending = this.#unanswered.get(result.number);
    if (pending === undefined) return;
    this.#unanswered.delete(result.number);
    pending.settle(readResult(result));
  }

  #lost(stream: CaptureStream, why: string): void {
    if (stream !== this.#stream) return;
    this.#stream = null;
    const now = this.#monotonic();
    this.#downSince ??= now;
    this.#failures = stream.sound ? 1 : this.#failures + 1;
    // All that still has time, in the order in which it came.
    this.#queue = [...this.#unanswered.values()];
    this.#queueAt = 0;
    const delayMs = reconnectDelayMs(this.#failures, { ...RECONNECT, random: this.#random });
    this.#logLoss(now, { why, unanswered: this.#queue.length, delayMs });
    this.#reconnect = setTimeout(() => this.#open(), delayMs);
  }

  #logLoss(now: number, fields: object): void {
    // Both sides start together: that one of them is not there yet is no loss.
    const starting = !this.#everConnected && now - (this.#downSince ?? now) <= DOWN_MS_MAX;
    const omitted = starting ? null : this.#lostLines.take();
    if (omitted !== null) this.#log.warn({ ...fields, omitted }, "dispatcher not connected");
  }

  #flush(): void {
    const stream = this.#stream;
    while (stream?.writable && stream === this.#stream) {
      const captures = this.#take(stream);
      if (captures.length === 0) return;
      stream.send(captures, { drained: () => this.#flush() });
    }
  }

  /** The next message: as much as it holds and the window allows. */
  #take(stream: CaptureStream): CaptureMessage[] {
    const captures: CaptureMessage[] = [];
    let messageBytes = 0;
    for (; this.#queueAt < this.#queue.length; this.#queueAt += 1) {
      const pending = this.#queue[this.#queueAt];
      if (pending === undefined || !this.#unanswered.has(pending.number)) continue;
      const { number, bytes, event } = pending;
      if (captures.length > 0 && messageBytes + bytes > MESSAGE_BYTES_MAX) break;
      if (!stream.reserve(number, bytes)) break;
      messageBytes += bytes;
      captures.push({ number, event: eventToMessage(event) });
    }
    this.#trimQueue();
    return captures;
  }

  /** Drops what was taken from the queue's front: seldom, so that each event is moved once at most. */
  #trimQueue(): void {
    if (this.#queueAt < this.#queue.length && this.#queueAt < TRIM_MIN) return;
    if (this.#queueAt * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#queueAt);
    this.#queueAt = 0;
  }

  /** One timer, for the earliest deadline: events arrive in any order, as some waited for a certificate first. */
  #expireBy(deadlineAt: number): void {
    if (deadlineAt >= this.#expiryAt) return;
    clearTimeout(this.#expiry);
    this.#expiryAt = deadlineAt;
    const delayMs = Math.max(0, Math.ceil(deadlineAt - this.#monotonic()));
    this.#expiry = setTimeout(() => this.#expire(), delayMs);
  }

  #expire(): void {
    this.#expiryAt = Number.POSITIVE_INFINITY;
    const now = this.#monotonic();
    const reason = this.connected ? "deadline" : "not_connected";
    const { size } = this.#unanswered;
    let nextAt = Number.POSITIVE_INFINITY;
    for (const pending of this.#unanswered.values()) {
      if (pending.deadlineAt > now) {
        nextAt = Math.min(nextAt, pending.deadlineAt);
        continue;
      }
      this.#unanswered.delete(pending.number);
      pending.settle({ outcome: "unavailable", reason });
    }
    if (this.#unanswered.size < size) this.#dropAnswered();
    if (nextAt < Number.POSITIVE_INFINITY) this.#expireBy(Math.max(nextAt, now + EXPIRE_EVERY_MS));
  }

  /** A stream that is blocked takes nothing from the queue: what nobody waits for must not pile up in it. */
  #dropAnswered(): void {
    const waiting = this.#queue.slice(this.#queueAt);
    this.#queue = waiting.filter(({ number }) => this.#unanswered.has(number));
    this.#queueAt = 0;
  }

  /** A peer that is frozen, or behind a cut cable, breaks no stream: only its silence tells. */
  #giveUpSilent(): void {
    const stream = this.#stream;
    const frozenMs = stream?.frozenMs ?? null;
    if (stream === null || frozenMs === null) return;
    stream.giveUp();
    this.#lost(stream, `silent for ${Math.round(frozenMs)} ms`);
  }
}

function readResult(result: CaptureResultMessage): CaptureAnswer {
  switch (result.outcome) {
    case "CAPTURE_OUTCOME_STORED":
      return { outcome: "stored", eventId: result.eventId };
    case "CAPTURE_OUTCOME_DUPLICATE":
      return { outcome: "duplicate", eventId: result.eventId };
    default:
      // An outcome of a newer dispatcher that we do not know is no promise.
      return { outcome: "unavailable", reason: result.reason || result.outcome };
  }
}
