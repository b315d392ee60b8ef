/** `closed`: attempts start. `open`: none does. `half_open`: a few do as probes, and their results decide. */
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

/**
 * Probes of one half-open time: twice as many with each opening in a row. The deliveries that have waited longest are the
 * probes, and they may be the very ones that bring the endpoint down: more of them soon reach a delivery that is not.
 */
const PROBES_MAX = 16;

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

/** An attempt that a breaker let start. `period`: the changes of state before it. */
export interface Pass {
  readonly period: number;
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
  /** Probes of this half-open time, by whether they still run. One that says nothing is taken out, and another may start. */
  readonly #probes = new Map<Pass, "running" | "failed">();
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
    if (this.#state === "open") return 0;
    return Math.min(PROBES_MAX, 2 ** (this.#openings - 1)) - this.#probes.size;
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
  begin(): Pass | null {
    if (this.room <= 0) return null;
    const pass = { period: this.#changes };
    if (this.#state === "half_open") this.#probes.set(pass, "running");
    return pass;
  }

  /** An attempt has ended. `outage`: whether it indicates one; null if it says nothing, such as an interrupted attempt. */
  end(pass: Pass, outage: boolean | null, now: number): void {
    if (pass.period !== this.#changes) return;
    if (this.#state === "half_open") this.#endProbe(pass, outage, now);
    else if (outage !== null) {
      this.#count(outage, now);
      if (outage && this.#isTooMuch()) this.#open(now);
    }
  }

  /** One that succeeds closes the breaker; it opens again when all that have started failed. */
  #endProbe(pass: Pass, outage: boolean | null, now: number): void {
    if (outage === null) this.#probes.delete(pass);
    else if (outage) this.#probes.set(pass, "failed");
    else this.#close();
    const states = [...this.#probes.values()];
    if (states.length > 0 && states.every((state) => state === "failed")) this.#open(now);
  }

  /** Half-opens an open breaker once its time is up. */
  tick(now: number): void {
    if (now >= this.#openUntil) this.halfOpen();
  }

  /** Half-opens an open breaker now. */
  halfOpen(): void {
    if (this.#state === "open") this.#change("half_open");
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
    this.#probes.clear();
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
