// A thread that serves one store after the other, for `shared_thread.ts`.
import { type MessagePort, parentPort } from "node:worker_threads";
import { serveStore } from "../serve_store.ts";
import type { WorkerInput } from "../sqlite_messages.ts";

parentPort?.on("message", ({ port, input }: { port: MessagePort; input: WorkerInput }) => {
  serveStore(port, input);
});
