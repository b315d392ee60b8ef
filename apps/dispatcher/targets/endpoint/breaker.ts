/** `closed`: attempts start. `open`: none does. `half_open`: one does, and its result decides. */
export type BreakerState = "closed" | "open" | "half_open";

/** Failures in a row that open a breaker. */
const FAILURES_MAX = 10;

/** Or this share of failures among at least so many attempts in the last minute. */
const SHARE_MAX = 0.5;
const SHARE_ATTEMPTS_MIN = 20;
const WINDOW_SECONDS = 60;

/** How long it stays open, in milliseconds: doubled with each opening in a row, give or take the jitter. */
const OPEN_MS_MIN = 5_000;
const OPEN_MS_MAX = 300_000;
const JITTER = 0.2;

/** The attempts that ended within one second. */
interface Second {
  at: number;
  attempts: number;
  failures: number;
}

/** What a breaker has seen, for the log. */
export interface BreakerFacts {
  failuresInARow: number;
  /** Of the last minute. */
  attempts: number;
  failures: number;
  /** Times it opened since it was last closed. */
  openings: number;
  /** How long it stays open, in milliseconds; 0 if it is not open. */
  openMs: number;
}

/**
 * Holds deliveries back while their endpoint is down, so that they do not use up their retries. A state machine without a
 * clock: callers pass monotonic times, in milliseconds.
 */
export class Breaker {
  readonly #random: () => number;
  #state: BreakerState = "closed";
  /** Changes of state so far. An attempt that started before the last one says nothing about the time since. */
  #changes = 0;
  #probing = false;
  #failuresInARow = 0;
  #openings = 0;
  #openMs = 0;
  #openUntil = 0;
  #seconds: Second[] = [];

  /** `random` is a source of randomness in [0, 1). */
  constructor(random: () => number) {
    this.#random = random;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Attempts that may start now. */
  get room(): number {
    if (this.#state === "closed") return Number.POSITIVE_INFINITY;
    return this.#state === "half_open" && !this.#probing ? 1 : 0;
  }

  /** When an open one half-opens. */
  get openUntil(): number {
    return this.#openUntil;
  }

  get facts(): BreakerFacts {
    return {
      failuresInARow: this.#failuresInARow,
      attempts: sum(this.#seconds.map(({ attempts }) => attempts)),
      failures: sum(this.#seconds.map(({ failures }) => failures)),
      openings: this.#openings,
      openMs: this.#state === "open" ? this.#openMs : 0,
    };
  }

  /** An attempt starts. Returns a pass for {@linkcode Breaker.end}; null if none may start. */
  begin(): number | null {
    if (this.room === 0) return null;
    this.#probing = this.#state === "half_open";
    return this.#changes;
  }

  /** An attempt has ended. `outage`: whether it indicates one; null if it says nothing, such as an interrupted attempt. */
  end(pass: number, outage: boolean | null, now: number): void {
    if (pass !== this.#changes) return;
    this.#probing = false;
    if (outage === null) return;
    if (this.#state === "half_open") {
      if (outage) this.#open(now);
      else this.#close();
      return;
    }
    this.#count(outage, now);
    if (outage && this.#isTooMuch()) this.#open(now);
  }

  /** Half-opens an open breaker once its time is up. */
  tick(now: number): void {
    if (this.#state === "open" && now >= this.#openUntil) this.#change("half_open");
  }

  #count(outage: boolean, now: number): void {
    this.#failuresInARow = outage ? this.#failuresInARow + 1 : 0;
    const at = Math.floor(now / 1_000);
    this.#seconds = this.#seconds.filter((second) => second.at > at - WINDOW_SECONDS);
    const last = this.#seconds.at(-1);
    const second = last?.at === at ? last : { at, attempts: 0, failures: 0 };
    if (second !== last) this.#seconds.push(second);
    second.attempts += 1;
    if (outage) second.failures += 1;
  }

  #isTooMuch(): boolean {
    const { failuresInARow, attempts, failures } = this.facts;
    if (failuresInARow >= FAILURES_MAX) return true;
    return attempts >= SHARE_ATTEMPTS_MIN && failures >= attempts * SHARE_MAX;
  }

  #open(now: number): void {
    this.#openings += 1;
    const wholeMs = Math.min(OPEN_MS_MAX, OPEN_MS_MIN * 2 ** (this.#openings - 1));
    this.#openMs = Math.round(wholeMs * (1 + JITTER * (2 * this.#random() - 1)));
    this.#openUntil = now + this.#openMs;
    this.#change("open");
  }

  #close(): void {
    this.#openings = 0;
    this.#failuresInARow = 0;
    this.#seconds = [];
    this.#change("closed");
  }

  #change(state: BreakerState): void {
    this.#state = state;
    this.#changes += 1;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
