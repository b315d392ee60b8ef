/** The wall clock moved by this much or more is a step, in milliseconds; by less it is a drift. */
const STEP_MS_MIN = 1_000;

/** Options for {@linkcode WallClock}. */
export interface WallClockOptions {
  /** The machine's clock, in milliseconds since 1970. @default {Date.now} */
  wall?: () => number;
  /** A monotonic clock, in milliseconds. @default {performance.now} */
  monotonic?: () => number;
}

/**
 * The wall clock, continued by a monotonic one: it follows a drift of the machine's clock, and a step only when
 * {@linkcode WallClock.look} sees it, so that what is stored can be moved along with it.
 */
export class WallClock {
  readonly #wall: () => number;
  readonly #monotonic: () => number;
  #distance: number;
  #latest = Number.NEGATIVE_INFINITY;
  #steps = 0;

  constructor({ wall = Date.now, monotonic = () => performance.now() }: WallClockOptions = {}) {
    this.#wall = wall;
    this.#monotonic = monotonic;
    this.#distance = wall() - monotonic();
  }

  /** Milliseconds since 1970, whole. Never less than before, except by a step. */
  now(): number {
    this.#latest = Math.max(this.#latest, Math.floor(this.#monotonic() + this.#distance));
    return this.#latest;
  }

  /** All steps so far, in milliseconds; forward ones are positive. */
  get steps(): number {
    return this.#steps;
  }

  /** Compares with the machine's clock. Returns the step that it has made, in whole milliseconds; 0 without one. */
  look(): number {
    const moved = this.#wall() - this.#monotonic() - this.#distance;
    if (Math.abs(moved) < STEP_MS_MIN) {
      this.#distance += moved;
      return 0;
    }
    const stepMs = Math.round(moved);
    this.step(stepMs);
    return stepMs;
  }

  /** Moves the clock. */
  step(stepMs: number): void {
    this.#distance += stepMs;
    this.#steps += stepMs;
    this.#latest += stepMs;
  }
}
