import { TurnGate } from "./turn_gate.ts";

/** How often it looks whether the process runs, in milliseconds. */
const LOOK_EVERY_MS = 250;

/** A look that is late by more than this follows a pause: the process was stopped, starved or busy. */
const LATE_MS_MAX = 250;

/** Most pauses remembered. */
const PAUSES_MAX = 64;

/** After a pause nothing expires for this long, in milliseconds: what came meanwhile is read first, however much it is. */
const SETTLE_MS = 250;

/** Longest delay that a timer supports, in milliseconds. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** The timers that a {@linkcode RunningClock} uses. */
export type ClockTimers = Pick<
  typeof globalThis,
  "setTimeout" | "clearTimeout" | "setInterval" | "clearInterval"
>;

/** Options for {@linkcode RunningClock}. */
export interface RunningClockOptions {
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
  /** @default {globalThis} */
  timers?: ClockTimers;
}

/**
 * Counts the time in which this process ran. A deadline for somebody else has to be measured with it: after a pause of ours
 * timers come first, and what was sent in time still lies in its socket.
 */
export class RunningClock {
  readonly #monotonic: () => number;
  readonly #timers: ClockTimers;
  readonly #timer: NodeJS.Timeout;
  readonly #due = new TurnGate();
  /** The latest last. */
  readonly #pauses: { endedAt: number; ms: number }[] = [];
  #pausedMs = 0;
  #lookedAt: number;

  constructor({ monotonic, timers = globalThis }: RunningClockOptions) {
    this.#monotonic = monotonic;
    this.#timers = timers;
    this.#lookedAt = monotonic();
    this.#timer = timers.setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
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

  /**
   * Calls back after the process has run for `ms`, once what has arrived by then was read; returns what cancels it. Never
   * within {@linkcode SETTLE_MS} after a pause. Of many that are due at once, a few have each turn of the event loop.
   */
  after(ms: number, callback: () => void): () => void {
    const { setTimeout, clearTimeout } = this.#timers;
    const dueAt = this.now() + ms;
    let isOver = false;
    let settles = true;
    let timer: NodeJS.Timeout;
    const wait = (leftMs: number) => {
      timer = setTimeout(look, Math.min(Math.ceil(leftMs), TIMER_MS_MAX));
    };
    const look = () => {
      const leftMs = dueAt - this.now();
      if (leftMs > 0) return wait(leftMs);
      const settleMs = settles ? this.#settleMs() : 0;
      // Once, so that a machine that stands still again and again does not put it off for ever.
      settles = false;
      if (settleMs > 0) return wait(settleMs);
      // Timers come before sockets in a turn of the loop.
      this.#due.later(() => {
        if (!isOver) callback();
      });
    };
    wait(ms);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }

  /** Stops looking. */
  close(): void {
    this.#timers.clearInterval(this.#timer);
  }

  /** What is left of the time after the last pause. */
  #settleMs(): number {
    const last = this.#pauses.at(-1);
    return last ? Math.max(0, last.endedAt + SETTLE_MS - this.#lookedAt) : 0;
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
