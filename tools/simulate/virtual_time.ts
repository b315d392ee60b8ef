/** The real one: what was scheduled for this turn, here and in the code under test, runs before the next event. */
const realSetImmediate = setImmediate;

/** A timer of virtual time. */
interface Timer {
  at: number;
  number: number;
  run: (() => void) | null;
  unref(): Timer;
}

/** Time that moves from one event to the next, and never by itself. Monotonic, in whole milliseconds from 0. */
export class VirtualTime {
  /** A heap: each is not later than the two below it. */
  readonly #timers: Timer[] = [];
  #now = 0;
  #numbers = 0;

  get now(): number {
    return this.#now;
  }

  /** Runs `run` after so many milliseconds; of two at the same time, the one that was set first. */
  after(ms: number, run: () => void): Timer {
    this.#numbers += 1;
    const at = this.#now + Math.max(0, Math.ceil(ms));
    const timer: Timer = { at, number: this.#numbers, run, unref: () => timer };
    this.#push(timer);
    return timer;
  }

  /** Runs what is due, for so long or until `isOver`. The effects of each event are complete before the next. */
  async run(ms: number, isOver: () => boolean = () => false): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      if (isOver()) return;
      const next = this.#timers[0];
      if (!next || next.at > end) break;
      this.#pop();
      if (next.run === null) continue;
      this.#now = next.at;
      next.run();
      // The first turn runs what this event has resolved, the second what that has put off to the next turn.
      await nextTurn();
      await nextTurn();
    }
    this.#now = end;
  }

  /** Puts this time in the place of the timers that the code under test uses, until it is disposed of. */
  install(): Disposable {
    const { setTimeout, clearTimeout } = globalThis;
    Object.assign(globalThis, {
      setTimeout: (run: () => void, ms = 0) => this.after(ms, run),
      clearTimeout: (timer: Timer | undefined) => {
        if (timer) timer.run = null;
      },
    });
    return { [Symbol.dispose]: () => void Object.assign(globalThis, { setTimeout, clearTimeout }) };
  }

  #push(timer: Timer): void {
    const timers = this.#timers;
    let index = timers.push(timer) - 1;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = timers[above];
      if (!parent || isBefore(parent, timer)) break;
      timers[index] = parent;
      index = above;
    }
    timers[index] = timer;
  }

  #pop(): void {
    const timers = this.#timers;
    const last = timers.pop();
    if (!last || timers.length === 0) return;
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      const [left, right] = [timers[below], timers[below + 1]];
      if (!left) break;
      const least = right && isBefore(right, left) ? right : left;
      if (least === right) below += 1;
      if (isBefore(last, least)) break;
      timers[index] = least;
      index = below;
    }
    timers[index] = last;
  }
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.at === other.at ? one.number < other.number : one.at < other.at;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void realSetImmediate(resolve));
}
