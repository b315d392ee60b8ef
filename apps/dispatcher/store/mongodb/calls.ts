import { deadline } from "@hookgate/async";
import { MongoError } from "mongodb";
import { StoreUnavailableError } from "../contract/event_store.ts";

/**
 * Guards every call of the store: a bound on its time, errors of the driver as {@linkcode StoreUnavailableError}, an
 * orderly end. The driver (7.9) takes an option `timeoutMS` but does nothing with it, so the bound is ours.
 */
export class Calls {
  readonly #timeoutMs: number;
  readonly #running = new Set<Promise<unknown>>();
  #closed = false;

  constructor({ timeoutMs }: { timeoutMs: number }) {
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Runs one call, named as in "Cannot <what>". Past its time it rejects, and what it wrote is unknown; `signal` tells
   * the work not to begin another step.
   */
  async run<T>(what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#closed) throw new StoreUnavailableError(`Cannot ${what}: the store is closed`);
    const call = this.#bounded(what, work);
    this.#running.add(call);
    try {
      return await call;
    } catch (error) {
      throw unavailable(what, error);
    } finally {
      this.#running.delete(call);
    }
  }

  /** Refuses further calls and waits for those under way. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#running);
  }

  async #bounded<T>(what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    return deadline(work(controller.signal), {
      ms: this.#timeoutMs,
      late: (): never => {
        const reason = `MongoDB gave no answer within ${this.#timeoutMs} ms`;
        controller.abort(new StoreUnavailableError(`Cannot ${what}: ${reason}`));
        throw controller.signal.reason;
      },
    });
  }
}

/** The error that a caller gets for `error`: faults of the store in its own class, all others as they are. */
export function unavailable(what: string, error: unknown): unknown {
  if (!(error instanceof MongoError)) return error;
  return new StoreUnavailableError(`Cannot ${what}: ${error.message}`, { cause: error });
}
