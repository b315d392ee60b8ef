/** Attempts at once that every handler may have. */
const AT_ONCE_MIN = 20;

/** Attempts at once that the fastest handler may have. */
const AT_ONCE_MAX = 512;

/** How long an attempt may take, with all that is done for it, while more are run at once, in milliseconds. */
const HELD_MS_MAX = 25;

/** Share of the latest measurement in the rate. */
const LATEST_SHARE = 0.5;

interface Measured {
  /** Attempts that ended since the last tick. */
  ended: number;
  perMs: number;
}

/**
 * How many attempts of a subscription run at once if its configuration does not say. A handler that answers in a few
 * milliseconds is only kept waiting by a small number, so it gets as many as it ends in {@linkcode HELD_MS_MAX}; one that
 * waits for others keeps the smallest number, which spares those.
 */
export class HandlerPace {
  readonly #measured = new Map<string, Measured>();

  /** Attempts that may run at once now. */
  atOnce(subscription: string): number {
    const { perMs = 0 } = this.#measured.get(subscription) ?? {};
    return Math.min(AT_ONCE_MAX, Math.max(AT_ONCE_MIN, Math.floor(perMs * HELD_MS_MAX)));
  }

  /** An attempt has ended. */
  noteEnded(subscription: string): void {
    const measured = this.#measured.get(subscription);
    if (measured) measured.ended += 1;
    else this.#measured.set(subscription, { ended: 1, perMs: 0 });
  }

  /** Measures the time since the last call, in milliseconds. */
  tick(elapsedMs: number): void {
    if (elapsedMs <= 0) return;
    for (const [subscription, measured] of this.#measured) {
      const { ended, perMs } = measured;
      measured.perMs = perMs + (ended / elapsedMs - perMs) * LATEST_SHARE;
      measured.ended = 0;
      // Too slow to count.
      if (measured.perMs * HELD_MS_MAX < 1) this.#measured.delete(subscription);
    }
  }
}
