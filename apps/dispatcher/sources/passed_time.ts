import { uptime } from "node:os";
import type { Log } from "@hookgate/telemetry";
import type { ClockSteps, StoreTime } from "../store/contract/event_store.ts";
import type { Notes } from "../store/contract/notes.ts";

/** Between two looks at the clock, in milliseconds. */
const LOOK_EVERY_MS = 1_000;

/** A smaller step leaves no gap that anybody sees, in milliseconds. */
const JUMP_MS_MIN = 60_000;

/** Jumps that are remembered, the latest. */
const JUMPS_MAX = 64;

/** Name of the note that holds them. */
const NOTE = "clock jumps";

/** A time that the store's clock was set over, in milliseconds since 1970: nothing could happen in it. */
export interface Jump {
  from: number;
  to: number;
}

/** Options for {@linkcode PassedTime}. */
export interface PassedTimeOptions {
  store: StoreTime & ClockSteps & Notes;
  /** A clock that stands still while the machine sleeps, in milliseconds. @default {performance.now} */
  monotonic?: () => number;
  /** One that does not, in milliseconds. @default {uptime} */
  uptimeMs?: () => number;
  log: Log;
}

/**
 * Tells the time that has passed from the time that the store's clock was set over: nobody was away in an hour that never was, and
 * nothing grew old in it. Jumps are remembered over a restart. A machine that slept was away, though its clock jumps as well.
 */
export class PassedTime {
  readonly #store: PassedTimeOptions["store"];
  readonly #sleptMs: () => number;
  readonly #log: Log;
  /** Oldest first; none overlap, and none ends after now. */
  #jumps: readonly Jump[] = [];
  /** Both as they were at the last step. */
  #steps: number;
  #slept: number;
  #isNoted = true;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: PassedTimeOptions) {
    const {
      store,
      monotonic = () => performance.now(),
      uptimeMs = () => uptime() * 1_000,
    } = options;
    this.#store = store;
    this.#log = options.log;
    this.#sleptMs = () => uptimeMs() - monotonic();
    this.#steps = store.clockSteps();
    this.#slept = this.#sleptMs();
  }

  /** Reads what was noted before, and looks every second from now on. */
  async start(): Promise<void> {
    const { text } = await this.#store.note(NOTE);
    const noted: Jump[] = text === "" ? [] : JSON.parse(text);
    this.#jumps = [...upTo(this.#store.now(), noted), ...this.#jumps];
    this.#lookAgain();
  }

  /** Looks no more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** The jumps so far, oldest first. */
  get jumps(): readonly Jump[] {
    this.#look();
    return this.#jumps;
  }

  /** What the clock showed when `ms` less had passed. */
  ago(ms: number): number {
    let at = this.#store.now();
    let left = ms;
    for (const { from, to } of this.jumps.toReversed()) {
      if (to <= at - left) break;
      left -= at - to;
      at = from;
    }
    return at - left;
  }

  /** How much has passed since the clock showed `at`, in milliseconds. */
  since(at: number): number {
    const over = this.jumps.map(({ from, to }) => Math.max(0, to - Math.max(from, at)));
    return this.#store.now() - at - over.reduce((sum, ms) => sum + ms, 0);
  }

  #look(): void {
    const steps = this.#store.clockSteps();
    if (steps === this.#steps) return;
    const now = this.#store.now();
    const slept = this.#sleptMs();
    const jumpMs = steps - this.#steps - (slept - this.#slept);
    this.#steps = steps;
    this.#slept = slept;
    const kept = upTo(now, this.#jumps);
    if (jumpMs >= JUMP_MS_MIN) kept.push({ from: now - jumpMs, to: now });
    this.#jumps = kept.slice(-JUMPS_MAX);
    this.#isNoted = false;
  }

  #lookAgain(): void {
    this.#timer = setTimeout(async () => {
      this.#look();
      if (!this.#isNoted) await this.#note();
      if (!this.#closed) this.#lookAgain();
    }, LOOK_EVERY_MS).unref();
  }

  /** Every dispatcher sees the same jumps: the last one to write is right. */
  async #note(): Promise<void> {
    const jumps = this.#jumps;
    try {
      const { revision } = await this.#store.note(NOTE);
      const isWritten = await this.#store.writeNote(NOTE, {
        revision,
        text: JSON.stringify(jumps),
      });
      this.#isNoted = isWritten && jumps === this.#jumps;
    } catch (error) {
      this.#log.warn({ err: error }, "a step of the clock not noted, trying again in a second");
    }
  }
}

/** What of the jumps lies before now: the rest of one that was taken back passes like any other time. */
function upTo(now: number, jumps: readonly Jump[]): Jump[] {
  return jumps
    .filter(({ from }) => from < now)
    .map(({ from, to }) => ({ from, to: Math.min(to, now) }));
}
