/** Options for {@linkcode LineBudget}. */
export interface LineBudgetOptions {
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
  /** Lines in a window. @default {10} */
  linesMax?: number;
  /** Length of a window, in milliseconds. @default {1_000} */
  windowMs?: number;
}

/** How many lines of one kind may be written: whoever makes us log must not fill the disk or slow the others down. */
export class LineBudget {
  readonly #monotonic: () => number;
  readonly #linesMax: number;
  readonly #windowMs: number;
  #windowAt = Number.NEGATIVE_INFINITY;
  #lines = 0;
  #omitted = 0;

  constructor(options: LineBudgetOptions) {
    this.#monotonic = options.monotonic;
    this.#linesMax = options.linesMax ?? 10;
    this.#windowMs = options.windowMs ?? 1_000;
  }

  /** Takes one line: how many were left out since the last one written; null where this one is left out too. */
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
