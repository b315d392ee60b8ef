import { deadline, LineBudget } from "@hookgate/async";
import type { Log } from "@hookgate/telemetry";

/** If a run has hung for this long, in milliseconds, the next one starts anyway … */
const HUNG_MS_MAX = 30_000;

/** … unless this many hang already. */
const HUNG_RUNS_MAX = 10;

/** One failure of a kind of work is logged in this time, in milliseconds. */
const LOG_EVERY_MS = 10_000;

/** Options for {@linkcode BoundedWork}. */
export interface BoundedWorkOptions {
  /** As log lines call it. */
  name: string;
  work: () => Promise<unknown>;
  /** Time until the next run, in milliseconds. */
  everyMs: number;
  /** How long one run is waited for, in milliseconds. */
  msMax: number;
  log: Log;
  /** A monotonic clock, in milliseconds. @default {performance.now} */
  monotonic?: () => number;
}

/**
 * Work that is done again and again. A run that fails or hangs is logged and holds up nothing else: not the caller, and
 * not later runs of this work.
 */
export class BoundedWork {
  readonly #options: BoundedWorkOptions;
  readonly #monotonic: () => number;
  readonly #lines: LineBudget;
  /** Runs that have not ended, the latest last. */
  readonly #runs = new Set<Promise<void>>();
  #startedAt = Number.NEGATIVE_INFINITY;
  #doneAt: number;
  #failure: string | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: BoundedWorkOptions) {
    const { monotonic = () => performance.now() } = options;
    this.#options = options;
    this.#monotonic = monotonic;
    this.#lines = new LineBudget({ monotonic, linesMax: 1, windowMs: LOG_EVERY_MS });
    this.#doneAt = monotonic();
  }

  /** What the last run failed with; null if it succeeded. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Time since a run last succeeded, or since this was made, in milliseconds. */
  get idleMs(): number {
    return this.#monotonic() - this.#doneAt;
  }

  /** Runs once, and returns after `msMax` at the latest. Does nothing while an earlier run hangs. Never rejects. */
  async run(): Promise<void> {
    const { name, msMax } = this.#options;
    const hungMs = this.#monotonic() - this.#startedAt;
    if (this.#runs.size > 0 && hungMs < HUNG_MS_MAX) return;
    if (this.#runs.size >= HUNG_RUNS_MAX) return;
    this.#startedAt = this.#monotonic();
    const run = this.#run().finally(() => this.#runs.delete(run));
    this.#runs.add(run);
    await deadline(run, {
      ms: msMax,
      late: () =>
        this.#report(
          { ms: msMax },
          `${name} hangs, not starting it again for ${HUNG_MS_MAX} ms unless it ends`,
        ),
    });
  }

  /** Runs every `everyMs`, from now on. */
  start(): void {
    const { everyMs } = this.#options;
    const timer = setTimeout(async () => {
      await this.run();
      if (this.#timer === timer) this.start();
    }, everyMs);
    this.#timer = timer;
  }

  /** Starts no more runs. */
  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #run(): Promise<void> {
    const { name, work, everyMs } = this.#options;
    try {
      await work();
      this.#doneAt = this.#monotonic();
      this.#failure = null;
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : String(error);
      this.#report({ err: error }, `${name} failed, trying again in ${everyMs} ms`);
    }
  }

  #report(fields: Record<string, unknown>, message: string): void {
    const omitted = this.#lines.take();
    if (omitted === null) return;
    this.#options.log.error({ ...fields, ...(omitted > 0 && { omitted }) }, message);
  }
}
