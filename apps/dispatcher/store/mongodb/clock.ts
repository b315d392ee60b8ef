import type { Db } from "mongodb";

/** The clock a store uses. */
export interface StoreClock {
  /** Milliseconds since 1970, whole. */
  now(): number;
  /** The sum of the steps that it has made, in milliseconds; of a clock that does not say, none. */
  readonly steps?: number;
  /** Reads the server's time again. */
  refresh(db: Db): Promise<void>;
}

/** A step back of less than this is measurement jitter: `now()` stands still instead. */
const JITTER_MS_MAX = 1_000;

/**
 * The server's clock, continued by a monotonic one, so that a jump of this machine's wall clock changes nothing.
 *
 * `hello` returns the server's time at some moment between request and reply, so each measurement bounds the distance
 * between the two clocks. The distance in use stays as long as it lies within these bounds, and otherwise moves to the
 * nearer one. So slow replies, whose bounds are wide, change nothing, and the clock does not jitter.
 */
export class ServerClock implements StoreClock {
  readonly #monotonic: () => number;
  #distance: number | null = null;
  #latest = Number.NEGATIVE_INFINITY;
  #steps = 0;

  constructor({ monotonic = () => performance.now() }: { monotonic?: () => number } = {}) {
    this.#monotonic = monotonic;
  }

  now(): number {
    const now = Math.floor(this.#monotonic() + (this.#distance ?? 0));
    // A real step back of the server's clock is followed: standing still for an hour would be worse.
    if (now < this.#latest && this.#latest - now < JITTER_MS_MAX) return this.#latest;
    this.#latest = now;
    return now;
  }

  get steps(): number {
    return this.#steps;
  }

  async refresh(db: Db): Promise<void> {
    const before = this.#monotonic();
    const { localTime } = await db.admin().command({ hello: 1 });
    this.measured(new Date(localTime).getTime(), { before, after: this.#monotonic() });
  }

  /** Adds a measurement: the server's clock showed `time` at some moment between `before` and `after`. */
  measured(time: number, { before, after }: { before: number; after: number }): void {
    const least = time - after;
    // The time was rounded down to whole milliseconds.
    const most = time + 1 - before;
    const distance = this.#distance ?? (least + most) / 2;
    this.#distance = Math.min(Math.max(distance, least), most);
    // The server's clock was set, or another server's is asked.
    const stepMs = this.#distance - distance;
    if (Math.abs(stepMs) >= JITTER_MS_MAX) this.#steps += stepMs;
  }
}
