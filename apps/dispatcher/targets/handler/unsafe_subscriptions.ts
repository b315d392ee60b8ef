/** How long a subscription that killed a host is remembered, in milliseconds. */
const UNSAFE_MS = 600_000;

/** Attempts in a row after which its host lived on, and it is forgotten earlier. */
const SAFE_ATTEMPTS = 20;

/**
 * The subscriptions whose handlers killed a host, so that shared hosts can be kept free of them. In memory only: after a
 * restart one more host is lost before it is known again.
 */
export class UnsafeSubscriptions {
  readonly #monotonic: () => number;
  readonly #known = new Map<string, { until: number; safeAttempts: number }>();

  /** `monotonic` is a clock in milliseconds. */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** Whether attempts of this subscription must run alone, away from all others. */
  has(subscription: string): boolean {
    const known = this.#known.get(subscription);
    if (!known) return false;
    if (this.#monotonic() < known.until) return true;
    this.#known.delete(subscription);
    return false;
  }

  /** It killed a host, and nothing else can have done so. */
  add(subscription: string): void {
    this.#known.set(subscription, { until: this.#monotonic() + UNSAFE_MS, safeAttempts: 0 });
  }

  /** An attempt of it ended, with whatever result, and the host lived on. */
  noteSafeAttempt(subscription: string): void {
    const known = this.#known.get(subscription);
    if (!known) return;
    known.safeAttempts += 1;
    if (known.safeAttempts >= SAFE_ATTEMPTS) this.#known.delete(subscription);
  }
}
