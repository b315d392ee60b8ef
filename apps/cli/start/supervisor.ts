import { deadline } from "@hookgate/async";
import { type Config, EXIT_OPERATOR } from "@hookgate/config";
import { type App, AppProcess, type AppProcessOptions } from "./app_process.ts";
import { SAME_INTERRUPT_MS } from "./on_interrupt.ts";

/** Options for {@linkcode Supervisor}. */
export interface SupervisorOptions extends AppProcessOptions {
  /** Called when an app is ready for the first time. */
  ready: (name: string, address: string) => unknown;
  /** Called when an app that the others can do without has refused to start. */
  without?: (name: string) => unknown;
  /** Writes a line other than the ready lines: restarts, and what apps print. */
  log: (line: string) => void;
  /** How long an app may take to stop before the next one is stopped, in milliseconds. @default {2_000} */
  stepMs?: number;
  /** How long all apps may take to stop before they are killed, in milliseconds. @default {4_800} */
  stopMs?: number;
}

/** Exit status of a process that Ctrl-C ended, as shells report it. */
const EXIT_INTERRUPTED = 130;

/**
 * Keeps apps running until it is stopped. They start together, those beside them once they are ready, and stop one after the
 * other, in this order: what takes work in stops before what does the work.
 */
export class Supervisor {
  readonly #apps: readonly AppProcess[];
  /** Those that the others can do without, by name. */
  readonly #beside: ReadonlySet<string>;
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
    this.#beside = new Set(apps.filter(({ beside }) => beside === true).map(({ name }) => name));
    this.#apps = apps.map(
      (app) =>
        new AppProcess(
          app,
          {
            log: options.log,
            ready: (name, address) => this.#ready(name, address),
            refused: () => this.#refused(app.name),
          },
          options,
        ),
    );
  }

  /** Starts the apps; resolves to the exit code when all of them are gone. */
  run(): Promise<number> {
    // On a machine of two cores a third start would make the first event wait.
    for (const app of this.#apps) if (!this.#beside.has(app.name)) app.start();
    return this.#done.promise;
  }

  /** Ctrl-C: the first stops the apps in order, a second kills them. */
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

  /** Stops the apps; {@linkcode run} resolves to `exitCode`. A second call changes nothing. */
  stop(exitCode: number): void {
    if (this.#exitCode !== null) return;
    this.#exitCode = exitCode;
    void this.#stopInOrder();
  }

  /** Gives the apps their configuration: the first, or a changed one. */
  configure(config: Config): void {
    for (const app of this.#apps) app.configure(config);
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
    if (this.#beside.has(name) || this.#exitCode !== null) return;
    const needed = this.#apps.length - this.#beside.size;
    if (this.#announced.size < needed) return;
    for (const app of this.#apps) if (this.#beside.has(app.name)) app.start();
  }

  #refused(name: string): void {
    if (!this.#beside.has(name)) {
      this.stop(EXIT_OPERATOR);
      return;
    }
    this.#options.log(`${name} is not started again, the others go on`);
    this.#options.without?.(name);
  }
}
