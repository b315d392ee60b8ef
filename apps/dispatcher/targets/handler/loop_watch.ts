/** Between two looks, in milliseconds. */
export const LOOK_MS = 100;

/**
 * Without a turn for this long a loop is blocked, in milliseconds, and again every so often: two looks. Only time counts in which its
 * thread had a core or wanted none: on a busy machine it waits for one, and nobody blocks it.
 */
const BLOCKED_MS = 1.5 * LOOK_MS;

/** A look that is this late, in milliseconds, proves nothing: the whole process waited for the processor. */
const LATE_MS = 100;

/** What a look sees. */
export interface Look {
  /** Monotonic time, in milliseconds. */
  now: number;
  /** Changes with each turn of the loop. */
  turns: number;
  /** How long its thread was ready to run but had no core, in milliseconds so far. */
  starvedMs: number;
}

/** Tells from looks at a loop whether something blocks it. */
export class LoopWatch {
  #last: Look;
  #silentMs = 0;

  constructor(first: Look) {
    this.#last = first;
  }

  /** `turns`: it has, since the last look. `blocked`: it has not for too long. */
  look(look: Look): "turns" | "silent" | "blocked" {
    const { now, turns, starvedMs } = this.#last;
    this.#last = look;
    if (look.turns !== turns) {
      this.#silentMs = 0;
      return "turns";
    }
    const passedMs = look.now - now;
    if (passedMs <= LOOK_MS + LATE_MS) {
      this.#silentMs += Math.max(0, passedMs - (look.starvedMs - starvedMs));
    }
    if (this.#silentMs < BLOCKED_MS) return "silent";
    this.#silentMs = 0;
    return "blocked";
  }
}
