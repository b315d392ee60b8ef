import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { deadline } from "@hookgate/async";
import type { QuarantinedRequest } from "@hookgate/types";
import type { DiagnoseOptions } from "./diagnoses.ts";

/** Time for one diagnosis, in milliseconds: it takes about 30, more on a busy machine. */
const DIAGNOSIS_MS_MAX = 1_000;

/** Time for the thread to start, in milliseconds. */
const START_MS_MAX = 10_000;

/** Heap of the thread, in megabytes. */
const HEAP_MB_MAX = 128;

/** What the thread is to diagnose. */
export interface DiagnosisTask {
  request: QuarantinedRequest;
  options: DiagnoseOptions;
}

/** What it found, or how it failed. */
export type DiagnosisAnswer = { diagnosis: readonly string[] } | { error: string };

/** Options for {@linkcode DiagnosisThread}. */
export interface DiagnosisThreadOptions {
  /** @default {the worker that calls `diagnose`} */
  file?: URL;
  /** Time for one diagnosis, in milliseconds. @default {1_000} */
  msMax?: number;
}

/**
 * Diagnoses refused requests on a thread of its own, one at a time. A thread that takes too long or fails is ended, and the
 * next call starts another.
 */
export class DiagnosisThread {
  readonly #file: URL;
  readonly #msMax: number;
  #worker: Promise<Worker> | null = null;

  constructor(options: DiagnosisThreadOptions = {}) {
    const { file = new URL("./diagnosis_worker.ts", import.meta.url), msMax = DIAGNOSIS_MS_MAX } =
      options;
    this.#file = file;
    this.#msMax = msMax;
  }

  /**
   * The likely reasons for a refusal. Call it again only once it has settled.
   *
   * @throws {Error} if it takes too long, or the thread fails.
   */
  async diagnose(
    request: QuarantinedRequest,
    options: DiagnoseOptions,
  ): Promise<readonly string[]> {
    this.#worker ??= this.#start();
    const worker = await this.#worker.catch((error: unknown) => this.#give(error));
    // Of a view, the whole buffer behind it would be copied.
    const { body, headers } = request;
    const copied = { ...request, body: body.slice(), headers: headers.slice() };
    const answered = once(worker, "message");
    try {
      worker.postMessage({ request: copied, options } satisfies DiagnosisTask);
      const late = () => Promise.reject(new Error(`Cannot diagnose: ${this.#msMax} ms passed`));
      const [answer] = await deadline(answered, { ms: this.#msMax, late });
      return read(answer as DiagnosisAnswer);
    } catch (error) {
      // A request that cannot be sent, or an answer that does not come: the thread's state is not known.
      answered.catch(() => {});
      return this.#give(error);
    }
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    const worker = await this.#worker?.catch(() => null);
    this.#worker = null;
    await worker?.terminate();
  }

  async #start(): Promise<Worker> {
    const worker = new Worker(this.#file, {
      execArgv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
    });
    // Its failures reach whoever waits for an answer.
    worker.on("error", () => {});
    worker.unref();
    const late = () => Promise.reject(new Error("Cannot diagnose: the thread did not start"));
    try {
      await deadline(once(worker, "message"), { ms: START_MS_MAX, late });
    } catch (error) {
      void worker.terminate();
      throw error;
    }
    return worker;
  }

  /** Ends the thread without waiting for it. */
  #give(error: unknown): never {
    const worker = this.#worker;
    this.#worker = null;
    worker?.then(
      (started) => started.terminate(),
      () => {},
    );
    throw error;
  }
}

function read(answer: DiagnosisAnswer): readonly string[] {
  if ("error" in answer) throw new Error(`Cannot diagnose: ${answer.error}`);
  return answer.diagnosis;
}
