import type { Log, Metrics } from "@hookgate/telemetry";
import type { SubscriptionOf } from "../target.ts";
import { Breaker, type BreakerState } from "./breaker.ts";

type Endpoint = SubscriptionOf<"endpoint">;

/** Options for {@linkcode Breakers}. */
export interface BreakersOptions {
  /** Called when a subscription has room again although none of its attempts has ended. */
  wake: (subscription: string) => void;
  /** Called after every change of state. */
  onBreaker?: ((subscription: string, state: BreakerState) => void) | undefined;
  log: Log;
  /** A monotonic clock, in milliseconds. */
  monotonic: () => number;
  /** Source of randomness in [0, 1). */
  random: () => number;
}

/** Ends an attempt, once. `outage`: see {@linkcode Breaker.end}; `error` is for the log. */
export type EndAttempt = (end: { outage: boolean | null; error: string }) => void;

interface Entry {
  name: string;
  url: string;
  breaker: Breaker;
  /** Attempts that have started and not ended. */
  running: Set<EndAttempt>;
  timer: NodeJS.Timeout | null;
}

/** The breakers of all endpoints, one for each subscription, and the timers that half-open them. In memory only. */
export class Breakers {
  readonly #options: BreakersOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: BreakersOptions) {
    this.#options = options;
  }

  /** The state of a subscription's breaker; closed if nothing has been tried yet. */
  state(subscription: string): BreakerState {
    return this.#entries.get(subscription)?.breaker.state ?? "closed";
  }

  /** Attempts that may start in addition to the `claimed` ones, of which some may not run yet. */
  room(subscription: Endpoint, claimed: number): number {
    const { breaker, running } = this.#entryOf(subscription);
    if (breaker.state !== "half_open") return breaker.room;
    // One that is claimed and has not started will be the probe.
    return claimed > running.size ? 0 : breaker.room;
  }

  /** An attempt starts; null if none may. */
  begin(subscription: Endpoint): EndAttempt | null {
    const entry = this.#entryOf(subscription);
    const { breaker } = entry;
    const pass = breaker.begin();
    if (pass === null) return null;
    const end: EndAttempt = ({ outage, error }) => {
      if (!entry.running.delete(end)) return;
      const was = breaker.state;
      breaker.end(pass, outage, this.#options.monotonic());
      if (breaker.state !== was) this.#changed(entry, was, error);
    };
    entry.running.add(end);
    return end;
  }

  /** Forgets the breakers of all other subscriptions, which no longer exist. */
  keep(subscriptions: ReadonlySet<string>): void {
    for (const [name, entry] of this.#entries) if (!subscriptions.has(name)) this.#forget(entry);
  }

  /** Stops all timers. */
  close(): void {
    for (const { timer } of this.#entries.values()) if (timer) clearTimeout(timer);
    this.#entries.clear();
  }

  #entryOf({ name, target: { url } }: Endpoint): Entry {
    const known = this.#entries.get(name);
    if (known?.url === url) return known;
    // Results for another URL say nothing about this one.
    if (known) this.#forget(known);
    const breaker = new Breaker(this.#options.random);
    const entry: Entry = { name, url, breaker, running: new Set(), timer: null };
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
    // It was forgotten while the attempt ran.
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
      // A timer may fire slightly early.
      if (breaker.state === "open") return this.#setTimer(entry);
      this.#changed(entry, "open", "");
      wake(name);
    }, waitMs).unref();
  }
}

const MESSAGES = { closed: "closed", open: "opened", half_open: "half-open" } as const;

/** Counts changes of breakers in a metric. Returns the listener for {@linkcode BreakersOptions.onBreaker}. */
export function countBreakers(
  metrics: Metrics,
): (subscription: string, state: BreakerState) => void {
  const changes = metrics.counter({
    name: "hookgate_breaker_changes_total",
    help: "Changes of an endpoint's breaker, by its new state.",
    labels: ["subscription", "state"],
  });
  return (subscription, state) => changes.inc({ subscription, state });
}
