/** Attempts at once that every handler may have. */
const AT_ONCE_MIN = 20;

/** Attempts at once that the fastest handler may have. */
const AT_ONCE_MAX = 512;

/** How long an attempt may take by itself while more are run at once, in milliseconds … */
const TAKEN_MS_MAX = 25;

/** … and with all that is done for it: as much again for the store, whose commits are the cheaper the larger they are. */
const HELD_MS_MAX = 2 * TAKEN_MS_MAX;

/** Share of the latest measurement in the rate. */
const LATEST_SHARE = 0.5;

interface Measured {
  /** Attempts that ended since the last tick. */
  ended: number;
  /** Sum of what they took by themselves, in milliseconds. */
  takenMs: number;
  perMs: number;
  /** How long an attempt may take, with all that is done for it, in milliseconds. */
  heldMs: number;
}

/**
 * How many attempts of a subscription run at once if its configuration does not say. A handler that answers in a few
 * milliseconds is only kept waiting by a small number, so it gets as many as it ends in {@linkcode HELD_MS_MAX}, or in
 * {@linkcode TAKEN_MS_MAX} if that is what it takes itself; one that waits for others keeps the smallest number, which spares
 * those.
 */
export class HandlerPace {
  readonly #measured = new Map<string, Measured>();

  /** Attempts that may run at once now. */
  atOnce(subscription: string): number {
    const { perMs = 0, heldMs = 0 } = this.#measured.get(subscription) ?? {};
    return Math.min(AT_ONCE_MAX, Math.max(AT_ONCE_MIN, Math.floor(perMs * heldMs)));
  }

  /** An attempt has ended, which took so long by itself, in milliseconds. */
  noteEnded(subscription: string, takenMs: number): void {
    let measured = this.#measured.get(subscription);
    if (!measured) {
      measured = { ended: 0, takenMs: 0, perMs: 0, heldMs: HELD_MS_MAX };
      this.#measured.set(subscription, measured);
    }
    measured.ended += 1;
    measured.takenMs += takenMs;
  }

  /** Measures the time since the last call, in milliseconds. */
  tick(elapsedMs: number): void {
    if (elapsedMs <= 0) return;
    for (const [subscription, measured] of this.#measured) {
      const { ended, takenMs, perMs } = measured;
      measured.perMs = perMs + (ended / elapsedMs - perMs) * LATEST_SHARE;
      if (ended > 0) {
        measured.heldMs = takenMs / ended < TAKEN_MS_MAX ? HELD_MS_MAX : TAKEN_MS_MAX;
      }
      measured.ended = 0;
      measured.takenMs = 0;
      // Too slow to count.
      if (measured.perMs * HELD_MS_MAX < 1) this.#measured.delete(subscription);
    }
  }
}
