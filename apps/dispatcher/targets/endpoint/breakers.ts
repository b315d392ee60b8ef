import type { Log } from "@hookgate/telemetry";
import type { SubscriptionOf } from "../target.ts";
import { Breaker, type BreakerState } from "./breaker.ts";

type Endpoint = SubscriptionOf<"endpoint">;

/** Options for {@linkcode Breakers}. */
export interface BreakersOptions {
  /** Says that there is room again that no ended attempt explains. */
  wake: (subscription: string) => void;
  /** Told of every change of state. @default {nobody} */
  onBreaker?: ((subscription: string, state: BreakerState) => void) | undefined;
  log: Log;
  /** A monotonic clock, in milliseconds. */
  monotonic: () => number;
  /** Source of randomness in [0, 1). */
  random: () => number;
}

/** How an attempt ended, told to its breaker once: see {@linkcode Breaker.end}; `error` is for the log. */
export type EndAttempt = (end: { outage: boolean | null; error: string }) => void;

interface Entry {
  name: string;
  url: string;
  breaker: Breaker;
  /** Attempts that have begun and not ended. */
  running: number;
  timer: NodeJS.Timeout | null;
}

/** The breakers of all endpoints, one for each subscription, and the timers that half-open them. In memory only. */
export class Breakers {
  readonly #options: BreakersOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: BreakersOptions) {
    this.#options = options;
  }

  /** The state of a subscription's breaker: closed where nothing was tried yet. */
  state(subscription: string): BreakerState {
    return this.#entries.get(subscription)?.breaker.state ?? "closed";
  }

  /** Attempts that may begin, beside `claimed` ones, whether they run or not. */
  room(subscription: Endpoint, claimed: number): number {
    const { breaker, running } = this.#entryOf(subscription);
    if (breaker.state !== "half_open") return breaker.room;
    // One that is claimed and has not begun will be the probe.
    return claimed > running ? 0 : breaker.room;
  }

  /** An attempt begins; null where none may. */
  begin(subscription: Endpoint): EndAttempt | null {
    const entry = this.#entryOf(subscription);
    const { breaker } = entry;
    const pass = breaker.begin();
    if (pass === null) return null;
    entry.running += 1;
    return ({ outage, error }) => {
      const was = breaker.state;
      entry.running -= 1;
      breaker.end(pass, outage, this.#options.monotonic());
      if (breaker.state !== was) this.#changed(entry, was, error);
    };
  }

  /** Forgets the breakers of all other subscriptions: they are not there any more. */
  keep(subscriptions: ReadonlySet<string>): void {
    for (const [name, entry] of this.#entries) if (!subscriptions.has(name)) this.#forget(entry);
  }

  /** Ends all timers. */
  close(): void {
    for (const { timer } of this.#entries.values()) if (timer) clearTimeout(timer);
    this.#entries.clear();
  }

  #entryOf({ name, target: { url } }: Endpoint): Entry {
    const known = this.#entries.get(name);
    if (known?.url === url) return known;
    // What was seen of another URL says nothing of this one.
    if (known) this.#forget(known);
    const breaker = new Breaker(this.#options.random);
    const entry: Entry = { name, url, breaker, running: 0, timer: null };
    this.#entries.set(name, entry);
    return entry;
  }

  #forget({ name, breaker, timer }: Entry): void {
    if (timer) clearTimeout(timer);
    this.#entries.delete(name);
    if (breaker.state !== "closed") this.#options.onBreaker?.(name, "closed");
  }

  #changed(entry: Entry, was: BreakerState, error: string): void {
    const { name, breaker } = entry;
    // Forgotten while the attempt ran: its end is nobody's concern.
    if (this.#entries.get(name) !== entry) return;
    const { state, facts } = breaker;
    const { log, onBreaker } = this.#options;
    const fields = { subscription: name, state, was, ...facts };
    const level = state === "open" ? "warn" : "info";
    log[level]({ ...fields, ...(error !== "" && { error }) }, `breaker ${MESSAGES[state]}`);
    onBreaker?.(name, state);
    if (state === "open") this.#setTimer(entry);
  }

  #setTimer(entry: Entry): void {
    const { breaker, name } = entry;
    const { monotonic, wake } = this.#options;
    const waitMs = Math.max(1, Math.ceil(breaker.openUntil - monotonic()));
    entry.timer = setTimeout(() => {
      entry.timer = null;
      breaker.tick(monotonic());
      // A timer may be a little early.
      if (breaker.state === "open") return this.#setTimer(entry);
      this.#changed(entry, "open", "");
      wake(name);
    }, waitMs).unref();
  }
}

const MESSAGES = { closed: "closed", open: "opened", half_open: "half-open" } as const;
