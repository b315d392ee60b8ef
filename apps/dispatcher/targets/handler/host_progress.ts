/** How long after its timeout an attempt's result may come, in milliseconds: the host times it out itself. */
const OVERDUE_MS = 5_000;

/** Longest time in which a host that turns starts none of the attempts that wait there, in milliseconds. */
const NO_START_MS_MAX = 20_000;

/** An attempt that a host was given. */
export interface Given {
  job: { timeoutMs: number };
  /** When it is known to have started, on the clock of {@linkcode HostProgress}; null before that. */
  startedMs: number | null;
}

/** The dispatcher's own time limits for the attempts that a host was given, whatever the host says. */
export class HostProgress {
  readonly #given: ReadonlyMap<number, Given>;
  /** Time that has passed for the host, in milliseconds. */
  #clockMs = 0;
  /** The first key that has not started, and since when. */
  #waiting: { from: number; sinceMs: number } | null = null;

  /** `given` are the attempts without a result, by increasing keys. */
  constructor(given: ReadonlyMap<number, Given>) {
    this.#given = given;
  }

  /** Lets time pass; not more than that in which the host could have answered. */
  pass(ms: number): void {
    this.#clockMs += ms;
  }

  /** The host says which key is the first that has not started; null if all have. */
  noteStarted(waitingFrom: number | null): void {
    for (const [key, given] of this.#given) {
      if (waitingFrom !== null && key >= waitingFrom) break;
      given.startedMs ??= this.#clockMs;
    }
    if (waitingFrom === null) this.#waiting = null;
    else if (this.#waiting?.from !== waitingFrom)
      this.#waiting = { from: waitingFrom, sinceMs: this.#clockMs };
  }

  /** What shows that the host no longer works, if something does. */
  fault({ importing }: { importing: boolean }): string | null {
    for (const { job, startedMs } of this.#given.values()) {
      const lateMs = startedMs === null ? 0 : this.#clockMs - startedMs - job.timeoutMs;
      if (lateMs >= OVERDUE_MS)
        return `an attempt had no result ${OVERDUE_MS} ms after its timeout`;
    }
    if (this.#waiting === null || importing) return null;
    if (this.#clockMs - this.#waiting.sinceMs < NO_START_MS_MAX) return null;
    return `it started no attempt for ${NO_START_MS_MAX} ms`;
  }
}
