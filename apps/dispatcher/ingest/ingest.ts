import { LineBudget, OncePerTurn, takeFitting } from "@hookgate/async";
import {
  type Bidi,
  type CaptureRequest,
  type CaptureResponse,
  type CaptureResultMessage,
  captureFromMessage,
  RpcError,
} from "@hookgate/rpc";
import type { Log } from "@hookgate/telemetry";
import type { CapturedEvent } from "@hookgate/types";
import type { Capture, CaptureResult, Captures } from "../store/contract/captures.ts";
import { DiskReserveError } from "../store/contract/event_store.ts";
import { divide, TooMuchAtOnceError } from "../store/contract/too_much_at_once.ts";
import type { EventTraces } from "../traces/event_traces.ts";
import { type Matched, storeEvents } from "./store_events.ts";

/** Events in one commit. */
const COMMIT_EVENTS_MAX = 256;

/** Deliveries in one commit, about: where many subscriptions want each event it has fewer events, but at least a few. */
const COMMIT_DELIVERIES_MAX = 1_024;
const COMMIT_EVENTS_MIN = 8;

/** Bodies and headers in one commit, in bytes; one larger event is a commit of its own. */
const COMMIT_BYTES_MAX = 4 * 1024 * 1024;

const COMMIT = {
  bytesMax: COMMIT_BYTES_MAX,
  bytesOf: ({ bytes }: Waiting) => bytes,
};

/**
 * Commits under way at once: one is on the disk while the next is prepared, if that one is full. A smaller one waits and
 * grows, because each commit costs a write and the wake-up of a thread, however many events are in it.
 */
const COMMITS_IN_FLIGHT_MAX = 2;

/** Commits that keep losing to another dispatcher's writes, and so let others go first; with more, others wait for them. */
const COMMITS_LOSING_MAX = 8;

/** What one edge may have unanswered. */
const WINDOW = { eventsMax: 4_096, bytesMax: 64 * 1024 * 1024 };

/** What may wait for a commit, of all edges together; above it captures are refused at once. */
const QUEUE = { eventsMax: 16_384, bytesMax: 256 * 1024 * 1024 };

const EVENT_ID = /^evt_[0-9a-f]{32}$/;
const SHA256_BYTES = 32;

/** Why a capture was not stored, for the edge's log. */
type Refusal =
  | "overloaded"
  | "disk_reserve"
  | "store"
  | "shutting_down"
  | "given_up"
  | "unknown_source";

/**
 * How long a commit that failed counts against readiness if none succeeds, in milliseconds. No longer, because one that is not
 * ready is sent no events, and could not show that it works again.
 */
const FAILED_MS = 15_000;

/** Options for {@linkcode Ingest}. */
export interface IngestOptions extends Matched {
  store: Captures;
  /**
   * Whether a source is in the configuration: of one that only the edge knows nothing here says what must be protected of it, or not
   * handed on. @default {every source is}
   */
  knows?: (source: string) => boolean;
  /** Called after each commit with the captures in it, and how long it took in milliseconds. @default nothing is */
  onCommit?: (captures: number, ms: number) => void;
  /** @default {null} nothing is traced */
  traces?: Pick<EventTraces, "committed"> | null;
  log: Log;
  /** Monotonic time in milliseconds. @default {performance.now} */
  monotonic?: () => number;
}

interface Waiting {
  /** When its edge stops waiting for the answer, on the monotonic clock. */
  waitsUntil: number;
  event: CapturedEvent;
  bytes: number;
  number: number;
  stream: Stream;
}

interface Stream {
  call: Bidi<CaptureRequest, CaptureResponse>;
  /**
   * `ended`: the edge sends no more but still listens. `refused`: it broke a rule, and gets no answers; what it sent before is
   * stored. `gone`: it does not listen any more, and sends again what was not answered.
   */
  state: "open" | "ended" | "refused" | "gone";
  events: number;
  bytes: number;
}

/** Receives captures from all edges, commits many of them at once, and answers each one when it is durable. */
export class Ingest {
  readonly #options: IngestOptions;
  readonly #queue: Waiting[] = [];
  readonly #streams = new Set<Stream>();
  #queueBytes = 0;
  #commits = 0;
  /** One that died or stands still holds what it was writing for seconds: that keeps no others waiting. */
  #losing = 0;
  /** In the next turn, so that messages of several edges share a commit. */
  readonly #commitLater = new OncePerTurn(() => {
    while (this.#queue.length > 0 && this.#mayCommit()) {
      const batch = this.#giveUp(this.#nextBatch());
      if (batch.length > 0) void this.#commit(batch);
    }
    this.#endDrain();
  });
  readonly #monotonic: () => number;
  readonly #knows: (source: string) => boolean;
  /** While a disk fails every post is a commit that fails, and the log may be on that disk. */
  readonly #failedLines: LineBudget;
  #commitEventsMax = COMMIT_EVENTS_MAX;
  #diskHasRoom = true;
  #failed: { at: number; message: string } | null = null;
  #announced = "";
  #stopping = false;
  #drained: (() => void) | null = null;

  constructor(options: IngestOptions) {
    const { monotonic = () => performance.now(), knows = () => true } = options;
    this.#options = options;
    this.#monotonic = monotonic;
    this.#knows = knows;
    this.#failedLines = new LineBudget({ monotonic, linesMax: 1 });
  }

  /** What the last commit failed with, if that was a moment ago; otherwise null. */
  get problem(): string | null {
    if (this.#failed === null || this.#monotonic() - this.#failed.at > FAILED_MS) return null;
    return this.#failed.message;
  }

  /** Tells all edges why nothing can be stored now, empty once it can, so that they are not ready either. */
  announce(problem: string): void {
    if (problem === this.#announced) return;
    this.#announced = problem;
    for (const stream of this.#streams)
      this.#sendTo(stream, { window: null, results: [], problem });
  }

  /** Whether the disk is above its reserve; below it captures are refused. */
  set diskHasRoom(hasRoom: boolean) {
    if (hasRoom !== this.#diskHasRoom) {
      this.#options.log.warn(
        { hasRoom },
        hasRoom
          ? "disk is above its reserve again"
          : "disk is below its reserve, captures are refused",
      );
    }
    this.#diskHasRoom = hasRoom;
  }

  /** Serves one stream of captures. */
  capture(call: Bidi<CaptureRequest, CaptureResponse>): void {
    const stream: Stream = { call, state: "open", events: 0, bytes: 0 };
    call.receive({
      message: (request) => this.#receive(stream, request),
      // What the edge has sent is still committed, and answered if it still listens.
      end: () => {
        stream.state = "ended";
        if (stream.events === 0) call.end();
        this.#streams.delete(stream);
      },
      error: () => this.#drop(stream, "gone"),
    });
    this.#streams.add(stream);
    call.send({ window: WINDOW, results: [], problem: this.#announced });
  }

  /** Refuses new captures, commits those that wait, and ends the streams once all are answered. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (!this.#isIdle) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
    }
    for (const { call } of this.#streams) call.end();
  }

  #receive(stream: Stream, request: CaptureRequest): void {
    if (!listens(stream)) return;
    // First, so that what is accepted is committed no matter what is wrong with the rest of the message.
    this.#schedule();
    const refused: CaptureResultMessage[] = [];
    const problem = this.#accept(stream, request, refused);
    if (problem) this.#fail(stream, problem);
    else if (refused.length > 0) this.#send(stream, refused);
  }

  /** Queues the captures of a message and collects those that are refused. Returns what is wrong with the message. */
  #accept(
    stream: Stream,
    { captures }: CaptureRequest,
    refused: CaptureResultMessage[],
  ): RpcError | null {
    const now = this.#monotonic();
    for (const capture of captures) {
      const { number, waitMs } = capture;
      const event = captureFromMessage(capture);
      if (!event || !EVENT_ID.test(event.id) || event.bodySha256.length !== SHA256_BYTES) {
        const state = `capture ${number} has no event, or one without a valid id and digest`;
        return new RpcError("INVALID_ARGUMENT", `Cannot store: ${state}`);
      }
      const bytes = event.body.length + event.headers.length;
      const reason = this.#refusal(event.source, bytes);
      if (reason) {
        refused.push({ number, outcome: "CAPTURE_OUTCOME_UNAVAILABLE", eventId: "", reason });
        continue;
      }
      stream.events += 1;
      stream.bytes += bytes;
      const waitsUntil = waitMs > 0 ? now + waitMs : Number.POSITIVE_INFINITY;
      this.#queue.push({ event, bytes, number, stream, waitsUntil });
      this.#queueBytes += bytes;
    }
    const isOver =
      stream.events > WINDOW.eventsMax || stream.bytes > WINDOW.bytesMax + COMMIT_BYTES_MAX;
    if (!isOver) return null;
    return new RpcError(
      "RESOURCE_EXHAUSTED",
      "Cannot store: more in flight than the window allows",
    );
  }

  #fail(stream: Stream, error: RpcError): void {
    this.#drop(stream, "refused");
    stream.call.fail(error);
  }

  #drop(stream: Stream, state: "refused" | "gone"): void {
    stream.state = state;
    this.#streams.delete(stream);
  }

  #refusal(source: string, bytes: number): Refusal | null {
    if (this.#stopping) return "shutting_down";
    if (!this.#knows(source)) return "unknown_source";
    if (!this.#diskHasRoom) return "disk_reserve";
    const full = this.#queue.length >= QUEUE.eventsMax || this.#queueBytes + bytes > QUEUE.bytesMax;
    return full ? "overloaded" : null;
  }

  #schedule(): void {
    if (this.#commits < COMMITS_IN_FLIGHT_MAX) this.#commitLater.schedule();
  }

  get #isIdle(): boolean {
    return this.#queue.length === 0 && this.#commits === 0 && this.#losing === 0;
  }

  #endDrain(): void {
    if (this.#isIdle) this.#drained?.();
  }

  #mayCommit(): boolean {
    if (this.#commits === 0) return true;
    const isFull =
      this.#queue.length >= this.#commitEventsMax || this.#queueBytes >= COMMIT_BYTES_MAX;
    return isFull && this.#commits < COMMITS_IN_FLIGHT_MAX;
  }

  #nextBatch(): Waiting[] {
    const batch = takeFitting(this.#queue, { ...COMMIT, itemsMax: this.#commitEventsMax });
    for (const { bytes } of batch) this.#queueBytes -= bytes;
    return batch;
  }

  /** Drops what nobody waits for any more, and says so to edges that are still there. Returns the others. */
  #giveUp(batch: Waiting[]): Waiting[] {
    const now = this.#monotonic();
    const isLate = ({ stream, waitsUntil }: Waiting) =>
      waitsUntil <= now || stream.state === "gone";
    if (!batch.some(isLate)) return batch;
    this.#answer(batch.filter(isLate), "given_up");
    return batch.filter((one) => !isLate(one));
  }

  /** Commits a batch and answers it. Never rejects. */
  async #commit(batch: Waiting[]): Promise<void> {
    let isLosing = false;
    this.#commits += 1;
    await this.#storeAndAnswer(batch, () => {
      if (isLosing || this.#losing === COMMITS_LOSING_MAX) return;
      isLosing = true;
      this.#commits -= 1;
      this.#losing += 1;
      this.#proceed();
    });
    if (isLosing) this.#losing -= 1;
    else this.#commits -= 1;
    this.#proceed();
  }

  #proceed(): void {
    if (this.#queue.length > 0) this.#schedule();
    else this.#endDrain();
  }

  /** Stores a batch and answers it; in parts, if it was too much at once. `losing`: it may take seconds. */
  async #storeAndAnswer(batch: Waiting[], losing: () => void): Promise<void> {
    const results = await this.#store(batch, losing);
    if (results !== "too_much") return this.#answer(batch, results);
    await Promise.all(divide(batch).map((part) => this.#storeAndAnswer(part, losing)));
  }

  /** Stores a batch; returns why not if it failed, or may have. */
  async #store(
    batch: Waiting[],
    losing: () => void,
  ): Promise<readonly CaptureResult[] | Refusal | "too_much"> {
    const { store, log, onCommit, traces } = this.#options;
    const startedAt = this.#monotonic();
    const events = batch.map(({ event }) => event);
    const trace = (results: readonly CaptureResult[] | { error: string }) =>
      traces?.committed(events, results, { from: startedAt, to: this.#monotonic() });
    try {
      const results = await storeEvents(events, {
        ...this.#options,
        commit: (captures, options) => {
          this.#noteDeliveries(captures);
          return store.commit(captures, { ...options, losing });
        },
        storedOf: (stored, index) => stored[index] ?? null,
      });
      trace(results);
      this.#failed = null;
      onCommit?.(batch.length, this.#monotonic() - startedAt);
      return results;
    } catch (error) {
      if (error instanceof TooMuchAtOnceError && batch.length > 1) return "too_much";
      trace({ error: error instanceof DiskReserveError ? "disk_reserve" : "store" });
      if (error instanceof DiskReserveError) {
        // The look-out reports when there is room again.
        this.diskHasRoom = false;
        return "disk_reserve";
      }
      this.#failed = { at: this.#monotonic(), message: (error as Error).message };
      const omitted = this.#failedLines.take();
      if (omitted !== null) {
        log.error(
          { err: error, events: batch.length, ...(omitted > 0 && { omitted }) },
          "commit failed, edges answer 503 so that providers retry",
        );
      }
      return "store";
    }
  }

  /** The next commit is as large as this one would have had to be. */
  #noteDeliveries(captures: readonly Capture[]): void {
    let deliveries = 0;
    for (const capture of captures) deliveries += capture.deliveries.length;
    const events = Math.floor((COMMIT_DELIVERIES_MAX * captures.length) / deliveries);
    this.#commitEventsMax = Math.max(COMMIT_EVENTS_MIN, Math.min(events, COMMIT_EVENTS_MAX));
  }

  /** Answers a batch: one message for each stream that has a part in it. */
  #answer(batch: readonly Waiting[], results: readonly CaptureResult[] | Refusal): void {
    const byStream = new Map<Stream, CaptureResultMessage[]>();
    batch.forEach(({ stream, number, bytes }, index) => {
      stream.events -= 1;
      stream.bytes -= bytes;
      const answers = byStream.get(stream) ?? [];
      const result = typeof results === "string" ? results : results[index];
      answers.push({ number, ...answerOf(result ?? "store") });
      byStream.set(stream, answers);
    });
    for (const [stream, answers] of byStream) {
      if (!listens(stream)) continue;
      this.#send(stream, answers);
      if (stream.state === "ended" && stream.events === 0) stream.call.end();
    }
  }

  /** One stream that cannot be written to must not keep the others from their answers. */
  #send(stream: Stream, results: CaptureResultMessage[]): void {
    this.#sendTo(stream, { window: null, results });
  }

  #sendTo(stream: Stream, response: CaptureResponse): void {
    try {
      stream.call.send(response);
    } catch (cause) {
      this.#options.log.error({ err: cause }, "answers not sent, the edge's stream is ended");
      this.#fail(stream, new RpcError("INTERNAL", "Cannot answer: the log says why", { cause }));
    }
  }
}

function listens({ state }: Stream): boolean {
  return state === "open" || state === "ended";
}

function answerOf(result: CaptureResult | Refusal): Omit<CaptureResultMessage, "number"> {
  if (typeof result === "string") {
    return { outcome: "CAPTURE_OUTCOME_UNAVAILABLE", eventId: "", reason: result };
  }
  const outcome = result.duplicate ? "CAPTURE_OUTCOME_DUPLICATE" : "CAPTURE_OUTCOME_STORED";
  return { outcome, eventId: result.eventId, reason: "" };
}
