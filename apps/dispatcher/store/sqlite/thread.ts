import { DiskReserveError, StoreUnavailableError } from "../contract/event_store.ts";
import { OPERATION_WORDS } from "../contract/operations.ts";
import type {
  Args,
  Call,
  FailedReply,
  FromWorker,
  Output,
  Reply,
  ToWorker,
  WorkerInput,
  WorkerOperation,
} from "./wire.ts";

/** What the worker's operations do, as errors say it. */
const WORDS: Readonly<Record<WorkerOperation, string>> = {
  ...OPERATION_WORDS,
  takeOverAll: "open the store",
  backUp: "back up the store",
  diskHasRoom: "check the disk",
  rebase: "follow a step of the clock",
};

/** Calls without a reply; further ones are refused at once. */
const CALLS_PENDING_MAX = 10_000;

/** Delay before the thread is started again: after the first crash, and at most. */
const RESTART_DELAY_MS = 100;
const RESTART_DELAY_MS_MAX = 5_000;

const WORKER_URL = new URL("./worker.ts", import.meta.url);

/** What a {@linkcode SqliteThread} needs of its thread; a `Worker` is one. */
export interface StoreThread {
  on(event: "message", listener: (message: FromWorker) => void): unknown;
  on(event: "error", listener: (error: unknown) => void): unknown;
  on(event: "exit", listener: () => void): unknown;
  postMessage(message: ToWorker, transfer?: ArrayBuffer[]): void;
}

/** Starts a thread that runs the module at a URL. */
export type SpawnStoreThread = (url: URL, options: { workerData: WorkerInput }) => StoreThread;

/** Options for {@linkcode SqliteThread}. */
export interface SqliteThreadOptions {
  file: string;
  now: () => number;
  /** All steps that the clock has made, in milliseconds. */
  steps: () => number;
  log: {
    warn(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
  spawn: SpawnStoreThread;
}

interface Pending {
  operation: WorkerOperation;
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** The thread that owns the file: carries calls there and replies back, and starts it again if it dies. */
export class SqliteThread {
  readonly #options: SqliteThreadOptions;
  readonly #pending = new Map<number, Pending>();
  #worker: StoreThread | null = null;
  #calls = 0;
  #failures = 0;
  #restart: NodeJS.Timeout | null = null;
  #starting: Promise<unknown> | null = null;
  #closed: Promise<void> | null = null;

  constructor(options: SqliteThreadOptions) {
    this.#options = options;
  }

  /** Starts the thread. Resolves with how many deliveries of an earlier owner were returned to the queue. */
  start(): Promise<number> {
    return this.#spawn({ takeOverAt: this.#options.now() });
  }

  /** Calls one operation. Rejects with {@linkcode StoreUnavailableError} if the store cannot do its work now. */
  call<K extends WorkerOperation>(
    operation: K,
    args: Args<K>,
    { now = this.#options.now(), transfer = [] }: { now?: number; transfer?: ArrayBuffer[] } = {},
  ): Promise<Output<K>> {
    return new Promise((resolve, reject) => {
      const refusal = this.#refusal();
      if (refusal) {
        reject(new StoreUnavailableError(`Cannot ${WORDS[operation]}: ${refusal}`));
        return;
      }
      this.#calls += 1;
      const steps = this.#options.steps();
      const call: Call = { number: this.#calls, operation, args, now, steps };
      this.#worker?.postMessage(call, transfer);
      this.#pending.set(call.number, {
        operation,
        resolve: resolve as Pending["resolve"],
        reject,
      });
    });
  }

  /** Waits for calls under way, then closes the file and ends the thread. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    if (this.#restart) clearTimeout(this.#restart);
    await this.#starting;
    const worker = this.#worker;
    if (!worker) return;
    const exited = new Promise<void>((resolve) => worker.on("exit", resolve));
    worker.postMessage("close");
    await exited;
  }

  #refusal(): string | null {
    if (this.#closed) return "the store is closed";
    if (!this.#worker) return "the store's thread died and is being started again";
    return this.#pending.size >= CALLS_PENDING_MAX ? "too many calls are under way" : null;
  }

  /** Resolves when the file is open in the new thread, rejects if it is refused. */
  #spawn({ takeOverAt }: { takeOverAt: number | null }): Promise<number> {
    const workerData: WorkerInput = { file: this.#options.file, takeOverAt };
    const worker = this.#options.spawn(WORKER_URL, { workerData });
    return new Promise((resolve, reject) => {
      let cause: Error | null = null;
      worker.on("message", (message: FromWorker) => {
        if (message.kind === "replies") this.#settle(message.replies);
        if (message.kind === "refused") cause = message.error;
        if (message.kind !== "opened") return;
        this.#worker = worker;
        this.#failures = 0;
        resolve(message.takenOver);
      });
      worker.on("error", (error) => {
        cause = error instanceof Error ? error : new Error(String(error));
      });
      worker.on("exit", () => {
        const opened = this.#worker === worker;
        if (opened) this.#lose(cause);
        else reject(cause ?? new Error("Cannot open the store: its thread ended"));
      });
    });
  }

  #settle(replies: readonly Reply[]): void {
    for (const reply of replies) {
      const pending = this.#pending.get(reply.number);
      if (!pending) continue;
      this.#pending.delete(reply.number);
      const { operation, resolve, reject } = pending;
      if ("value" in reply) resolve(reply.value);
      else reject(errorOf(operation, reply));
    }
  }

  #lose(cause: Error | null): void {
    this.#worker = null;
    const error = cause ?? new Error("the store's thread ended");
    for (const { operation, reject } of this.#pending.values()) {
      reject(unavailable(operation, error));
    }
    this.#pending.clear();
    if (this.#closed) return;
    this.#options.log.error({ err: cause }, "the store's thread died, starting it again");
    this.#restartLater();
  }

  #restartLater(): void {
    const delayMs = Math.min(RESTART_DELAY_MS * 2 ** this.#failures, RESTART_DELAY_MS_MAX);
    this.#failures += 1;
    this.#restart = setTimeout(() => {
      this.#starting = this.#startAgain();
    }, delayMs);
  }

  async #startAgain(): Promise<void> {
    try {
      // What runs is this dispatcher's own: its claims hold.
      await this.#spawn({ takeOverAt: null });
      this.#options.log.warn({}, "the store's thread is running again");
    } catch (error) {
      this.#options.log.error({ err: error }, "the store could not be opened, trying again");
      if (!this.#closed) this.#restartLater();
    }
  }
}

/** An error thrown in the thread arrives as a copy of another realm. Callers catch RangeError, so that is made again. */
function refusal(error: Error): Error {
  return error.name === "RangeError" ? new RangeError(error.message) : error;
}

function errorOf(operation: WorkerOperation, { unavailable: fault, error }: FailedReply): Error {
  if (fault === false) return refusal(error);
  if (fault === "disk_reserve")
    return new DiskReserveError(`Cannot ${WORDS[operation]}: ${error.message}`);
  return unavailable(operation, error);
}

function unavailable(operation: WorkerOperation, cause: Error): StoreUnavailableError {
  return new StoreUnavailableError(`Cannot ${WORDS[operation]}: ${cause.message}`, { cause });
}
