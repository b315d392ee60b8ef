/** Callbacks of one turn. */
const PER_TURN = 16;

/**
 * Runs callbacks in the order in which they came, a few in each turn of the event loop: however many become due at once,
 * other work has its turn between them.
 */
export class FewPerTurn {
  readonly #setImmediate: typeof globalThis.setImmediate;
  readonly #waiting: (() => void)[] = [];
  #scheduled = false;

  /** `timers` has the `setImmediate()` that begins a turn. */
  constructor({ setImmediate }: Pick<typeof globalThis, "setImmediate"> = globalThis) {
    this.#setImmediate = setImmediate;
  }

  add(callback: () => void): void {
    this.#waiting.push(callback);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0) return;
    this.#scheduled = true;
    const setImmediate = this.#setImmediate;
    setImmediate(() => {
      this.#scheduled = false;
      this.#run();
    });
  }

  #run(): void {
    try {
      for (let count = 0; count < PER_TURN; count += 1) this.#waiting.shift()?.();
    } finally {
      // Also after one that throws.
      this.#schedule();
    }
  }
}
