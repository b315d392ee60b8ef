import type { ThreadTime } from "./thread_time.ts";

/** Between two looks, in milliseconds. */
export const LOOK_MS = 100;

/**
 * Without a turn for this long a loop is blocked, in milliseconds, and again every so often: two looks. Only time counts in which its
 * thread had a core or wanted none: on a busy machine it waits for one, and nobody blocks it.
 */
const BLOCKED_MS = 1.5 * LOOK_MS;

/**
 * One that loads modules is blocked in earnest only after this time, in milliseconds: that is slow, happens in every host, and is seldom
 * anyone's fault.
 */
const LOADING_MS_MAX = 1_000;

/** A process that grows by as many bytes while its loop does not turn may soon be ended for its size. */
const FILLING_BYTES = 32 * 1024 ** 2;

/** Of a look that is this late, in milliseconds, only the time counts that the thread had a core: the whole process stood still. */
const LATE_MS = 100;

/** What a look sees. */
export interface Look extends ThreadTime {
  /** Monotonic time, in milliseconds. */
  now: number;
  /** Changes with each turn of the loop. */
  turns: number;
  /** Whether modules were loaded since it last turned. */
  loading: boolean;
  /** Memory that its process uses. */
  bytes: number;
}

/** Tells from looks at a loop whether something blocks it. */
export class LoopWatch {
  #last: Look;
  #silentMs = 0;
  #blockedMs = 0;
  /** Memory that was used when it last turned. */
  #bytes: number;

  constructor(first: Look) {
    this.#last = first;
    this.#bytes = first.bytes;
  }

  /**
   * `turns`: it has, since the last look. `blocked`: it has not for too long. `loading`: the same, and it loads modules. `filling`: it
   * has not, and what runs has taken much memory meanwhile.
   */
  look(look: Look): "turns" | "silent" | "filling" | "loading" | "blocked" {
    const { now, turns, ranMs, starvedMs } = this.#last;
    this.#last = look;
    if (look.turns !== turns) {
      this.#silentMs = 0;
      this.#blockedMs = 0;
      this.#bytes = look.bytes;
      return "turns";
    }
    const passedMs = look.now - now;
    const isLate = passedMs > LOOK_MS + LATE_MS;
    const provenMs = isLate ? look.ranMs - ranMs : passedMs - (look.starvedMs - starvedMs);
    this.#silentMs += Math.max(0, provenMs);
    if (this.#silentMs < BLOCKED_MS) {
      const fills = !look.loading && look.bytes - this.#bytes >= FILLING_BYTES;
      return fills ? "filling" : "silent";
    }
    this.#blockedMs += this.#silentMs;
    this.#silentMs = 0;
    return look.loading && this.#blockedMs < LOADING_MS_MAX ? "loading" : "blocked";
  }
}
