/** How fast a {@linkcode TokenBucket} fills, and how much it holds. */
export interface TokenRate {
  /** Tokens that come back each second. */
  perSecond: number;
  /** Tokens that it holds. */
  burst: number;
}

/** Options for {@linkcode TokenBucket}. */
export interface TokenBucketOptions extends TokenRate {
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
  /**
   * How long ago this process had run for so many milliseconds less. After a pause what came meanwhile is all there at once: the
   * bucket then holds as much more. @default {the same}
   */
  spanOf?: (ms: number) => number;
}

/** A rate with a reserve, full at first. A token is a request, a byte, a millisecond of work. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #spanOf: ((ms: number) => number) | undefined;
  readonly #monotonic: () => number;
  #tokens: number;
  #filledAt: number;

  constructor({ perSecond, burst, monotonic, spanOf }: TokenBucketOptions) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#monotonic = monotonic;
    this.#spanOf = spanOf;
    this.#tokens = burst;
    this.#filledAt = monotonic();
  }

  /** Tokens that are there now; negative if it was overspent. */
  get left(): number {
    const now = this.#monotonic();
    // A clock that steps back returns nothing.
    const elapsedMs = Math.max(0, now - this.#filledAt);
    this.#filledAt = Math.max(now, this.#filledAt);
    this.#tokens = Math.min(this.#most, this.#tokens + (elapsedMs / 1_000) * this.#perSecond);
    return this.#tokens;
  }

  /** Tokens that it holds now. */
  get #most(): number {
    if (this.#spanOf === undefined) return this.#burst;
    const fullMs = (this.#burst / this.#perSecond) * 1_000;
    return this.#burst + ((this.#spanOf(fullMs) - fullMs) / 1_000) * this.#perSecond;
  }

  /** Removes tokens, more than are left if need be: the debt is filled up first. */
  spend(tokens: number): void {
    this.#tokens -= tokens;
  }

  /** Time until there is a whole token, in milliseconds; 0 if there is one now. */
  get waitMs(): number {
    return Math.max(0, ((1 - this.left) / this.#perSecond) * 1_000);
  }

  /** Takes one token and returns 0; if there is none, returns the seconds until there is. */
  take(): number {
    const { waitMs } = this;
    if (waitMs === 0) this.spend(1);
    return waitMs / 1_000;
  }
}
