// Not the globals: a handler's fake timers must not stop its host.
import { setImmediate } from "node:timers";

/** Resolves in the next turn of the event loop, after the I/O that is ready now. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** Runs `work` in the next turn of the event loop: once, however often it is scheduled in this one. */
export class OncePerTurn {
  readonly #run: () => void;
  #scheduled = false;

  constructor(work: () => void) {
    this.#run = () => {
      this.#scheduled = false;
      work();
    };
  }

  /** Whether it will run. */
  get scheduled(): boolean {
    return this.#scheduled;
  }

  schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#run);
  }
}
