import { deadline } from "@hookgate/async";
import { MongoError } from "mongodb";
import { StoreUnavailableError } from "../../contract/event_store.ts";

/**
 * How long one call may take, in milliseconds, if the server is slow: with a shorter bound a large claim would fail again
 * and again. Without a server a call rejects within a second.
 */
export const CALL_MS_MAX = 10_000;

/**
 * Guards every call of the store: bounds its time, turns the driver's errors into {@linkcode StoreUnavailableError}, and
 * closes in order. The driver (7.9) accepts the option `timeoutMS` but ignores it, so the bound is ours.
 */
export class Calls {
  readonly #timeoutMs: number;
  readonly #running = new Set<Promise<unknown>>();
  #closed = false;

  constructor({ timeoutMs }: { timeoutMs: number }) {
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Runs one call; `what` completes the sentence "Cannot <what>". After the time limit it rejects, and whether it wrote
   * anything is unknown; `signal` then tells the work not to begin another step.
   */
  async run<T>(what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#closed) throw new StoreUnavailableError(`Cannot ${what}: the store is closed`);
    const call = this.#bounded(what, work);
    this.#running.add(call);
    try {
      return await call;
    } catch (error) {
      // The driver names an address, and not what is there.
      throw unavailable(`${what}: MongoDB`, error);
    } finally {
      this.#running.delete(call);
    }
  }

  /** Refuses further calls and waits for the current ones. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#running);
  }

  async #bounded<T>(what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    return deadline(work(controller.signal), {
      ms: this.#timeoutMs,
      late: (): never => {
        const reason = `MongoDB did not answer within ${this.#timeoutMs} ms`;
        controller.abort(new StoreUnavailableError(`Cannot ${what}: ${reason}`));
        throw controller.signal.reason;
      },
    });
  }
}

/** Wraps the driver's errors in {@linkcode StoreUnavailableError}; returns all others as they are. */
export function unavailable(what: string, error: unknown): unknown {
  if (!(error instanceof MongoError) && !isSocketError(error)) return error;
  return new StoreUnavailableError(`Cannot ${what}: ${error.message}`, { cause: error });
}

/** Whether it is the system's error of a socket: the driver (7.9) passes it on as it is where a large message is cut off. */
export function isSocketError(error: unknown): error is NodeJS.ErrnoException {
  const { syscall = "" } = (error ?? {}) as NodeJS.ErrnoException;
  return error instanceof Error && ["read", "write"].includes(syscall);
}
