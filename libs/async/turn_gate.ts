import { OncePerTurn } from "./once_per_turn.ts";

/** Options for {@linkcode TurnGate}. */
export interface TurnGateOptions {
  /** @default {16} */
  perTurn?: number;
}

/**
 * Lets a number through in each turn of the event loop; more than that wait for a later one, in the order in which they came.
 * However many come at once, other work has its turn between them.
 */
export class TurnGate {
  readonly #perTurn: number;
  readonly #waiting: (() => void)[] = [];
  readonly #nextTurn = new OncePerTurn(() => this.#open());
  #passed = 0;

  constructor({ perTurn = 16 }: TurnGateOptions = {}) {
    this.#perTurn = perTurn;
  }

  /** Resolves when the caller may go on; null if that is now, so that it need not wait at all. */
  pass(): Promise<void> | null {
    this.#nextTurn.schedule();
    if (this.#passed < this.#perTurn) {
      this.#passed += 1;
      return null;
    }
    return new Promise((resolve) => void this.#waiting.push(resolve));
  }

  /** Calls back in a later turn: never now, so that what is ready to be read by then is read first. */
  later(callback: () => void): void {
    this.#nextTurn.schedule();
    this.#waiting.push(callback);
  }

  #open(): void {
    const count = Math.min(this.#waiting.length, this.#perTurn);
    this.#passed = count;
    // Before they go on: a callback may throw.
    if (count > 0) this.#nextTurn.schedule();
    for (let number = 0; number < count; number += 1) this.#waiting.shift()?.();
  }
}
