import { type CaptureMessage, captureToMessage } from "@hookgate/rpc";
import type { CapturedEvent } from "@hookgate/types";

/** What became of an event: durable, or not stored as far as we know. */
export type CaptureAnswer =
  | { outcome: "stored" | "duplicate"; eventId: string }
  | { outcome: "unavailable"; reason: string };

/** Bytes of bodies and headers in one message; a larger event is a message of its own. */
const MESSAGE_BYTES_MAX = 1024 * 1024;

/** Deadlines closer together than this share one look at all events: there may be 10,000 of them. */
const EXPIRE_EVERY_MS = 5;

/** With fewer events taken than this, trimming the queue is not worth the copy. */
const TRIM_MIN = 256;

interface Pending {
  number: number;
  event: CapturedEvent;
  bytes: number;
  deadlineAt: number;
  /** Whether one dispatcher has refused it. */
  refused: boolean;
  settle: (answer: CaptureAnswer) => void;
}

/** Options for {@linkcode PendingCaptures}. */
export interface PendingCapturesOptions {
  /** Monotonic time in milliseconds, on which the deadlines are. */
  monotonic: () => number;
  /** Why an event whose deadline has passed was not stored. */
  lateReason: () => string;
}

/** Events that are not answered yet, and those of them that are not sent yet. Each is answered by its deadline. */
export class PendingCaptures {
  readonly #monotonic: () => number;
  readonly #lateReason: () => string;
  /** In the order in which they came. */
  readonly #unanswered = new Map<number, Pending>();
  /** Those to be sent, from `#queueAt` on; some may have been answered since, at their deadline. */
  #queue: Pending[] = [];
  #queueAt = 0;
  #lastNumber = 0;
  #expiry: NodeJS.Timeout | undefined;
  /** When `#expiry` fires; infinity if it is not set. */
  #expiryAt = Number.POSITIVE_INFINITY;

  constructor({ monotonic, lateReason }: PendingCapturesOptions) {
    this.#monotonic = monotonic;
    this.#lateReason = lateReason;
  }

  /** How many are not answered. */
  get size(): number {
    return this.#unanswered.size;
  }

  /** How many are to be sent, at most: some may have been answered since, at their deadline. */
  get queued(): number {
    return this.#queue.length - this.#queueAt;
  }

  /** Queues an event. Resolves with its answer, at its deadline at the latest. Never rejects. */
  add(event: CapturedEvent, deadlineAt: number): Promise<CaptureAnswer> {
    return new Promise((settle) => {
      const number = ++this.#lastNumber;
      const bytes = event.body.length + event.headers.length;
      const pending: Pending = { number, event, bytes, deadlineAt, refused: false, settle };
      this.#unanswered.set(number, pending);
      this.#queue.push(pending);
      this.#expireBy(deadlineAt);
    });
  }

  /** Answers the event with this number, unless it has been answered. */
  answer(number: number, answer: CaptureAnswer): void {
    const pending = this.#unanswered.get(number);
    if (pending === undefined) return;
    this.#unanswered.delete(number);
    pending.settle(answer);
  }

  /** Queues one that was refused once more; false if it was refused before, or has been answered. */
  again(number: number): boolean {
    const pending = this.#unanswered.get(number);
    if (pending === undefined || pending.refused) return false;
    pending.refused = true;
    this.#queue.push(pending);
    return true;
  }

  /** Answers all of them. */
  answerAll(answer: CaptureAnswer): void {
    clearTimeout(this.#expiry);
    this.#expiryAt = Number.POSITIVE_INFINITY;
    for (const { settle } of this.#unanswered.values()) settle(answer);
    this.#unanswered.clear();
    this.requeue();
  }

  /** Queues all that are not answered again, in their order. */
  requeue(): void {
    this.#queue = [...this.#unanswered.values()];
    this.#queueAt = 0;
  }

  /** Takes the next message's events from the queue, as long as `reserve` finds room for each. */
  take(reserve: (number: number, bytes: number) => boolean): CaptureMessage[] {
    const captures: CaptureMessage[] = [];
    let messageBytes = 0;
    const now = this.#monotonic();
    for (; this.#queueAt < this.#queue.length; this.#queueAt += 1) {
      const pending = this.#queue[this.#queueAt];
      if (pending === undefined || !this.#unanswered.has(pending.number)) continue;
      const { number, bytes, event, deadlineAt } = pending;
      if (captures.length > 0 && messageBytes + bytes > MESSAGE_BYTES_MAX) break;
      if (!reserve(number, bytes)) break;
      messageBytes += bytes;
      captures.push(captureToMessage(number, event, Math.max(1, Math.ceil(deadlineAt - now))));
    }
    this.#trimQueue();
    return captures;
  }

  /** Drops what was taken from the front of the queue: seldom, so that each event is copied once on average. */
  #trimQueue(): void {
    if (this.#queueAt < this.#queue.length && this.#queueAt < TRIM_MIN) return;
    if (this.#queueAt * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#queueAt);
    this.#queueAt = 0;
  }

  /** One timer, for the earliest deadline. They come in any order: some events waited for a certificate before. */
  #expireBy(deadlineAt: number): void {
    if (deadlineAt >= this.#expiryAt) return;
    clearTimeout(this.#expiry);
    this.#expiryAt = deadlineAt;
    const delayMs = Math.max(0, Math.ceil(deadlineAt - this.#monotonic()));
    // After a pause of ours timers come first, and answers that came in time lie in their socket.
    this.#expiry = setTimeout(() => setImmediate(() => this.#expire()), delayMs);
  }

  #expire(): void {
    this.#expiryAt = Number.POSITIVE_INFINITY;
    const now = this.#monotonic();
    const { size } = this.#unanswered;
    let nextAt = Number.POSITIVE_INFINITY;
    for (const { number, deadlineAt } of this.#unanswered.values()) {
      if (deadlineAt > now) nextAt = Math.min(nextAt, deadlineAt);
      else this.answer(number, { outcome: "unavailable", reason: this.#lateReason() });
    }
    // A blocked stream takes nothing from the queue: do not keep what nobody waits for.
    if (this.#unanswered.size < size) this.#dropAnswered();
    if (nextAt < Number.POSITIVE_INFINITY) this.#expireBy(Math.max(nextAt, now + EXPIRE_EVERY_MS));
  }

  #dropAnswered(): void {
    const unsent = this.#queue.slice(this.#queueAt);
    this.#queue = unsent.filter(({ number }) => this.#unanswered.has(number));
    this.#queueAt = 0;
  }
}
