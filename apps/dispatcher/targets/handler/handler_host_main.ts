/**
 * Entry point of a handler host: a child process of the dispatcher in which handlers run. What goes wrong here (an
 * uncaught exception, an exit, too much memory) ends this process and nothing else.
 */
import { hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { flushCompileCache, registerHooks } from "node:module";
import { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { setImmediate, setInterval } from "node:timers";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { threadEnv } from "@hookgate/async";
import { describeError } from "./describe_error.ts";
import { FrameReader, writeFrame } from "./frames.ts";
import {
  BEAT_MS,
  CULPRIT_GLOBAL,
  FROM_HOST_FD,
  type FromHost,
  SHARED,
  TO_HOST_FD,
  TURN_MS,
} from "./handler_message.ts";
import { HandlerRunner } from "./handler_runner.ts";
import { readToHost } from "./run_message.ts";
import { threadTime } from "./thread_time.ts";

// Bound now: a handler may replace what it finds on `process` and `performance`.
const exit = process.exit.bind(process);
const now = performance.now.bind(performance);
const wallClock = Date.now.bind(Date);
const utilization = performance.eventLoopUtilization.bind(performance);

// Not the channel of `fork`: `process.removeAllListeners` and `process.disconnect` would cut it off.
const incoming = new Socket({ fd: TO_HOST_FD, readable: true, writable: false });
const outgoing = new Socket({ fd: FROM_HOST_FD, readable: false, writable: true });

function send(message: FromHost): void {
  if (!outgoing.destroyed) writeFrame(outgoing, message);
}

const shared = new Int32Array(new SharedArrayBuffer(4 * Object.keys(SHARED).length));
let used = utilization();
const runner = new HandlerRunner({
  send,
  importModule: (path) => import(pathToFileURL(path).href),
  hashFile: (path) =>
    readFile(path).then(
      (bytes) => hash("sha256", bytes),
      () => "",
    ),
  now,
  wallClock,
  busy() {
    const before = used;
    used = utilization();
    return utilization(used, before).utilization;
  },
  starved: () => threadTime("self").starvedMs,
  shared,
});

const frames = new FrameReader((message, bytes) => runner.receive(readToHost(message, bytes)));
incoming.on("data", (chunk: Buffer) => frames.push(chunk));
for (const socket of [incoming, outgoing]) {
  // Errors are ignored: `close` follows.
  socket.on("error", () => {});
  socket.on("close", () => exit(0));
}

let uncaught: string | null = null;
process.on("uncaughtExceptionMonitor", (error) => {
  uncaught = `uncaught error: ${describeError(error).error}`;
  // A listener of a handler may catch it: then it is not why the process ends later.
  setImmediate(() => {
    uncaught = null;
  });
});
process.on("exit", (code) => {
  // Results of attempts that have ended are not lost when another one ends the process.
  runner.flush();
  const error = uncaught ?? `it exited with code ${code}`;
  send({ kind: "fatal", error, culprit: runner.culprit() });
});
// A terminal and systemd signal the whole process group; the dispatcher decides when its hosts end.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});

setInterval(() => runner.beat(), BEAT_MS);
setInterval(() => Atomics.add(shared, SHARED.turns, 1), TURN_MS);
registerHooks({
  resolve(specifier, context, nextResolve) {
    Atomics.store(shared, SHARED.loadedAt, Atomics.load(shared, SHARED.turns));
    return nextResolve(specifier, context);
  },
});

Object.defineProperty(globalThis, Symbol.for(CULPRIT_GLOBAL), { value: () => runner.culprit() });

// Ready only once the watchdog runs: a handler may block this thread with its first line.
const watchdog = new Worker(new URL("./handler_host_watchdog.ts", import.meta.url), {
  execArgv: [],
  env: threadEnv(),
  workerData: { parentPid: process.ppid, shared },
});
watchdog.once("message", () => {
  send({ kind: "ready" });
  // Node writes it when the process exits, and many hosts are killed.
  flushCompileCache();
});
