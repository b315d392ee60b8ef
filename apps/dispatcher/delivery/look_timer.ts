/**
 * After a look the next one that this timer begins is so many times as long away as it took, but no longer than this, in
 * milliseconds: with retries due in every millisecond, and many subscriptions to look through, the store would do nothing else.
 */
const REST_FACTOR = 2;
const REST_MS_MAX = 25;

/** Options for {@linkcode LookTimer}. */
export interface LookTimerOptions {
  /** The store's time, in milliseconds since 1970. */
  now: () => number;
  /** A monotonic clock, in milliseconds. */
  monotonic: () => number;
}

/** Begins a look at the earliest of the times it is given, unless the last look took long: then a little later. */
export class LookTimer {
  readonly #look: () => void;
  readonly #now: () => number;
  readonly #monotonic: () => number;
  #timer: NodeJS.Timeout | undefined;
  #at = Number.POSITIVE_INFINITY;
  /** No look begins before, on the monotonic clock. */
  #restsUntil = Number.NEGATIVE_INFINITY;

  constructor(look: () => void, { now, monotonic }: LookTimerOptions) {
    this.#look = look;
    this.#now = now;
    this.#monotonic = monotonic;
  }

  /** Looks at a time of the store's clock; being early is harmless, because the store is asked again. */
  lookAt(time: number): void {
    if (time >= this.#at) return;
    this.#at = time;
    this.#wait(Math.max(0, time - this.#now()));
  }

  lookIn(delayMs: number): void {
    this.lookAt(this.#now() + delayMs);
  }

  /** A look has ended that took so long. */
  restAfter(tookMs: number): void {
    const restMs = Math.min(REST_FACTOR * tookMs, REST_MS_MAX);
    this.#restsUntil = Math.max(this.#restsUntil, this.#monotonic() + restMs);
  }

  /** Looks no more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#at = Number.NEGATIVE_INFINITY;
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(), Math.ceil(ms));
  }

  #end(): void {
    const restMs = this.#restsUntil - this.#monotonic();
    if (restMs > 0) {
      this.#wait(restMs);
      return;
    }
    this.#at = Number.POSITIVE_INFINITY;
    this.#look();
  }
}
