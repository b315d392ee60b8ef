import { LineBudget, OncePerTurn } from "@hookgate/async";
import type { CaptureResponse, CaptureResultMessage } from "@hookgate/rpc";
import type { Log } from "@hookgate/telemetry";
import type { CapturedEvent } from "@hookgate/types";
import type { CaptureStream } from "./capture_stream.ts";
import { type CaptureClient, DispatcherLane, type LaneLoss } from "./dispatcher_lane.ts";
import { type CaptureAnswer, PendingCaptures } from "./pending_captures.ts";

/** Options for {@linkcode CaptureLink}. */
export interface CaptureLinkOptions {
  /** The dispatchers, at least one. Several share one store. */
  dispatchers: readonly CaptureClient[];
  log: Log;
  /** Monotonic time in milliseconds; deadlines are measured on it. @default {performance.now} */
  monotonic?: () => number;
  /** Milliseconds in which this process ran; a dispatcher's silence is measured on it. @default {monotonic} */
  running?: () => number;
  /** Source of randomness in [0, 1). @default {Math.random} */
  random?: () => number;
  /** A stream without an answer for this long is abandoned, in milliseconds. @default {4_000, or 1_000 if another is open} */
  silentMsMax?: number;
}

/** Events that are not answered yet; past it new ones are refused at once. */
const UNANSWERED_MAX = 10_000;

/** A link that has been down for longer refuses new events at once: they would wait in vain. */
const DOWN_MS_MAX = 1_000;

/** Edge and dispatchers may start at the same time: before the first connection so long a wait is no loss, in milliseconds. */
const START_MS_MAX = 3_000;

/** How long a dispatcher may be silent if no other takes events, in milliseconds … */
const SILENT_MS_MAX = 4_000;

/** … and if another does: its answers come within the time that the provider's request has. */
const SILENT_BESIDE_OTHERS_MS_MAX = 1_000;

/** An outage is several attempts a second; one line is logged in this time when it begins, and one when it ends. */
const LINE_EVERY_MS = 5_000;

/**
 * While answers are outstanding, events gather until the next answer, for as long as this at most, in milliseconds: a message of
 * their own each would cost both processes a wake-up, and the dispatcher commits one batch after the other …
 */
const GATHER_MS = 5;

/** … or until there are as many as this. */
const GATHER_EVENTS_MAX = 64;

/** Reasons of a refusal that say that this dispatcher cannot store events now; another perhaps can. */
const UNABLE: ReadonlySet<string> = new Set(["disk_reserve", "store", "shutting_down"]);

/** How often to check whether the stream is silent. */
const WATCH_EVERY_MS = 250;

/**
 * The edge's way to its dispatchers: to each a long-lived stream that is opened again when it is lost. Events go to one of
 * them, many per message. If that one is lost, or says that it cannot store them, another is used at once. Events that were
 * not answered are sent again on the next stream, under the same ids: the store recognises those it has. One that is refused
 * is sent to another once. Every event is answered by its deadline.
 */
export class CaptureLink {
  readonly #lanes: readonly DispatcherLane[];
  /** The one that events go to; while none is open, the last one. */
  #active: DispatcherLane;
  /** Whether the active one replaced a silent one and has not answered yet: then perhaps their common store is slow. */
  #isUntried = false;
  readonly #log: Log;
  readonly #connectedLines: LineBudget;
  readonly #lostLines: LineBudget;
  readonly #standbyLines: LineBudget;
  readonly #monotonic: () => number;
  readonly #silentMsMax: number | undefined;
  readonly #watch: NodeJS.Timeout;
  readonly #pending: PendingCaptures;
  #downSince: number | null;
  /** Events captured in one turn of the event loop are sent together. */
  readonly #flushLater = new OncePerTurn(() => this.#flush());
  /** Ends the gathering of events. */
  #gathering: NodeJS.Timeout | undefined;
  #everConnected = false;
  #closed = false;
  readonly #firstConnected = Promise.withResolvers<void>();

  /** Opens the streams at once. */
  constructor(options: CaptureLinkOptions) {
    const { monotonic = () => performance.now(), random = Math.random } = options;
    const { running = monotonic } = options;
    this.#log = options.log;
    const lines = { monotonic, linesMax: 1, windowMs: LINE_EVERY_MS };
    this.#connectedLines = new LineBudget(lines);
    this.#lostLines = new LineBudget(lines);
    this.#standbyLines = new LineBudget(lines);
    this.#monotonic = monotonic;
    this.#silentMsMax = options.silentMsMax;
    this.#downSince = monotonic();
    const lateReason = () => (this.connected ? "deadline" : "not_connected");
    this.#pending = new PendingCaptures({ monotonic, lateReason });
    this.#watch = setInterval(() => this.#abandonSilent(), WATCH_EVERY_MS);
    this.#lanes = options.dispatchers.map((client) => {
      return new DispatcherLane(client, {
        running,
        random,
        opened: (lane) => this.#opened(lane),
        received: (lane, stream, response) => this.#receive(lane, stream, response),
        lost: (lane, loss) => this.#lost(lane, loss),
      });
    });
    const [first] = this.#lanes;
    if (first === undefined) throw new RangeError("Cannot send captures: there is no dispatcher");
    this.#active = first;
    for (const lane of this.#lanes) lane.open();
  }

  /** The address of the dispatcher that events go to. */
  get address(): string {
    return this.#active.client.address;
  }

  /** Whether a dispatcher takes events. */
  get connected(): boolean {
    return this.#downSince === null;
  }

  /** Why events cannot be stored now; null if they can, as far as is known. */
  get problem(): string | null {
    if (!this.connected) return "the dispatcher is not connected";
    const problem = this.#active.stream?.problem ?? "";
    return problem === "" ? null : `the dispatcher is not ready: ${problem}`;
  }

  /** Resolves when a dispatcher takes events for the first time. */
  get firstConnected(): Promise<void> {
    return this.#firstConnected.promise;
  }

  /** Sends an event. Resolves once it is durable, or at its deadline if that is not known by then. Never rejects. */
  capture(event: CapturedEvent, options: { deadlineAt: number }): Promise<CaptureAnswer> {
    const { deadlineAt } = options;
    const refusal = this.#refusal(deadlineAt);
    if (refusal !== null) return Promise.resolve({ outcome: "unavailable", reason: refusal });
    const answer = this.#pending.add(event, deadlineAt);
    if ((this.#active.stream?.idle ?? true) || this.#pending.queued >= GATHER_EVENTS_MAX) {
      this.#flushLater.schedule();
    } else if (!this.#flushLater.scheduled) {
      this.#gathering ??= setTimeout(() => this.#flush(), GATHER_MS);
    }
    return answer;
  }

  /** Ends the streams. Events without an answer are answered as unavailable. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#downSince ??= this.#monotonic();
    clearInterval(this.#watch);
    clearTimeout(this.#gathering);
    for (const lane of this.#lanes) lane.close();
    this.#pending.answerAll({ outcome: "unavailable", reason: "shutting_down" });
  }

  #refusal(deadlineAt: number): string | null {
    if (this.#closed) return "shutting_down";
    const now = this.#monotonic();
    if (now >= deadlineAt) return "deadline";
    if (this.#downSince !== null && now - this.#downSince > DOWN_MS_MAX) return "not_connected";
    return this.#pending.size >= UNANSWERED_MAX ? "overloaded" : null;
  }

  #opened(lane: DispatcherLane): void {
    const { canStore, isOpen } = this.#active;
    if (this.#active !== lane && isOpen && (canStore || !lane.canStore)) return;
    this.#active = lane;
    this.#downSince = null;
    this.#everConnected = true;
    this.#firstConnected.resolve();
    const omitted = this.#connectedLines.take();
    const { address } = this;
    if (omitted !== null) this.#log.info({ address, omitted }, "dispatcher connected");
  }

  #receive(lane: DispatcherLane, stream: CaptureStream, response: CaptureResponse): void {
    if (lane === this.#active && response.results.length > 0) this.#isUntried = false;
    const other = this.#lanes.find((one) => one !== lane && one.canStore);
    let problem = stream.problem;
    for (const result of response.results) {
      if (!stream.release(result.number)) continue;
      if (UNABLE.has(result.reason)) {
        problem ||= result.reason;
        if (other !== undefined && this.#pending.again(result.number)) continue;
      }
      this.#pending.answer(result.number, readResult(result));
    }
    if (problem !== "" && lane === this.#active && other !== undefined) this.#leave(other, problem);
    // One in reserve may have just become able.
    else if (lane.canStore && !this.#active.canStore) this.#leave(lane, this.problem ?? "");
    this.#flush();
  }

  /** Uses another dispatcher: the active one says that it cannot store events. */
  #leave(other: DispatcherLane, problem: string): void {
    const { address } = this;
    this.#active = other;
    const omitted = this.#lostLines.take();
    if (omitted === null) return;
    const fields = { address, problem, used: this.address, omitted };
    this.#log.warn(fields, "a dispatcher cannot store events, using another");
  }

  #lost(lane: DispatcherLane, { silent, wasOpen, ...loss }: LaneLoss): void {
    const { address } = lane.client;
    if (lane !== this.#active) {
      const omitted = wasOpen ? this.#standbyLines.take() : null;
      const fields = { address, ...loss, omitted };
      if (omitted !== null) this.#log.warn(fields, "a dispatcher in reserve is lost, reconnecting");
      return;
    }
    this.#pending.requeue();
    const fields = { address, ...loss, unanswered: this.#pending.size };
    const other =
      this.#lanes.find(({ canStore }) => canStore) ?? this.#lanes.find(({ isOpen }) => isOpen);
    if (other === undefined) {
      const now = this.#monotonic();
      this.#downSince ??= now;
      this.#logLoss(now, fields);
      return;
    }
    this.#active = other;
    this.#isUntried = silent;
    const omitted = this.#lostLines.take();
    const used = this.address;
    if (omitted !== null)
      this.#log.warn({ ...fields, used, omitted }, "dispatcher lost, using another");
    this.#flush();
  }

  #logLoss(now: number, fields: object): void {
    if (!this.#everConnected && now - (this.#downSince ?? now) <= START_MS_MAX) return;
    const omitted = this.#lostLines.take();
    if (omitted === null) return;
    this.#log.warn({ ...fields, omitted }, "dispatcher not connected, reconnecting");
  }

  #flush(): void {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    const { stream } = this.#active;
    while (stream?.writable && stream === this.#active.stream) {
      const captures = this.#pending.take((number, bytes) => stream.reserve(number, bytes));
      if (captures.length === 0) return;
      stream.send(captures, { drained: () => this.#flush() });
    }
  }

  /** A peer that is frozen, or behind a cut cable, does not break the stream: only its silence shows. */
  #abandonSilent(): void {
    for (const lane of this.#lanes) lane.abandonSilent(this.#silenceOf(lane));
  }

  #silenceOf(lane: DispatcherLane): number {
    if (this.#silentMsMax !== undefined) return this.#silentMsMax;
    const isReplaceable = this.#lanes.some((other) => other !== lane && other.isOpen);
    return isReplaceable && !this.#isUntried ? SILENT_BESIDE_OTHERS_MS_MAX : SILENT_MS_MAX;
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
