import { LineBudget } from "@hookgate/async";
import type { Log } from "@hookgate/telemetry";

/** If this many requests look stale, or from the future, by about the same time … */
const REQUESTS_MIN = 5;
/** … from this many sources … */
const SOURCES_MIN = 2;
/** … within this time, it is our clock that is wrong. */
const WINDOW_MS = 60_000;

/** For this long, an offset found before is believed at the first sign: each sign before that costs an event a 401. */
const REMEMBERED_MS = 15 * 60_000;

/** What counts as about the same time: requests travel for seconds, and are repeated. */
const ABOUT_SECONDS = 30;

/** A request whose time is right contradicts those that differ from it by more. */
const AGREES_SECONDS = 5;

/** Most requests remembered. */
const NOTES_MAX = 1_000;

const LINE_EVERY_MS = 10_000;

/** Options for {@linkcode ClockWatch}. */
export interface ClockWatchOptions {
  log: Log;
  /** Monotonic time in milliseconds: the wall clock is what is in doubt. */
  monotonic: () => number;
}

interface Note {
  at: number;
  source: string;
  skewSeconds: number;
}

/**
 * Detects that our clock is wrong: then correctly signed requests of several sources look stale, or from the future, all
 * by about the same time. A positive skew is stale.
 */
export class ClockWatch {
  readonly #log: Log;
  readonly #monotonic: () => number;
  readonly #lines: LineBudget;
  #notes: Note[] = [];
  /** The last offset found. */
  #found: { at: number; skewSeconds: number } | null = null;

  constructor({ log, monotonic }: ClockWatchOptions) {
    this.#log = log;
    this.#monotonic = monotonic;
    this.#lines = new LineBudget({ monotonic, linesMax: 1, windowMs: LINE_EVERY_MS });
  }

  /** What is wrong, for readiness; null if nothing is. */
  get problem(): string | null {
    this.#forget();
    for (const { skewSeconds } of this.#notes) {
      if (this.#isTrouble(skewSeconds)) return describe(skewSeconds);
    }
    return null;
  }

  /** Notes a correctly signed request whose time is out of tolerance; true if our clock is to blame. */
  suspect(source: string, skewSeconds: number): boolean {
    this.#forget();
    if (this.#notes.length === NOTES_MAX) this.#notes.shift();
    this.#notes.push({ at: this.#monotonic(), source, skewSeconds });
    if (!this.#isTrouble(skewSeconds) && !this.#isFound(skewSeconds)) return false;
    this.#found = { at: this.#monotonic(), skewSeconds };
    const omitted = this.#lines.take();
    if (omitted !== null) this.#log.error({ skewSeconds, omitted }, describe(skewSeconds));
    return true;
  }

  /**
   * Notes an accepted request. If its time is right, others that differ by far are wrong themselves: so replaying old requests
   * of two sources cannot stop the others. An old one is a provider's late retry, which says nothing about our clock: some
   * sources accept retries that are days old.
   */
  trust(skewSeconds: number): void {
    if (Math.abs(skewSeconds) > ABOUT_SECONDS) return;
    if (this.#notes.length === 0 && this.#found === null) return;
    const agrees = (other: { skewSeconds: number }) =>
      Math.abs(other.skewSeconds - skewSeconds) <= AGREES_SECONDS;
    this.#notes = this.#notes.filter(agrees);
    if (this.#found !== null && !agrees(this.#found)) this.#found = null;
  }

  #isTrouble(skewSeconds: number): boolean {
    const alike = this.#notes.filter((note) => isAbout(note.skewSeconds, skewSeconds));
    if (alike.length < REQUESTS_MIN) return false;
    return new Set(alike.map(({ source }) => source)).size >= SOURCES_MIN;
  }

  #isFound(skewSeconds: number): boolean {
    if (this.#found === null || !isAbout(this.#found.skewSeconds, skewSeconds)) return false;
    return this.#monotonic() - this.#found.at <= REMEMBERED_MS;
  }

  #forget(): void {
    const since = this.#monotonic() - WINDOW_MS;
    const [oldest] = this.#notes;
    if (oldest === undefined || oldest.at >= since) return;
    this.#notes = this.#notes.filter(({ at }) => at >= since);
  }
}

function isAbout(a: number, b: number): boolean {
  return Math.abs(a - b) <= ABOUT_SECONDS;
}

function describe(skewSeconds: number): string {
  const way = skewSeconds > 0 ? "ahead" : "behind";
  return `the clock seems to be ${Math.abs(skewSeconds)} s ${way}, judging by requests of several sources`;
}
