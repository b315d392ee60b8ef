import { TokenBucket } from "@hookgate/async";

/** Shortest time to hold a subscription back after a limit, in milliseconds, also if the endpoint names none. */
export const HOLD_MS_MIN = 1_000;

/** What a bucket holds, as a time of its rate in seconds: evenly spaced, but no timer for every delivery of a fast one. */
const BURST_SECONDS = 0.02;

/** Options for {@linkcode Pace}. */
export interface PaceOptions {
  /** Deliveries that may start each second; null without a bound. */
  ratePerSecond: number | null;
  /** A monotonic clock, in milliseconds. */
  monotonic: () => number;
}

/**
 * How fast one endpoint takes deliveries. Its configured rate is a token bucket. An answer that limits us (429, or 503 with
 * Retry-After) holds all of its deliveries back for that time, and halves how many run at once; each success widens this
 * window again, by one for every full window, as TCP does. Without it a limited endpoint would meet the full concurrency
 * after every wait, and most deliveries would run out of retries.
 */
export class Pace {
  readonly #bucket: TokenBucket | null;
  readonly #monotonic: () => number;
  #window = Number.POSITIVE_INFINITY;
  #heldUntil = Number.NEGATIVE_INFINITY;

  constructor({ ratePerSecond, monotonic }: PaceOptions) {
    this.#monotonic = monotonic;
    this.#bucket =
      ratePerSecond === null
        ? null
        : new TokenBucket({
            perSecond: ratePerSecond,
            burst: Math.max(1, ratePerSecond * BURST_SECONDS),
            monotonic,
          });
  }

  /** Whether an answer has limited us and the window is not open again. */
  get isLimited(): boolean {
    return this.#window !== Number.POSITIVE_INFINITY;
  }

  /** Attempts that may start in addition to `running` ones. */
  room(running: number): number {
    if (this.#monotonic() < this.#heldUntil) return 0;
    const inWindow = Math.floor(this.#window) - running;
    return Math.max(0, Math.min(inWindow, Math.floor(this.#bucket?.left ?? inWindow)));
  }

  /** Time until the hold is over and the bucket has a token, in milliseconds; 0 if both are so now. */
  get waitMs(): number {
    return Math.max(this.heldMs, this.#bucket?.waitMs ?? 0);
  }

  /** How much longer an answer holds all back, in milliseconds. */
  get heldMs(): number {
    return Math.max(0, this.#heldUntil - this.#monotonic());
  }

  /** Ends the hold. The window stays: if the limit still stands, few deliveries meet it. */
  endHold(): void {
    this.#heldUntil = Number.NEGATIVE_INFINITY;
  }

  /** An attempt starts. */
  begin(): void {
    this.#bucket?.spend(1);
  }

  /** An attempt was answered with a limit, while `running` others were under way. */
  limit(waitMs: number, running: number): void {
    const now = this.#monotonic();
    // Attempts that started before the hold end during it: they are one and the same limit.
    if (now >= this.#heldUntil) {
      this.#window = Math.max(1, Math.floor(Math.min(this.#window, running + 1) / 2));
    }
    this.#heldUntil = Math.max(this.#heldUntil, now + Math.max(HOLD_MS_MIN, waitMs));
  }

  /** An attempt succeeded. `concurrency` is the widest window: at it, nothing is limited any more. */
  widen(concurrency: number): void {
    this.#window += 1 / this.#window;
    if (this.#window >= concurrency) this.#window = Number.POSITIVE_INFINITY;
  }
}
