/** How often it looks whether the process runs, in milliseconds. */
const LOOK_EVERY_MS = 250;

/** A look that is late by more than this follows a pause: the process was stopped, starved or busy. */
const LATE_MS_MAX = 250;

/** Most pauses remembered. */
const PAUSES_MAX = 64;

/** Options for {@linkcode RunningClock}. */
export interface RunningClockOptions {
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

/**
 * Counts the time in which this process ran. A deadline for somebody else has to be measured with it: after a pause of ours
 * timers come first, and what was sent in time still lies in its socket.
 */
export class RunningClock {
  readonly #monotonic: () => number;
  readonly #timer: NodeJS.Timeout;
  /** The latest last. */
  readonly #pauses: { endedAt: number; ms: number }[] = [];
  #pausedMs = 0;
  #lookedAt: number;

  constructor({ monotonic }: RunningClockOptions) {
    this.#monotonic = monotonic;
    this.#lookedAt = monotonic();
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
  }

  /** Milliseconds in which the process ran. */
  now(): number {
    return this.#look() - this.#pausedMs;
  }

  /** How many milliseconds ago it had `ms` less: `ms`, and the pauses since. */
  spanOf(ms: number): number {
    const now = this.#look();
    let span = ms;
    for (const pause of this.#pauses.toReversed()) {
      if (now - pause.endedAt > span) break;
      span += pause.ms;
    }
    return span;
  }

  /** Calls back after the process has run for `ms`; returns what cancels it. */
  after(ms: number, callback: () => void): () => void {
    const dueAt = this.now() + ms;
    const look = () => {
      const leftMs = dueAt - this.now();
      if (leftMs <= 0) callback();
      else timer = setTimeout(look, Math.ceil(leftMs));
    };
    let timer = setTimeout(look, ms);
    return () => clearTimeout(timer);
  }

  /** Stops looking. */
  close(): void {
    clearInterval(this.#timer);
  }

  /** Notes a pause if there was one; returns the monotonic time. */
  #look(): number {
    const now = this.#monotonic();
    const ms = now - this.#lookedAt - LOOK_EVERY_MS;
    this.#lookedAt = now;
    if (ms <= LATE_MS_MAX) return now;
    if (this.#pauses.length === PAUSES_MAX) this.#pauses.shift();
    this.#pauses.push({ endedAt: now, ms });
    this.#pausedMs += ms;
    return now;
  }
}
