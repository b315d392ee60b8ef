import type { Deliveries, SubscriptionActivity } from "../store/contract/deliveries.ts";

/**
 * Longest time between two heartbeats without a gap, in milliseconds: written each second, and so much shorter than the
 * age at which a heartbeat is old that a gap in everybody's heartbeats makes nobody's old.
 */
const GAP_MS_MAX = 3_000;

/** Options for {@linkcode Heartbeats}. */
export interface HeartbeatsOptions {
  store: Pick<Deliveries, "heartbeat">;
  /** A monotonic clock, in milliseconds. @default {performance.now} */
  monotonic?: () => number;
}

/** This dispatcher's heartbeats: writes them, and knows for how long they have succeeded without a gap. */
export class Heartbeats {
  readonly #store: Pick<Deliveries, "heartbeat">;
  readonly #monotonic: () => number;
  /** The first and the latest heartbeat since the last gap. */
  #first = Number.POSITIVE_INFINITY;
  #latest = Number.NEGATIVE_INFINITY;

  constructor({ store, monotonic = () => performance.now() }: HeartbeatsOptions) {
    this.#store = store;
    this.#monotonic = monotonic;
  }

  /** For how long heartbeats have succeeded without a gap, in milliseconds; 0 in a gap. */
  get steadyMs(): number {
    const now = this.#monotonic();
    return now - this.#latest > GAP_MS_MAX ? 0 : now - this.#first;
  }

  /** Writes a heartbeat. */
  async heartbeat(
    dispatcherId: string,
    activity: readonly SubscriptionActivity[] = [],
  ): Promise<void> {
    await this.#store.heartbeat(dispatcherId, activity);
    const now = this.#monotonic();
    if (now - this.#latest > GAP_MS_MAX) this.#first = now;
    this.#latest = now;
  }
}
