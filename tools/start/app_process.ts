import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { reconnectDelayMs } from "@hookgate/async";

/** One app that is kept alive. */
export interface App {
  /** The name in its ready line, such as `edge`. */
  name: string;
  /** What Node is given: the app's main file, and its arguments. */
  args: readonly string[];
}

/** What an {@linkcode AppProcess} tells. */
export interface AppCallbacks {
  /** The app printed `ready <name> <address>`. Once for each start. */
  ready(address: string): void;
  /** A line for the operator. */
  log(line: string): void;
  /** The app ended with {@linkcode EXIT_BAD_CONFIGURATION}; it is not started again. */
  badConfiguration(): void;
}

/** Options for {@linkcode AppProcess}. */
export interface AppProcessOptions {
  /** Environment of the app. @default {the supervisor's} */
  env?: NodeJS.ProcessEnv;
  /** Source of randomness in [0, 1). @default {Math.random} */
  random?: () => number;
}

/** What an app exits with where its configuration is bad: starting it again would change nothing. */
export const EXIT_BAD_CONFIGURATION = 2;
/** An app that was ready for this long is sound: its next crash is a first one. */
const SOUND_MS = 1_000;
/** Longest wait before the first restart: providers are impatient, so the gap stays well below a second. */
const RESTART_BASE_MS = 100;
const RESTART_MAX_MS = 5_000;

/** Runs one app, starts it again when it crashes, and stops it. */
export class AppProcess {
  readonly name: string;
  readonly #args: readonly string[];
  readonly #callbacks: AppCallbacks;
  readonly #env: NodeJS.ProcessEnv | undefined;
  readonly #random: () => number;
  readonly #gone = Promise.withResolvers<void>();
  #child: ChildProcess | null = null;
  #restart: NodeJS.Timeout | null = null;
  #readyAt: number | null = null;
  #failures = 0;
  #stopping = false;

  constructor(app: App, callbacks: AppCallbacks, options: AppProcessOptions = {}) {
    this.name = app.name;
    this.#args = app.args;
    this.#callbacks = callbacks;
    this.#env = options.env;
    this.#random = options.random ?? Math.random;
  }

  /** Starts the app. */
  start(): void {
    this.#restart = null;
    this.#readyAt = null;
    // A session of its own: Ctrl-C in a terminal goes to a whole process group, and would stop all apps at once.
    const child = spawn(process.execPath, [...followFlags(), ...this.#args], {
      detached: true,
      stdio: ["ignore", "pipe", "inherit", "ipc"],
      ...(this.#env === undefined ? {} : { env: this.#env }),
    });
    this.#child = child;
    if (child.stdout !== null) {
      createInterface({ input: child.stdout }).on("line", (line) => this.#read(line));
    }
    child.on("error", (error) => {
      // It also tells of a signal or a message that did not get through, to a process that lives on.
      if (child.pid === undefined) this.#ended(child, error.message);
    });
    child.once("exit", (code, signal) => this.#ended(child, signal ?? `exit code ${code}`, code));
  }

  /** Asks the app to end, and resolves when it is gone. Never starts it again. */
  stop(): Promise<void> {
    this.#stopping = true;
    if (this.#restart !== null) clearTimeout(this.#restart);
    if (this.#child === null) this.#gone.resolve();
    else this.#child.kill("SIGTERM");
    return this.#gone.promise;
  }

  /** Ends the app at once, with every process that it started. */
  kill(): void {
    void this.stop();
    if (this.#child !== null) killGroup(this.#child);
  }

  /** Passes a signal on, where the app runs. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  #read(line: string): void {
    const prefix = `ready ${this.name} `;
    if (this.#readyAt !== null || !line.startsWith(prefix)) {
      this.#callbacks.log(line);
      return;
    }
    this.#readyAt = performance.now();
    this.#callbacks.ready(line.slice(prefix.length));
  }

  #ended(child: ChildProcess, how: string, code: number | null = null): void {
    this.#child = null;
    // What the app started and left behind: a handler host whose loop is stuck does not notice that it is alone.
    killGroup(child);
    if (this.#stopping) this.#gone.resolve();
    else if (code === EXIT_BAD_CONFIGURATION) this.#callbacks.badConfiguration();
    else this.#startLater(how);
  }

  #startLater(how: string): void {
    const sound = this.#readyAt !== null && performance.now() - this.#readyAt >= SOUND_MS;
    this.#failures = sound ? 1 : this.#failures + 1;
    const delayMs = reconnectDelayMs(this.#failures, {
      baseMs: RESTART_BASE_MS,
      maxMs: RESTART_MAX_MS,
      random: this.#random,
    });
    this.#callbacks.log(`${this.name} ended (${how}); starting it again in ${delayMs} ms`);
    this.#restart = setTimeout(() => this.start(), delayMs);
  }
}

function followFlags(): string[] {
  return ["--import", new URL(`./end_with_parent.ts?parent=${process.pid}`, import.meta.url).href];
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    // Nobody left in the group: what was wanted.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
