/**
 * Entry point of a handler host: a child process of the dispatcher in which handlers run. What goes wrong here (an
 * uncaught exception, an exit, too much memory) ends this process and nothing else.
 */
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { describeError } from "./describe_error.ts";
import { BEAT_MS, type FromHost, type ToHost } from "./handler_message.ts";
import { HandlerRunner } from "./handler_runner.ts";

const channel = process.send?.bind(process);
if (!channel) throw new Error("Cannot start a handler host: only the dispatcher starts it");
// Packages that find `send` assume that their own process manager started them.
delete process.send;

function send(message: FromHost): void {
  // Errors are ignored: without its channel this process is about to exit.
  channel?.(message, undefined, undefined, () => {});
}

const runner = new HandlerRunner({
  send,
  importModule: (path) => import(pathToFileURL(path).href),
  now: () => performance.now(),
});

process.on("message", (message) => runner.receive(message as ToHost));
process.on("disconnect", () => process.exit(0));
process.on("uncaughtExceptionMonitor", (error) => {
  send({ kind: "fatal", error: describeError(error).error });
});
// Results of attempts that have ended are not lost when another one ends the process.
process.on("exit", () => runner.flush());
// A terminal and systemd signal the whole process group; the dispatcher decides when its hosts end.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});

setInterval(() => runner.beat(), BEAT_MS);

// Ready only once the watchdog runs: a handler may block this thread with its first line.
const watchdog = new Worker(new URL("./handler_host_watchdog.ts", import.meta.url), {
  execArgv: [],
  workerData: { parentPid: process.ppid },
});
watchdog.once("message", () => send({ kind: "ready" }));
