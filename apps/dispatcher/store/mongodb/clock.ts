import type { Db } from "mongodb";

/** The clock that a store goes by. */
export interface StoreClock {
  /** Milliseconds since 1970, whole. */
  now(): number;
  /** Asks again what time it is where the clock stands. */
  refresh(db: Db): Promise<void>;
}

/** A step back by less than this is jitter of the measurement, and `now()` stands still instead. */
const JITTER_MS_MAX = 1_000;

/**
 * The server's clock, kept here by a monotonic one: a jump of this machine's wall clock changes nothing.
 *
 * `hello` tells the server's time at some moment between the request and the reply. So each measurement gives bounds for
 * the distance between the two clocks; the distance in use stays as it is as long as it lies within them and moves to the
 * nearer bound where it does not. Slow replies say little and move nothing, and the clock does not jitter.
 */
export class ServerClock implements StoreClock {
  readonly #monotonic: () => number;
  #distance: number | null = null;
  #latest = Number.NEGATIVE_INFINITY;

  constructor({ monotonic = () => performance.now() }: { monotonic?: () => number } = {}) {
    this.#monotonic = monotonic;
  }

  now(): number {
    const now = Math.floor(this.#monotonic() + (this.#distance ?? 0));
    // A real step back of the server's clock is followed: a clock that stood still for an hour would serve nobody.
    if (now < this.#latest && this.#latest - now < JITTER_MS_MAX) return this.#latest;
    this.#latest = now;
    return now;
  }

  async refresh(db: Db): Promise<void> {
    const before = this.#monotonic();
    const { localTime } = await db.admin().command({ hello: 1 });
    this.measured(new Date(localTime).getTime(), { before, after: this.#monotonic() });
  }

  /** Takes in that the server's clock showed `time` at some moment between `before` and `after`. */
  measured(time: number, { before, after }: { before: number; after: number }): void {
    const least = time - after;
    // The time was cut to whole milliseconds.
    const most = time + 1 - before;
    const distance = this.#distance ?? (least + most) / 2;
    this.#distance = Math.min(Math.max(distance, least), most);
  }
}
