import { StoreUnavailableError } from "../contract/event_store.ts";
import type {
  Call,
  FromWorker,
  Input,
  OperationName,
  Output,
  Reply,
  ToWorker,
  WorkerInput,
} from "./messages.ts";

/** Calls without a reply; past it further ones are refused at once. */
const CALLS_PENDING_MAX = 10_000;

/** Wait before the thread is started again: after the first crash, and at most. */
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
  log: {
    warn(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
  spawn: SpawnStoreThread;
}

interface Pending {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** The thread that owns the file: carries calls there and replies back, and is started again when it dies. */
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

  /** Starts the thread; resolves with the number of deliveries that were taken over from an earlier owner. */
  start(): Promise<number> {
    return this.#spawn({ takeOverAt: this.#options.now() });
  }

  /** Calls one operation. Rejects with {@linkcode StoreUnavailableError} where the store cannot do its work now. */
  call<K extends OperationName>(
    operation: K,
    input: Input<K>,
    { now = this.#options.now(), transfer = [] }: { now?: number; transfer?: ArrayBuffer[] } = {},
  ): Promise<Output<K>> {
    return new Promise((resolve, reject) => {
      const refusal = this.#refusal();
      if (refusal) {
        reject(new StoreUnavailableError(`Cannot use the store: ${refusal}`));
        return;
      }
      this.#calls += 1;
      const call: Call = { number: this.#calls, operation, input, now };
      this.#worker?.postMessage(call, transfer);
      this.#pending.set(call.number, { resolve: resolve as Pending["resolve"], reject });
    });
  }

  /** Lets what is under way end, then closes the file and ends the thread. */
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
    if (this.#closed) return "it is closed";
    if (!this.#worker) return "its thread died and is being started again";
    return this.#pending.size >= CALLS_PENDING_MAX ? "too many calls are under way" : null;
  }

  /** Resolves when the file is open in the new thread, rejects where it was refused. */
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
      this.#pending.delete(reply.number);
      if ("value" in reply) pending?.resolve(reply.value);
      else pending?.reject(reply.unavailable ? unavailable(reply.error) : refusal(reply.error));
    }
  }

  #lose(cause: Error | null): void {
    this.#worker = null;
    const error = unavailable(cause ?? new Error("its thread ended"));
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    if (this.#closed) return;
    this.#options.log.error({ err: cause }, "the store's thread died and is started again");
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
      // What runs is this dispatcher's own: its claims stand.
      await this.#spawn({ takeOverAt: null });
      this.#options.log.warn({}, "the store's thread was started again");
    } catch (error) {
      this.#options.log.error({ err: error }, "the store was not opened again yet");
      if (!this.#closed) this.#restartLater();
    }
  }
}

/** What a thread throws comes as a copy; where it is a promise of the contract it is made anew. */
function refusal(error: Error): Error {
  return error.name === "RangeError" ? new RangeError(error.message, { cause: error }) : error;
}

function unavailable(cause: Error): StoreUnavailableError {
  return new StoreUnavailableError(`Cannot use the store now: ${cause.message}`, { cause });
}
