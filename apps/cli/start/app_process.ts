import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { reconnectDelayMs } from "@hookgate/async";
import { type Config, EXIT_OPERATOR, sendConfig } from "@hookgate/config";
import { type WatchHealthOptions, watchHealth } from "./watch_health.ts";

/** One app that is kept alive. */
export interface App {
  /** Name in its ready line, such as `edge`. */
  name: string;
  /** Arguments for Node: the app's main file, and its own. */
  args: readonly string[];
  /** Port of its `/healthz`; null if it is not watched. */
  healthPort: number | null;
  /** Where that is. @default {"127.0.0.1"} */
  healthHost?: string;
  /** Whether the others can do without it: it starts once they are ready, and if it refuses to they go on. @default {false} */
  beside?: boolean;
  /** The name of what runs in it besides, and prints a ready line of its own. */
  holds?: string;
}

/** Events of an {@linkcode AppProcess}. */
export interface AppCallbacks {
  /** The app, or what it holds, printed `ready <name> <address>`; once per start. */
  ready(name: string, address: string): void;
  /** A line for the operator. */
  log(line: string): void;
  /** The app ended with {@linkcode EXIT_OPERATOR}: it is not started again. */
  refused(): void;
}

/** Options for {@linkcode AppProcess}. */
export interface AppProcessOptions {
  /** Environment of the app. @default {that of this process} */
  env?: NodeJS.ProcessEnv;
  /** Source of randomness in [0, 1). @default {Math.random} */
  random?: () => number;
  /** How its health is watched. @default {5 requests, one a second} */
  health?: Omit<WatchHealthOptions, "dead">;
}

/** After being ready for this long, the next crash counts as the first one, in milliseconds. */
const SOUND_MS = 1_000;

/** Waits before a restart, in milliseconds. Providers are impatient, so the first is well below a second. */
const RESTART = { baseMs: 100, maxMs: 5_000 };

/** Runs one app, starts it again when it crashes or hangs, and stops it. */
export class AppProcess {
  readonly name: string;
  readonly #holds: string | undefined;
  readonly #args: readonly string[];
  readonly #callbacks: AppCallbacks;
  readonly #healthPort: number | null;
  readonly #healthHost: string;
  readonly #options: AppProcessOptions;
  readonly #gone = Promise.withResolvers<void>();
  #child: ChildProcess | null = null;
  #config: Config | null = null;
  #restart: NodeJS.Timeout | null = null;
  #unwatch: () => void = () => {};
  #readyAt: number | null = null;
  #failures = 0;
  #stopping = false;

  constructor(app: App, callbacks: AppCallbacks, options: AppProcessOptions = {}) {
    this.name = app.name;
    this.#holds = app.holds;
    this.#args = app.args;
    this.#callbacks = callbacks;
    this.#healthPort = app.healthPort;
    this.#healthHost = app.healthHost ?? "127.0.0.1";
    this.#options = options;
  }

  /** Starts the app. */
  start(): void {
    this.#restart = null;
    this.#readyAt = null;
    // Its own process group: Ctrl-C in a terminal goes to a whole group, and would stop all apps at once.
    const child = spawn(process.execPath, [...endWithParent(), ...this.#args], {
      detached: true,
      // Not inherited: two apps on one pipe would tear each other's lines, and could block each other.
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      // As JSON, what is undefined or infinite in a configuration would be lost.
      serialization: "advanced",
      ...(this.#options.env && { env: this.#options.env }),
    });
    this.#child = child;
    if (this.#config) sendConfig(child, this.#config);
    readLines(child.stdout, (line) => this.#read(line));
    readLines(child.stderr, (line) => this.#callbacks.log(line));
    child.on("error", (error) => {
      // Also emitted for a signal or a message that could not be sent to a process that still runs.
      if (child.pid === undefined) this.#ended(child, error.message);
    });
    child.once("exit", (code, signal) => this.#ended(child, signal ?? `exit code ${code}`, code));
  }

  /** Gives the app its configuration, now and whenever it is started again. */
  configure(config: Config): void {
    this.#config = config;
    if (this.#child) sendConfig(this.#child, config);
  }

  /** Stops the app for good; resolves when it is gone. */
  stop(): Promise<void> {
    this.#stopping = true;
    this.#unwatch();
    if (this.#restart !== null) clearTimeout(this.#restart);
    if (this.#child === null) this.#gone.resolve();
    else this.#child.kill("SIGTERM");
    return this.#gone.promise;
  }

  /** Kills the app and every process that it started. */
  kill(): void {
    void this.stop();
    if (this.#child !== null) killGroup(this.#child);
  }

  #read(line: string): void {
    const holds = this.#holds;
    const own = `ready ${this.name} `;
    const held = `ready ${holds} `;
    if (holds !== undefined && line.startsWith(held)) {
      this.#callbacks.ready(holds, line.slice(held.length));
    } else if (this.#readyAt === null && line.startsWith(own)) {
      this.#readyAt = performance.now();
      this.#watch();
      this.#callbacks.ready(this.name, line.slice(own.length));
    } else this.#callbacks.log(line);
  }

  /** From when it is ready: how long a start takes is the app's own affair. */
  #watch(): void {
    if (this.#healthPort === null || this.#stopping) return;
    this.#unwatch = watchHealth(this.#healthPort, {
      ...this.#options.health,
      host: this.#healthHost,
      dead: () => {
        this.#callbacks.log(`${this.name} has stopped answering /healthz: killing it`);
        if (this.#child !== null) killGroup(this.#child);
      },
    });
  }

  #ended(child: ChildProcess, how: string, code: number | null = null): void {
    this.#child = null;
    this.#unwatch();
    // A handler host whose loop is stuck does not notice that the app is gone.
    killGroup(child);
    if (this.#stopping) this.#gone.resolve();
    else if (code === EXIT_OPERATOR) this.#callbacks.refused();
    else this.#startLater(how);
  }

  #startLater(how: string): void {
    const sound = this.#readyAt !== null && performance.now() - this.#readyAt >= SOUND_MS;
    this.#failures = sound ? 1 : this.#failures + 1;
    const { random = Math.random } = this.#options;
    const delayMs = reconnectDelayMs(this.#failures, { ...RESTART, random });
    this.#callbacks.log(`${this.name} ended (${how}); starting it again in ${delayMs} ms`);
    this.#restart = setTimeout(() => this.start(), delayMs);
  }
}

/** Longest line that is forwarded in one piece, in characters. */
const LINE_CHARS_MAX = 1_048_576;

function readLines(stream: Readable | null, read: (line: string) => void): void {
  let rest = "";
  stream?.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LINE_CHARS_MAX) {
      lines.push(rest);
      rest = "";
    }
    for (const line of lines) read(line);
  });
  stream?.on("end", () => {
    if (rest !== "") read(rest);
  });
}

/** Flags of Node for a child with an IPC channel: it drains when this process is gone. */
export function endWithParent(): string[] {
  return ["--import", new URL(`./end_with_parent.ts?parent=${process.pid}`, import.meta.url).href];
}

/** Kills all that is left of the process group of a detached child. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    // ESRCH: nothing is left in the group.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
