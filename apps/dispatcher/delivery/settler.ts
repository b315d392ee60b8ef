import { OncePerTurn } from "@hookgate/async";
import type { Log } from "@hookgate/telemetry";
import type { Deliveries, Outcome } from "../store/contract/deliveries.ts";
import type { ClockSteps } from "../store/contract/event_store.ts";
import { endsTurn } from "../store/contract/outcomes.ts";
import { divide, TooMuchAtOnceError } from "../store/contract/too_much_at_once.ts";

/** Calls under way at once: one commits while the next is prepared. */
const CALLS_IN_FLIGHT_MAX = 2;

/** Wait before a failed call is retried, in milliseconds. */
const RETRY_MS = 250;

/** Options for {@linkcode Settler}. */
export interface SettlerOptions {
  store: ClockSteps & Deliveries;
  /** How many outcomes are written in one call now, at most. */
  batchMax: () => number;
  log: Log;
}

interface Entry {
  outcome: Outcome;
  /** Steps of the store's clock when the outcome was decided. */
  steps: number;
  /** Called when a call that should write it has failed, each time. */
  delayed: () => void;
  resolve: (written: boolean) => void;
}

/** Options for {@linkcode Settler.settle}. */
export interface SettleOptions extends Partial<Pick<Entry, "delayed">> {
  /** Steps of the store's clock when the outcome was decided. @default {those until now} */
  steps?: number;
}

/** Outcomes that are written together. */
interface Group {
  queue: Entry[];
  inFlight: number;
}

/**
 * Writes outcomes in groups: those that arrive while a call is under way share the next one. A failed call is retried until
 * the store is back, since nothing else records that the attempt happened. The queue is bounded by the slots, because a slot
 * is lent only once, and only until a call fails.
 *
 * Outcomes that end a turn in an order are written apart: they may have to wait for other dispatchers.
 */
export class Settler {
  readonly #options: SettlerOptions;
  readonly #plain: Group = { queue: [], inFlight: 0 };
  readonly #ordered: Group = { queue: [], inFlight: 0 };
  /** In the next turn, so that all results of one message from a handler host share a call. */
  readonly #writeLater = new OncePerTurn(() => {
    for (const group of [this.#plain, this.#ordered]) {
      while (group.queue.length > 0 && group.inFlight < CALLS_IN_FLIGHT_MAX) {
        void this.#writeNext(group);
      }
    }
  });
  #closed = false;

  constructor(options: SettlerOptions) {
    this.#options = options;
  }

  /**
   * Resolves once the outcome is durable: true if the claim still stood. False if it did not, or after `close`. Never rejects.
   */
  settle(outcome: Outcome, options: SettleOptions = {}): Promise<boolean> {
    const { steps = this.#options.store.clockSteps(), delayed = () => {} } = options;
    return new Promise((resolve) => {
      const group = endsTurn(outcome) ? this.#ordered : this.#plain;
      group.queue.push({ outcome, steps, delayed, resolve });
      if (group.inFlight < CALLS_IN_FLIGHT_MAX) this.#writeLater.schedule();
    });
  }

  /** Gives up outcomes that the store does not accept. Their deliveries are due again once their claims are given back. */
  close(): void {
    this.#closed = true;
    for (const { queue } of [this.#plain, this.#ordered]) giveUp(queue.splice(0));
  }

  async #writeNext(group: Group): Promise<void> {
    group.inFlight += 1;
    const entries = group.queue.splice(0, this.#options.batchMax());
    const left = await this.#write(entries);
    if (left.length > 0) {
      for (const { delayed } of left) delayed();
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      if (this.#closed) giveUp(left);
      else group.queue.unshift(...left);
    }
    group.inFlight -= 1;
    if (group.queue.length > 0) this.#writeLater.schedule();
  }

  /** Writes outcomes; in parts, if they were too much at once. Returns those to write again. */
  async #write(entries: Entry[]): Promise<Entry[]> {
    try {
      const { store } = this.#options;
      const outcomes = entries.map(({ outcome, steps }) =>
        moved(outcome, store.clockSteps() - steps),
      );
      const written = await store.settle(outcomes);
      entries.forEach(({ resolve }, index) => {
        resolve(written[index] ?? false);
      });
      return [];
    } catch (error) {
      const parts = error instanceof TooMuchAtOnceError ? divide(entries) : [];
      if (parts.length > 0) {
        const left = await Promise.all(parts.map((part) => this.#write(part)));
        return left.flat();
      }
      this.#options.log.error(
        { err: error, outcomes: entries.length },
        `settle failed, retrying in ${RETRY_MS} ms`,
      );
      return entries;
    }
  }
}

/** An outcome that was decided before the clock made these steps. */
function moved(outcome: Outcome, stepMs: number): Outcome {
  const { next } = outcome;
  if (stepMs === 0 || next.state !== "waiting") return outcome;
  return { ...outcome, next: { ...next, nextAttemptAt: next.nextAttemptAt + stepMs } };
}

function giveUp(entries: readonly Entry[]): void {
  for (const { resolve } of entries) resolve(false);
}
