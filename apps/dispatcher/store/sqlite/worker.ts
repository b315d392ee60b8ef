import { parentPort, workerData } from "node:worker_threads";
import type { WorkerInput } from "./messages.ts";
import { serveStore } from "./serve_store.ts";

if (!parentPort) throw new Error("Cannot run: this module is the store's worker thread");
serveStore(parentPort, workerData as WorkerInput);
