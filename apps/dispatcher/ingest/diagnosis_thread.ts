import { TaskThread } from "@hookgate/async";
import type { QuarantinedRequest } from "@hookgate/types";
import type { DiagnoseOptions } from "./diagnoses.ts";

/** Time for one diagnosis, in milliseconds: it takes about 30, more on a busy machine. */
const DIAGNOSIS_MS_MAX = 1_000;

/** Heap of the thread, in megabytes. */
const HEAP_MB_MAX = 128;

/** What the thread is to diagnose. */
export interface DiagnosisTask {
  request: QuarantinedRequest;
  options: DiagnoseOptions;
}

/** Options for {@linkcode DiagnosisThread}. */
export interface DiagnosisThreadOptions {
  /** @default {the worker that calls `diagnose`} */
  file?: URL;
  /** Time for one diagnosis, in milliseconds. @default {1_000} */
  msMax?: number;
}

/** Diagnoses refused requests on a thread of its own, one at a time. */
export class DiagnosisThread {
  readonly #thread: TaskThread<DiagnosisTask, readonly string[]>;

  constructor(options: DiagnosisThreadOptions = {}) {
    const { file = new URL("./diagnosis_worker.ts", import.meta.url), msMax = DIAGNOSIS_MS_MAX } =
      options;
    this.#thread = new TaskThread({ file, msMax, what: "diagnose", heapMbMax: HEAP_MB_MAX });
  }

  /**
   * Starts the thread, if it does not run.
   *
   * @throws {Error} if it does not start.
   */
  start(): Promise<void> {
    return this.#thread.start();
  }

  /**
   * The likely reasons for a refusal.
   *
   * @throws {Error} if it takes too long, or the thread fails.
   */
  diagnose(request: QuarantinedRequest, options: DiagnoseOptions): Promise<readonly string[]> {
    return this.#thread.run(() => {
      // Of a view, the whole buffer behind it would be copied.
      const [body, headers] = [new Uint8Array(request.body), new Uint8Array(request.headers)];
      const task = { request: { ...request, body, headers }, options };
      return { task, transfer: [body.buffer, headers.buffer] };
    });
  }

  /** Ends the thread. */
  close(): Promise<void> {
    return this.#thread.close();
  }
}
