import { once } from "node:events";
import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";
import { parentPort, Worker } from "node:worker_threads";
import { deadline } from "./deadline.ts";

/** Time for the thread to start, in milliseconds. */
const START_MS_MAX = 10_000;

/** A task and the memory that is handed over with it. */
export interface Prepared<Task> {
  task: Task;
  /** Buffers of the task that the caller needs no more. @default {[]} all of it is copied */
  transfer?: readonly ArrayBuffer[];
}

/** What the thread answers: what it found, or how it failed. */
type TaskAnswer<Answer> = { answer: Answer } | { error: string };

/** Options for {@linkcode TaskThread}. */
export interface TaskThreadOptions {
  /** A module that calls {@linkcode serveTasks}. */
  file: URL;
  /** Its errors say `Cannot <what>: …`. */
  what: string;
  /** Time for one task, in milliseconds. */
  msMax: number;
  /** Heap of the thread, in megabytes. @default {the process's} */
  heapMbMax?: number;
}

/**
 * Runs tasks on a thread of its own, so that dear ones do not hold up this loop; one at a time, in the order of the calls. It is
 * started by the first. One that takes too long or fails is ended, and the next task starts another.
 */
export class TaskThread<Task, Answer> {
  readonly #options: TaskThreadOptions;
  #worker: Promise<Worker> | null = null;
  /** The same, once it has started. */
  #started: Worker | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: TaskThreadOptions) {
    this.#options = options;
  }

  /** Whether it has started. If not, it is started now, for tasks that can be carried out elsewhere meanwhile. */
  get ready(): boolean {
    this.#worker ??= this.#start();
    // The next look starts another.
    this.#worker.catch(() => this.#forget());
    return this.#started !== null;
  }

  /**
   * What the thread finds. `prepare` is called when it is free: memory for the task is needed only then.
   *
   * @throws {Error} if it takes too long, or the thread fails.
   */
  run(prepare: () => Promise<Prepared<Task>> | Prepared<Task>): Promise<Answer> {
    const answered = this.#last.then(() => this.#run(prepare));
    this.#last = answered.catch(() => {});
    return answered;
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    const worker = await this.#worker?.catch(() => null);
    this.#forget();
    await worker?.terminate();
  }

  /**
   * Starts it, if it has not.
   *
   * @throws {Error} if it does not start.
   */
  async start(): Promise<void> {
    await this.#running();
  }

  #running(): Promise<Worker> {
    this.#worker ??= this.#start();
    return this.#worker.catch((error: unknown) => this.#give(error));
  }

  async #run(prepare: () => Promise<Prepared<Task>> | Prepared<Task>): Promise<Answer> {
    const worker = await this.#running();
    const listening = new AbortController();
    // From now on, because the thread may end while the task is prepared.
    const answered = nextMessage(worker, { ...this.#options, signal: listening.signal });
    answered.catch(() => {});
    try {
      const prepared = await prepare();
      return await this.#exchange(worker, prepared, answered);
    } finally {
      listening.abort();
    }
  }

  async #exchange(
    worker: Worker,
    { task, transfer = [] }: Prepared<Task>,
    answered: Promise<unknown>,
  ): Promise<Answer> {
    const { what, msMax } = this.#options;
    try {
      worker.postMessage(task, transfer);
      const late = () => Promise.reject(new Error(`Cannot ${what}: ${msMax} ms passed`));
      const answer = await deadline(answered, { ms: msMax, late });
      return this.#read(answer as TaskAnswer<Answer>);
    } catch (error) {
      // A task that cannot be sent, or an answer that does not come: the thread's state is not known.
      return this.#give(error);
    }
  }

  #read(answer: TaskAnswer<Answer>): Answer {
    if ("error" in answer) throw new Error(`Cannot ${this.#options.what}: ${answer.error}`);
    return answer.answer;
  }

  async #start(): Promise<Worker> {
    const { file, what, heapMbMax } = this.#options;
    const limits = heapMbMax === undefined ? {} : { maxOldGenerationSizeMb: heapMbMax };
    const worker = new Worker(file, {
      execArgv: [],
      env: threadEnv(),
      resourceLimits: limits,
    });
    // Its failures reach those who wait for an answer.
    worker.on("error", () => {});
    worker.unref();
    const late = () => Promise.reject(new Error(`Cannot ${what}: the thread did not start`));
    const listening = new AbortController();
    try {
      const ready = nextMessage(worker, { what, signal: listening.signal });
      await deadline(ready, { ms: START_MS_MAX, late });
    } catch (error) {
      void worker.terminate();
      throw error;
    } finally {
      listening.abort();
    }
    this.#started = worker;
    worker.once("exit", () => {
      if (this.#started === worker) this.#forget();
    });
    return worker;
  }

  #forget(): void {
    this.#worker = null;
    this.#started = null;
  }

  /** Ends the thread without waiting for it. */
  #give(error: unknown): never {
    const worker = this.#worker;
    this.#forget();
    worker?.then(
      (started) => started.terminate(),
      () => {},
    );
    throw error;
  }
}

/** What the thread says next. Rejects if it fails or ends instead, and when `signal` is aborted. */
async function nextMessage(
  worker: Worker,
  { what, signal }: { what: string; signal: AbortSignal },
): Promise<unknown> {
  const ended = once(worker, "exit", { signal }).then(() => {
    throw new Error(`Cannot ${what}: the thread ended`);
  });
  const [message] = await Promise.race([once(worker, "message", { signal }), ended]);
  return message;
}

/**
 * The environment of a thread: nothing but where this one keeps compiled code. Without it Node strips the types of each file again, which takes
 * longer than all else of a start.
 */
export function threadEnv(): Record<string, string> {
  const folder = getCompileCacheDir();
  // Node adds a folder of its version.
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}

/** Answers the tasks that a {@linkcode TaskThread} sends to this thread. */
export function serveTasks<Task, Answer>(work: (task: Task) => Answer): void {
  parentPort?.on("message", (task: Task) => parentPort?.postMessage(attempt(() => work(task))));
  parentPort?.postMessage("ready");
}

function attempt<Answer>(work: () => Answer): TaskAnswer<Answer> {
  try {
    return { answer: work() };
  } catch (error) {
    return { error: String(error) };
  }
}
