import { OncePerTurn } from "./once_per_turn.ts";

/** Lets a number through in each turn of the event loop; more than that wait for a later one, in the order in which they came. */
export class TurnGate {
  readonly #perTurn: number;
  readonly #waiting: (() => void)[] = [];
  readonly #nextTurn = new OncePerTurn(() => this.#open());
  #passed = 0;

  constructor({ perTurn }: { perTurn: number }) {
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

  #open(): void {
    const next = this.#waiting.splice(0, this.#perTurn);
    this.#passed = next.length;
    for (const go of next) go();
    if (this.#waiting.length > 0) this.#nextTurn.schedule();
  }
}
