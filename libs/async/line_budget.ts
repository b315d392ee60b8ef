/** Options for {@linkcode LineBudget}. */
export interface LineBudgetOptions {
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
  /** Lines in a window. @default {10} */
  linesMax?: number;
  /** Length of a window, in milliseconds. @default {1_000} */
  windowMs?: number;
}

/** Bounds how many log lines of one kind are written: nobody outside can make us fill the disk. */
export class LineBudget {
  readonly #monotonic: () => number;
  readonly #linesMax: number;
  readonly #windowMs: number;
  #windowAt = Number.NEGATIVE_INFINITY;
  #lines = 0;
  #omitted = 0;

  constructor({ monotonic, linesMax = 10, windowMs = 1_000 }: LineBudgetOptions) {
    this.#monotonic = monotonic;
    this.#linesMax = linesMax;
    this.#windowMs = windowMs;
  }

  /**
   * Asks to write one line. Returns how many were omitted since the last one written, or null if this one must be
   * omitted too.
   */
  take(): number | null {
    const now = this.#monotonic();
    if (now - this.#windowAt >= this.#windowMs) {
      this.#windowAt = now;
      this.#lines = 0;
    }
    if (this.#lines >= this.#linesMax) {
      this.#omitted += 1;
      return null;
    }
    this.#lines += 1;
    const omitted = this.#omitted;
    this.#omitted = 0;
    return omitted;
  }
}
