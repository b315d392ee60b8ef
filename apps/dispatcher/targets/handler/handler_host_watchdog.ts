/**
 * A thread of a handler host that kills the host when the dispatcher is gone. The main thread would learn that from its
 * channel, but not while a handler blocks it; an endless loop would outlive the dispatcher.
 */
import { parentPort, workerData } from "node:worker_threads";

/** Between two checks of the parent, in milliseconds. */
const LOOK_MS = 500;

const { parentPid } = workerData as { parentPid: number };

setInterval(() => {
  // An orphan gets another parent. SIGKILL, because a blocked thread handles no other signal.
  if (process.ppid !== parentPid) process.kill(process.pid, "SIGKILL");
}, LOOK_MS);

parentPort?.postMessage("watching");
