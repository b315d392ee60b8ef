import type { Deliveries, SubscriptionActivity } from "../store/contract/deliveries.ts";
import type { ClockSteps } from "../store/contract/event_store.ts";

/**
 * Longest time between two heartbeats without a gap, in milliseconds: written each second, and so much shorter than the
 * age at which a heartbeat is old that a gap in everybody's heartbeats makes nobody's old.
 */
const GAP_MS_MAX = 3_000;

type HeartbeatStore = Pick<Deliveries, "heartbeat"> & ClockSteps;

/** Options for {@linkcode Heartbeats}. */
export interface HeartbeatsOptions {
  store: HeartbeatStore;
  /** A monotonic clock, in milliseconds. @default {performance.now} */
  monotonic?: () => number;
}

/** This dispatcher's heartbeats: writes them, and knows for how long they have succeeded without a gap. */
export class Heartbeats {
  readonly #store: HeartbeatStore;
  readonly #monotonic: () => number;
  /** The first and the latest heartbeat since the last gap. */
  #first = Number.POSITIVE_INFINITY;
  #latest = Number.NEGATIVE_INFINITY;
  /** Steps of the store's clock at the latest. Each makes everybody's heartbeats look old. */
  #steps = 0;

  constructor({ store, monotonic = () => performance.now() }: HeartbeatsOptions) {
    this.#store = store;
    this.#monotonic = monotonic;
  }

  /** For how long heartbeats have succeeded without a gap, in milliseconds; 0 in a gap. */
  get steadyMs(): number {
    const now = this.#monotonic();
    const isGap = now - this.#latest > GAP_MS_MAX || this.#store.clockSteps() !== this.#steps;
    return isGap ? 0 : now - this.#first;
  }

  /** Writes a heartbeat. */
  async heartbeat(
    dispatcherId: string,
    activity: readonly SubscriptionActivity[] = [],
  ): Promise<void> {
    await this.#store.heartbeat(dispatcherId, activity);
    const now = this.#monotonic();
    const steps = this.#store.clockSteps();
    if (now - this.#latest > GAP_MS_MAX || steps !== this.#steps) this.#first = now;
    this.#steps = steps;
    this.#latest = now;
  }
}
