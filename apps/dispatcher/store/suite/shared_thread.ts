import { MessageChannel, Worker } from "node:worker_threads";
import type { SpawnStoreThread, StoreThread } from "../sqlite/thread.ts";

/** A thread for all the stores of one test file. */
export interface SharedThread {
  spawn: SpawnStoreThread;
  stop(): Promise<unknown>;
}

/**
 * Starts it. A thread for each of hundreds of tests sometimes crashes the whole process: V8 loses track of the code of
 * threads that end while others begin (`jit_page.has_value()`, or a segmentation fault).
 */
export function sharedThread(): SharedThread {
  const worker = new Worker(new URL("./shared_thread_main.ts", import.meta.url));
  return {
    spawn(_url, { workerData: input }) {
      const { port1, port2 } = new MessageChannel();
      worker.postMessage({ port: port2, input }, [port2]);
      const listen = (event: string, listener: (value: never) => void) =>
        // A thread that ends is seen only as a closed port.
        port1.on(event === "exit" ? "close" : (event as "message"), listener as () => void);
      const thread: StoreThread = {
        on: listen as StoreThread["on"],
        postMessage: (message, transfer = []) => port1.postMessage(message, transfer),
      };
      return thread;
    },
    stop: () => worker.terminate(),
  };
}
