/**
 * The entry of a handler host: a child process of the dispatcher in which handlers run. What goes wrong here (an
 * uncaught exception, an exit, too much memory) ends this process and nothing else.
 */
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { describeError } from "./describe_error.ts";
import { BEAT_MS, type FromHost, type ToHost } from "./handler_message.ts";
import { HandlerRunner } from "./handler_runner.ts";

const channel = process.send?.bind(process);
if (!channel) throw new Error("Cannot start a handler host: only the dispatcher starts it");
// Packages that find `send` believe that they talk to a process manager of their own.
delete process.send;
// The dispatcher's own credential is no handler's business, and must not get into a log by way of one.
delete process.env["RPC_TOKEN"];

function send(message: FromHost): void {
  // A channel that is gone means a dispatcher that is gone, and then this process is on its way out.
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
// What has ended before is not lost with what brings the process down.
process.on("exit", () => runner.flush());
// A terminal and systemd signal the whole group: the dispatcher decides when its hosts end.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});

setInterval(() => runner.beat(), BEAT_MS);

// No attempt before the watchdog watches: a handler may block this thread with its first line.
const watchdog = new Worker(new URL("./handler_host_watchdog.ts", import.meta.url), {
  execArgv: [],
  workerData: { parentPid: process.ppid },
});
watchdog.once("message", () => send({ kind: "ready" }));
