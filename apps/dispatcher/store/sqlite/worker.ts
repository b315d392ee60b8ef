import { parentPort, workerData } from "node:worker_threads";
import { serveStore } from "./serve_store.ts";
import type { WorkerInput } from "./wire.ts";

if (!parentPort) throw new Error("Cannot run: this module is the store's worker thread");
serveStore(parentPort, workerData as WorkerInput);
