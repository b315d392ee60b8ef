import { deadline } from "@hookgate/async";
import { type App, AppProcess, EXIT_BAD_CONFIGURATION } from "./app_process.ts";

/** Options for {@linkcode Supervisor}. */
export interface SupervisorOptions {
  /** An app is ready for the first time, at this address. */
  ready: (name: string, address: string) => void;
  /** Takes the lines that are not for the reader of the ready lines: restarts, and what apps print. */
  log: (line: string) => void;
  /** Environment of the apps. @default {the supervisor's} */
  env?: NodeJS.ProcessEnv;
  /** Source of randomness in [0, 1), for the wait before a restart. @default {Math.random} */
  random?: () => number;
  /** How long an app may take to stop before the next one is asked. @default {2_000} */
  stepMs?: number;
  /** How long all of them may take before they are killed. @default {4_800} */
  stopMs?: number;
}

/** What a shell reports for a process that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130;
/** npm passes Ctrl-C on although the terminal has sent it already: two of them this close are one. */
const SAME_INTERRUPT_MS = 500;

/**
 * Keeps apps running until it is told to stop. They start together and stop one after the other, in the order given:
 * who takes work in goes before who does it.
 */
export class Supervisor {
  readonly #apps: readonly AppProcess[];
  readonly #options: SupervisorOptions;
  readonly #stepMs: number;
  readonly #stopMs: number;
  readonly #done = Promise.withResolvers<number>();
  readonly #announced = new Set<string>();
  #interruptedAt: number | null = null;
  #exitCode: number | null = null;

  constructor(apps: readonly App[], options: SupervisorOptions) {
    this.#options = options;
    this.#stepMs = options.stepMs ?? 2_000;
    this.#stopMs = options.stopMs ?? 4_800;
    this.#apps = apps.map(
      (app) =>
        new AppProcess(
          app,
          {
            log: options.log,
            ready: (address) => this.#ready(app.name, address),
            badConfiguration: () => this.stop(EXIT_BAD_CONFIGURATION),
          },
          options,
        ),
    );
  }

  /** Starts the apps; gives the code to exit with once they are all gone. */
  run(): Promise<number> {
    for (const app of this.#apps) app.start();
    return this.#done.promise;
  }

  /** Ctrl-C: the first one stops the apps in good order, a second one kills them. */
  interrupt(): void {
    const now = performance.now();
    if (this.#interruptedAt === null) {
      this.#interruptedAt = now;
      this.stop(0);
    } else if (now - this.#interruptedAt >= SAME_INTERRUPT_MS) {
      this.#exitCode = EXIT_INTERRUPTED;
      this.#kill();
    }
  }

  /** Stops the apps; {@linkcode run} gives `exitCode`. A second call changes nothing. */
  stop(exitCode: number): void {
    if (this.#exitCode !== null) return;
    this.#exitCode = exitCode;
    void this.#stopInOrder();
  }

  /** Tells the apps to read their configuration again. */
  reload(): void {
    for (const app of this.#apps) app.signal("SIGHUP");
  }

  async #stopInOrder(): Promise<void> {
    const killing = setTimeout(() => {
      this.#options.log(`not all apps stopped within ${this.#stopMs} ms: killing them`);
      this.#kill();
    }, this.#stopMs);
    const stopped: Promise<void>[] = [];
    for (const app of this.#apps) {
      const gone = app.stop();
      stopped.push(gone);
      await deadline(gone, { ms: this.#stepMs, late: () => {} });
    }
    await Promise.all(stopped);
    clearTimeout(killing);
    this.#done.resolve(this.#exitCode ?? 0);
  }

  #kill(): void {
    for (const app of this.#apps) app.kill();
  }

  #ready(name: string, address: string): void {
    if (this.#announced.has(name)) {
      this.#options.log(`${name} is ready again at ${address}`);
      return;
    }
    this.#announced.add(name);
    this.#options.ready(name, address);
  }
}
