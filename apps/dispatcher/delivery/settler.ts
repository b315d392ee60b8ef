import { OncePerTurn } from "@hookgate/async";
import type { Log } from "@hookgate/telemetry";
import type { Deliveries, Outcome } from "../store/contract/deliveries.ts";

/** Outcomes written in one call. */
const BATCH_OUTCOMES_MAX = 512;

/** Calls under way at once: one commits while the next is prepared. */
const CALLS_IN_FLIGHT_MAX = 2;

/** Wait before a failed call is retried, in milliseconds. */
const RETRY_MS = 250;

/** Options for {@linkcode Settler}. */
export interface SettlerOptions {
  store: Deliveries;
  log: Log;
}

interface Entry {
  outcome: Outcome;
  resolve: (written: boolean) => void;
}

/**
 * Writes outcomes in groups: those that arrive while a call is under way share the next one. A failed call is retried until
 * the store is back, since nothing else records that the attempt happened. The queue is bounded by the slots, because a slot
 * is freed only after its outcome is written.
 */
export class Settler {
  readonly #options: SettlerOptions;
  readonly #queue: Entry[] = [];
  #inFlight = 0;
  /** In the next turn, so that all results of one message from a handler host share a call. */
  readonly #writeLater = new OncePerTurn(() => {
    while (this.#queue.length > 0 && this.#inFlight < CALLS_IN_FLIGHT_MAX) {
      void this.#write(this.#queue.splice(0, BATCH_OUTCOMES_MAX));
    }
  });
  #closed = false;

  constructor(options: SettlerOptions) {
    this.#options = options;
  }

  /** Resolves once the outcome is durable: true if the claim still stood. False if it did not, or after `close`. Never rejects. */
  settle(outcome: Outcome): Promise<boolean> {
    return new Promise((resolve) => {
      this.#queue.push({ outcome, resolve });
      this.#schedule();
    });
  }

  /** Gives up outcomes that the store does not accept. Their deliveries are due again once their claims are given back. */
  close(): void {
    this.#closed = true;
    for (const { resolve } of this.#queue.splice(0)) resolve(false);
  }

  #schedule(): void {
    if (this.#inFlight < CALLS_IN_FLIGHT_MAX) this.#writeLater.schedule();
  }

  async #write(entries: Entry[]): Promise<void> {
    this.#inFlight += 1;
    try {
      const outcomes = entries.map(({ outcome }) => outcome);
      const written = await this.#options.store.settle(outcomes);
      entries.forEach(({ resolve }, index) => {
        resolve(written[index] ?? false);
      });
    } catch (error) {
      const { log } = this.#options;
      log.error(
        { err: error, outcomes: entries.length },
        `settle failed, retrying in ${RETRY_MS} ms`,
      );
      await this.#retryLater(entries);
    } finally {
      this.#inFlight -= 1;
      if (this.#queue.length > 0) this.#schedule();
    }
  }

  async #retryLater(entries: Entry[]): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
    if (this.#closed) {
      for (const { resolve } of entries) resolve(false);
      return;
    }
    this.#queue.unshift(...entries);
  }
}
