/** Options for {@linkcode TokenBucket}. */
export interface TokenBucketOptions {
  /** Tokens that come back each second. */
  perSecond: number;
  /** Tokens that fit in. */
  burst: number;
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

/** A rate with a reserve: full at first, one token for each request. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #monotonic: () => number;
  #tokens: number;
  #filledAt: number;

  constructor(options: TokenBucketOptions) {
    this.#perSecond = options.perSecond;
    this.#burst = options.burst;
    this.#monotonic = options.monotonic;
    this.#tokens = options.burst;
    this.#filledAt = this.#monotonic();
  }

  /** Takes one token: 0 where there was one, else the seconds until there is. */
  take(): number {
    const now = this.#monotonic();
    const filled = this.#tokens + ((now - this.#filledAt) / 1_000) * this.#perSecond;
    this.#tokens = Math.min(this.#burst, filled);
    this.#filledAt = now;
    if (this.#tokens < 1) return (1 - this.#tokens) / this.#perSecond;
    this.#tokens -= 1;
    return 0;
  }
}
