/** What a {@linkcode Budget} gives. */
export interface BudgetLimits {
  perSecond: number;
  /** How much may be spent at once. */
  burst: number;
}

/** So much of something a second, and what was not spent up to a bound. Times are milliseconds of one clock. */
export class Budget {
  readonly #limits: BudgetLimits;
  #left: number;
  #filledAt: number;

  constructor(limits: BudgetLimits, now: number) {
    this.#limits = limits;
    this.#left = limits.burst;
    this.#filledAt = now;
  }

  /** What may be spent now; less than nothing where more was spent. */
  left(now: number): number {
    const elapsedMs = Math.max(0, now - this.#filledAt);
    this.#filledAt = Math.max(now, this.#filledAt);
    const { perSecond, burst } = this.#limits;
    this.#left = Math.min(burst, this.#left + (elapsedMs / 1_000) * perSecond);
    return this.#left;
  }

  /** Takes away what was spent, as much as it was. */
  spend(amount: number): void {
    this.#left -= amount;
  }
}
