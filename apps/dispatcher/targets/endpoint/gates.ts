import type { Log, Metrics } from "@hookgate/telemetry";
import type { SubscriptionOf, TargetResult } from "../target.ts";
import { Breaker, type BreakerState } from "./breaker.ts";
import { indicatesOutage } from "./judge_answer.ts";
import { Pace } from "./pace.ts";

type Endpoint = SubscriptionOf<"endpoint">;

/** Options for {@linkcode Gates}. */
export interface GatesOptions {
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

/** Ends an attempt, once. */
export type EndAttempt = (result: TargetResult) => void;

interface Gate {
  name: string;
  target: Endpoint["target"];
  breaker: Breaker;
  pace: Pace;
  /** Attempts that have started and not ended. */
  running: Set<EndAttempt>;
  /** Half-opens the breaker. */
  breakerTimer: NodeJS.Timeout | null;
  /** Wakes the loop when the pace has room again. */
  paceTimer: NodeJS.Timeout | null;
}

/**
 * What holds deliveries back from endpoints, for each subscription: a breaker while the endpoint is down, and the pace that
 * it takes them at. With the timers that let them through again. In memory only.
 */
export class Gates {
  readonly #options: GatesOptions;
  readonly #gates = new Map<string, Gate>();

  constructor(options: GatesOptions) {
    this.#options = options;
  }

  /** The state of a subscription's breaker; closed if nothing has been tried yet. */
  state(subscription: string): BreakerState {
    return this.#gates.get(subscription)?.breaker.state ?? "closed";
  }

  /** How much longer an answer of its endpoint holds a subscription back, in milliseconds; 0 if none does. */
  heldMs(subscription: string): number {
    return this.#gates.get(subscription)?.pace.heldMs ?? 0;
  }

  /** An operator wants a subscription tried now: its hold is over, and an open breaker half-opens. */
  tryNow(subscription: string): void {
    const gate = this.#gates.get(subscription);
    if (!gate) return;
    const { breaker, pace } = gate;
    pace.endHold();
    clearTimers(gate);
    if (breaker.state !== "open") return;
    breaker.halfOpen();
    this.#changed(gate, "open", "");
  }

  /** Attempts that may start in addition to the `claimed` ones, of which some may not run yet. */
  room(subscription: Endpoint, claimed: number): number {
    const gate = this.#gateOf(subscription);
    const { breaker, pace, running } = gate;
    // Those that are claimed and have not started will be probes.
    const probes = breaker.state === "half_open" ? claimed - running.size : 0;
    const room = Math.min(breaker.room - probes, pace.room(claimed));
    if (room <= 0 && pace.waitMs > 0) this.#wakeLater(gate);
    return Math.max(0, room);
  }

  /** An attempt starts; null if none may. */
  begin(subscription: Endpoint): EndAttempt | null {
    const gate = this.#gateOf(subscription);
    const { breaker, pace, running } = gate;
    const pass = breaker.begin();
    if (pass === null) return null;
    pace.begin();
    const end: EndAttempt = (result) => {
      if (!running.delete(end)) return;
      this.#pace(gate, result, subscription.concurrency);
      const was = breaker.state;
      breaker.end(pass, indicatesOutage(result), this.#options.monotonic());
      const error = "error" in result ? result.error : "";
      if (breaker.state !== was) this.#changed(gate, was, error);
    };
    running.add(end);
    return end;
  }

  /** Forgets the gates of all other subscriptions, which no longer exist. */
  keep(subscriptions: ReadonlySet<string>): void {
    for (const [name, gate] of this.#gates) if (!subscriptions.has(name)) this.#forget(gate);
  }

  /** Stops all timers. */
  close(): void {
    for (const gate of this.#gates.values()) clearTimers(gate);
    this.#gates.clear();
  }

  #gateOf({ name, target }: Endpoint): Gate {
    const known = this.#gates.get(name);
    const isSame =
      known?.target.url === target.url && known.target.ratePerSecond === target.ratePerSecond;
    if (isSame) return known;
    // Results for another URL say nothing about this one.
    if (known) this.#forget(known);
    const { monotonic, random } = this.#options;
    const gate: Gate = {
      name,
      target,
      breaker: new Breaker(random),
      pace: new Pace({ ratePerSecond: target.ratePerSecond, monotonic }),
      running: new Set(),
      breakerTimer: null,
      paceTimer: null,
    };
    this.#gates.set(name, gate);
    return gate;
  }

  #forget(gate: Gate): void {
    const { name, breaker } = gate;
    clearTimers(gate);
    this.#gates.delete(name);
    if (breaker.state !== "closed") this.#options.onBreaker?.(name, "closed");
  }

  #pace({ name, pace, running }: Gate, result: TargetResult, concurrency: number): void {
    const wasLimited = pace.isLimited;
    if (result.kind === "succeeded") pace.widen(concurrency);
    if (result.kind === "limited") pace.limit(result.waitMs, running.size);
    if (pace.isLimited === wasLimited) return;
    const { log } = this.#options;
    if (wasLimited) log.info({ subscription: name }, "endpoint takes full concurrency again");
    else if (result.kind === "limited") {
      const { error, waitMs } = result;
      log.warn({ subscription: name, error, waitMs }, "endpoint limits deliveries, slowing down");
    }
  }

  #wakeLater(gate: Gate): void {
    if (gate.paceTimer) return;
    const { name, pace } = gate;
    gate.paceTimer = setTimeout(
      () => {
        gate.paceTimer = null;
        if (pace.waitMs > 0) this.#wakeLater(gate);
        else this.#options.wake(name);
      },
      Math.max(1, Math.ceil(pace.waitMs)),
    ).unref();
  }

  #changed(gate: Gate, was: BreakerState, error: string): void {
    const { name, breaker } = gate;
    // It was forgotten while the attempt ran.
    if (this.#gates.get(name) !== gate) return;
    const { state, facts } = breaker;
    const { log, onBreaker } = this.#options;
    const fields = { subscription: name, state, was, ...facts };
    const level = state === "open" ? "warn" : "info";
    log[level]({ ...fields, ...(error !== "" && { error }) }, `breaker ${MESSAGES[state]}`);
    onBreaker?.(name, state);
    if (state === "open") this.#setTimer(gate);
  }

  #setTimer(gate: Gate): void {
    const { breaker, name } = gate;
    const { monotonic, wake } = this.#options;
    const waitMs = Math.max(1, Math.ceil(breaker.openUntil - monotonic()));
    gate.breakerTimer = setTimeout(() => {
      gate.breakerTimer = null;
      breaker.tick(monotonic());
      // A timer may fire slightly early.
      if (breaker.state === "open") return this.#setTimer(gate);
      this.#changed(gate, "open", "");
      wake(name);
    }, waitMs).unref();
  }
}

function clearTimers(gate: Gate): void {
  clearTimeout(gate.breakerTimer ?? undefined);
  clearTimeout(gate.paceTimer ?? undefined);
  gate.breakerTimer = null;
  gate.paceTimer = null;
}

const MESSAGES = { closed: "closed", open: "opened", half_open: "half-open" } as const;

/** Counts changes of breakers in a metric. Returns the listener for {@linkcode GatesOptions.onBreaker}. */
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
