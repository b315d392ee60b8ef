// A thread that serves one store after the other, for `shared_thread.ts`.
import { type MessagePort, parentPort } from "node:worker_threads";
import { serveStore } from "../sqlite/serve_store.ts";
import type { WorkerInput } from "../sqlite/wire.ts";

parentPort?.on("message", ({ port, input }: { port: MessagePort; input: WorkerInput }) => {
  serveStore(port, input);
});
