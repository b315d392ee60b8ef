import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { loadDotEnv, readEnv } from "@hookgate/config";
import { endWithParent } from "./app_process.ts";
import { watchFiles } from "./watch_files.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

/** An editor that saves many files at once restarts once, in milliseconds. */
const SETTLE_MS = 100;

/** The last line of a start: the command that sends an event. */
const STARTED = /^(?:\S+=\S+ )*npx hookgate send /;

/**
 * Runs the gateway until it is stopped, starts it again when a source file beside the configuration changes, and shows events
 * as they come; resolves to the exit code of the process.
 */
export async function dev(): Promise<number> {
  const { configPath, dataDir, log } = readVariables();
  const gateway = new DevGateway(log.format);
  let settling: NodeJS.Timeout | undefined;
  const unwatch = watchFiles(dirname(configPath), {
    ignored: [dataDir],
    changed(path) {
      clearTimeout(settling);
      settling = setTimeout(() => void gateway.restart(path), SETTLE_MS);
    },
  });
  const stopped = Promise.withResolvers<void>();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stopped.resolve);
  gateway.start();
  await stopped.promise;
  unwatch();
  clearTimeout(settling);
  await gateway.stop();
  return 0;
}

/** Of this process and of `.env`, which is not taken over: it may change. */
function readVariables() {
  const env = { ...process.env };
  loadDotEnv(env);
  return readEnv(env);
}

/** The gateway as `hookgate start` runs it, and `hookgate tail` beside it: both as processes, so that a change is a fresh start. */
class DevGateway {
  readonly #logFormat: string;
  #running: ChildProcess[] = [];
  #stopping: Promise<void> | null = null;

  constructor(logFormat: string) {
    this.#logFormat = logFormat;
  }

  start(): void {
    const startedAt = new Date().toISOString();
    const child = this.#spawn(["start"]);
    for (const [stream, target] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ] as const) {
      if (stream === null) continue;
      createInterface({ input: stream }).on("line", (line) => {
        target.write(`${line}\n`);
        // What was sent before it looks is shown, too.
        if (STARTED.test(line)) this.#spawn(["tail", "--from", startedAt], "inherit");
      });
    }
    child.once("exit", (code) => {
      if (this.#stopping === null) say(`ended (exit code ${code}); waiting for a change`);
    });
  }

  async restart(path: string): Promise<void> {
    if (this.#stopping !== null) return;
    say(`${path} has changed: starting again`);
    await this.stop();
    this.#stopping = null;
    this.start();
  }

  stop(): Promise<void> {
    this.#stopping ??= Promise.all(this.#running.map(end)).then(() => {
      this.#running = [];
    });
    return this.#stopping;
  }

  #spawn(args: readonly string[], output: "pipe" | "inherit" = "pipe"): ChildProcess {
    const child = spawn(process.execPath, [...endWithParent(), MAIN, ...args], {
      stdio: ["ignore", output, output, "ipc"],
      // It writes to a pipe, and what it writes is for this process's reader.
      env: { ...process.env, LOG_FORMAT: this.#logFormat },
    });
    this.#running.push(child);
    return child;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
