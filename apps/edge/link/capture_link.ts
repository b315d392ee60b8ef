import { LineBudget, OncePerTurn, reconnectDelayMs } from "@hookgate/async";
import type { Bidi, CaptureRequest, CaptureResponse, CaptureResultMessage } from "@hookgate/rpc";
import type { Log } from "@hookgate/telemetry";
import type { CapturedEvent } from "@hookgate/types";
import { CaptureStream } from "./capture_stream.ts";
import { type CaptureAnswer, PendingCaptures } from "./pending_captures.ts";

/** Options for {@linkcode CaptureLink}. */
export interface CaptureLinkOptions {
  /** The dispatcher's client. */
  client: { capture(): Bidi<CaptureResponse, CaptureRequest> };
  log: Log;
  /** Monotonic time in milliseconds; deadlines are measured on it. @default {performance.now} */
  monotonic?: () => number;
  /** Source of randomness in [0, 1). @default {Math.random} */
  random?: () => number;
  /** A stream without an answer for this long is abandoned, in milliseconds. @default {4_000} */
  silentMsMax?: number;
}

/** Events that are not answered yet; past it new ones are refused at once. */
const UNANSWERED_MAX = 10_000;

/** A link that has been down for longer refuses new events at once: they would wait in vain. */
const DOWN_MS_MAX = 1_000;

/** Waits before the stream is opened again, in milliseconds: short, because a restarted dispatcher is needed at once. */
const RECONNECT = { baseMs: 50, maxMs: 500 };

/** An outage is several attempts a second; one line is logged in this time when it begins, and one when it ends. */
const LINE_EVERY_MS = 5_000;

/** How often to check whether the stream is silent. */
const WATCH_EVERY_MS = 250;

/**
 * The edge's one way to the dispatcher: a long-lived stream that carries many events per message, and is opened again
 * when it is lost. Events that were not answered are sent again on the next one, under the same ids: the store recognises
 * those it has. Every event is answered by its deadline.
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
  readonly #pending: PendingCaptures;
  #stream: CaptureStream | null = null;
  #failures = 0;
  #downSince: number | null;
  /** Events captured in one turn of the event loop are sent together. */
  readonly #flushLater = new OncePerTurn(() => this.#flush());
  #everConnected = false;
  #closed = false;
  readonly #firstConnected = Promise.withResolvers<void>();
  #reconnect: NodeJS.Timeout | undefined;

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
    const lateReason = () => (this.connected ? "deadline" : "not_connected");
    this.#pending = new PendingCaptures({ monotonic, lateReason });
    this.#watch = setInterval(() => this.#abandonSilent(), WATCH_EVERY_MS);
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

  /** Sends an event. Resolves once it is durable, or at its deadline if that is not known by then. Never rejects. */
  capture(event: CapturedEvent, options: { deadlineAt: number }): Promise<CaptureAnswer> {
    const { deadlineAt } = options;
    const refusal = this.#refusal(deadlineAt);
    if (refusal !== null) return Promise.resolve({ outcome: "unavailable", reason: refusal });
    this.#flushLater.schedule();
    return this.#pending.add(event, deadlineAt);
  }

  /** Ends the stream. Events without an answer are answered as unavailable. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#downSince ??= this.#monotonic();
    clearInterval(this.#watch);
    clearTimeout(this.#reconnect);
    const stream = this.#stream;
    this.#stream = null;
    stream?.end();
    this.#pending.answerAll({ outcome: "unavailable", reason: "shutting_down" });
  }

  #refusal(deadlineAt: number): string | null {
    if (this.#closed) return "shutting_down";
    const now = this.#monotonic();
    if (now >= deadlineAt) return "deadline";
    if (this.#downSince !== null && now - this.#downSince > DOWN_MS_MAX) return "not_connected";
    return this.#pending.size >= UNANSWERED_MAX ? "overloaded" : null;
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
    stream.received(response);
    if (opened && stream.open) this.#connected();
    for (const result of response.results) {
      if (stream.release(result.number)) this.#pending.answer(result.number, readResult(result));
    }
    this.#flush();
  }

  #connected(): void {
    this.#downSince = null;
    this.#everConnected = true;
    this.#firstConnected.resolve();
    const omitted = this.#connectedLines.take();
    if (omitted !== null) this.#log.info({ omitted }, "dispatcher connected");
  }

  #lost(stream: CaptureStream, why: string): void {
    if (stream !== this.#stream) return;
    this.#stream = null;
    const now = this.#monotonic();
    this.#downSince ??= now;
    this.#failures = stream.sound ? 1 : this.#failures + 1;
    this.#pending.requeue();
    const delayMs = reconnectDelayMs(this.#failures, { ...RECONNECT, random: this.#random });
    this.#logLoss(now, { why, unanswered: this.#pending.size, delayMs });
    this.#reconnect = setTimeout(() => this.#open(), delayMs);
  }

  #logLoss(now: number, fields: object): void {
    // Both sides may start at the same time: until the first connection, wait before complaining.
    if (!this.#everConnected && now - (this.#downSince ?? now) <= DOWN_MS_MAX) return;
    const omitted = this.#lostLines.take();
    if (omitted === null) return;
    this.#log.warn({ ...fields, omitted }, "dispatcher not connected, reconnecting");
  }

  #flush(): void {
    const stream = this.#stream;
    while (stream?.writable && stream === this.#stream) {
      const captures = this.#pending.take((number, bytes) => stream.reserve(number, bytes));
      if (captures.length === 0) return;
      stream.send(captures, { drained: () => this.#flush() });
    }
  }

  /** A peer that is frozen, or behind a cut cable, does not break the stream: only its silence shows. */
  #abandonSilent(): void {
    const stream = this.#stream;
    const frozenMs = stream?.frozenMs ?? null;
    if (stream === null || frozenMs === null) return;
    stream.abandon();
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
      // An unknown outcome, of a newer dispatcher, promises nothing.
      return { outcome: "unavailable", reason: result.reason || result.outcome };
  }
}
