/**
 * A thread of a handler host that ends the host when the dispatcher is gone. The main thread learns that from its
 * channel, but not while a handler blocks it, and a loop that nobody waits for would run for ever.
 */
import { parentPort, workerData } from "node:worker_threads";

/** How often the parent is looked for, in milliseconds. */
const LOOK_MS = 500;

const { parentPid } = workerData as { parentPid: number };

setInterval(() => {
  // An orphan gets another parent. SIGKILL, because a blocked thread answers to nothing else.
  if (process.ppid !== parentPid) process.kill(process.pid, "SIGKILL");
}, LOOK_MS);

parentPort?.postMessage("watching");
