import { deadline } from "@hookgate/async";
import type { Log, Metrics } from "@hookgate/telemetry";
import { TimeCounts } from "@hookgate/types";
import type { Deliveries, Outcome } from "../store/contract/deliveries.ts";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { StoredSubscription } from "../store/contract/subscriptions.ts";
import type { Activity } from "../subscriptions/activity.ts";

/** Subscriptions that have a label of their own; of further ones, which streams can open without end, "other" counts. */
const LABELS_MAX = 200;

/** Retries whose lateness is measured: those that this dispatcher has put off and starts itself. */
const RETRIES_MAX = 10_000;

/** How long a scrape waits for the store, and for how long its answer is used, in milliseconds. */
const MEASURE_MS_MAX = 1_000;
const MEASURED_MS = 250;

/** So long after it has stored an event or ended an attempt a dispatcher is busy, in milliseconds. */
const BUSY_MS = 250;

interface Attempts {
  times: TimeCounts;
  /** By what became of the attempt. */
  outcomes: Map<string, number>;
  ended: { delivered: number; dead: number };
}

/** Counts what the dispatcher does, for Prometheus; each count is an addition, made text only when it is scraped. */
export class DispatcherMetrics {
  readonly #attempts = new Map<string, Attempts>();
  readonly #dueAt = new Map<string, number>();
  readonly #late = new TimeCounts();
  readonly #commit = new TimeCounts();
  readonly #monotonic: () => number;
  #events = 0;
  #workedAt = Number.NEGATIVE_INFINITY;

  constructor(
    metrics: Pick<Metrics, "counted" | "times">,
    { monotonic = () => performance.now() }: { monotonic?: () => number } = {},
  ) {
    this.#monotonic = monotonic;
    const each = <Value>(of: (attempts: Attempts, subscription: string) => Value[]) =>
      [...this.#attempts].flatMap(([subscription, attempts]) => of(attempts, subscription));
    metrics.counted({
      name: "hookgate_attempts_total",
      help: "Attempts of deliveries, by subscription and outcome, charged or not.",
      labels: ["subscription", "outcome"],
      read: () =>
        each(({ outcomes }, subscription) =>
          [...outcomes].map(([outcome, value]) => ({ labels: { subscription, outcome }, value })),
        ),
    });
    metrics.times({
      name: "hookgate_attempt_seconds",
      help: "Time of charged attempts, by subscription.",
      labels: ["subscription"],
      read: () => each(({ times }, subscription) => [{ labels: { subscription }, ...times }]),
    });
    metrics.counted({
      name: "hookgate_deliveries_ended_total",
      help: "Deliveries that ended, by subscription and state: delivered or dead.",
      labels: ["subscription", "state"],
      read: () =>
        each(({ ended }, subscription) =>
          (["delivered", "dead"] as const).map((state) => ({
            labels: { subscription, state },
            value: ended[state],
          })),
        ),
    });
    metrics.times({
      name: "hookgate_retry_late_seconds",
      help: "How much later than due retries began that this dispatcher has put off itself.",
      read: () => [{ labels: {}, ...this.#late }],
    });
    metrics.times({
      name: "hookgate_commit_seconds",
      help: "Time of a durable commit of new events.",
      read: () => [{ labels: {}, ...this.#commit }],
    });
    metrics.counted({
      name: "hookgate_commit_events_total",
      help: "Captures in commits: by hookgate_commit_seconds_count, how many share one.",
      read: () => [{ labels: {}, value: this.#events }],
    });
  }

  /** Counts a commit of so many captures. */
  committed(events: number, ms: number): void {
    this.#workedAt = this.#monotonic();
    this.#events += events;
    this.#commit.add(ms);
  }

  /** Counts an attempt whose outcome was written. */
  attempted({ deliveryId, subscription, attempt, next }: Outcome, kind: string): void {
    this.#workedAt = this.#monotonic();
    const attempts = this.#of(subscription);
    attempts.outcomes.set(kind, (attempts.outcomes.get(kind) ?? 0) + 1);
    if (attempt !== null) {
      attempts.times.add(attempt.durationMs);
      const dueAt = this.#dueAt.get(deliveryId);
      if (dueAt !== undefined) this.#late.add(Math.max(0, attempt.startedAt - dueAt));
    }
    this.#dueAt.delete(deliveryId);
    if (next.state !== "waiting") attempts.ended[next.state] += 1;
    else if (this.#dueAt.size < RETRIES_MAX) this.#dueAt.set(deliveryId, next.nextAttemptAt);
  }

  /** Whether events are stored or delivered at the moment: what can wait makes room for them. */
  get isBusy(): boolean {
    return this.#monotonic() - this.#workedAt < BUSY_MS;
  }

  #of(subscription: string): Attempts {
    const isNew = !this.#attempts.has(subscription);
    const name = isNew && this.#attempts.size >= LABELS_MAX ? "other" : subscription;
    const known = this.#attempts.get(name);
    if (known) return known;
    const ended = { delivered: 0, dead: 0 };
    const attempts = { times: new TimeCounts(), outcomes: new Map<string, number>(), ended };
    this.#attempts.set(name, attempts);
    return attempts;
  }
}

/** Options for {@linkcode activityGauges}. */
export interface ActivityGaugesOptions {
  store: StoreTime & Pick<Deliveries, "nextDueAt">;
  /** The followed set of subscriptions. */
  subscriptions: () => readonly StoredSubscription[];
  activity: Pick<Activity, "all">;
  /** @default {performance.now} */
  monotonic?: () => number;
  log: Log;
}

const BREAKERS = { closed: 0, half_open: 1, open: 2 } as const;

/** Adds gauges of what all dispatchers do, and of what is due: read from the store, so that every dispatcher shows the same. */
export function activityGauges(
  metrics: Pick<Metrics, "gauge">,
  options: ActivityGaugesOptions,
): void {
  const { store, subscriptions, activity, log, monotonic = () => performance.now() } = options;
  const measure = async () => {
    const unpaused = subscriptions().filter(({ paused }) => paused === null);
    const names = unpaused.map(({ definition }) => definition.name);
    const [active, dueAt] = await Promise.all([activity.all(), store.nextDueAt(names)]);
    return { active: [...active.values()], dueMs: dueAt === null ? 0 : store.now() - dueAt };
  };
  let last: { at: number; answer: ReturnType<typeof measure> } | null = null;
  // One reading for all gauges of a scrape.
  const measured = () => {
    if (last === null || monotonic() - last.at > MEASURED_MS) {
      last = { at: monotonic(), answer: measure() };
    }
    const late = () => Promise.reject(new Error("Cannot measure: the store does not answer"));
    return deadline(last.answer, { ms: MEASURE_MS_MAX, late });
  };
  const gauge = (
    name: `hookgate_${string}`,
    help: string,
    values: (found: Awaited<ReturnType<typeof measure>>) => [name: string | null, value: number][],
  ) =>
    metrics.gauge({
      name,
      help,
      labels: ["subscription"],
      async collect(one) {
        one.reset();
        try {
          const found = values(await measured());
          one.reset();
          for (const [subscription, value] of found.slice(0, LABELS_MAX)) {
            if (subscription === null) one.set(value);
            else one.set({ subscription }, value);
          }
        } catch (error) {
          log.warn({ err: error, metric: name }, "not measured, leaving it out of this scrape");
        }
      },
    });
  gauge("hookgate_subscription_running", "Attempts that run, at all dispatchers.", ({ active }) =>
    active.map(({ name, running }) => [name, running]),
  );
  gauge(
    "hookgate_subscription_streams",
    "Streams that are connected, at all dispatchers.",
    ({ active }) => active.map(({ name, streams }) => [name, streams]),
  );
  gauge(
    "hookgate_subscription_breaker",
    "An endpoint's breaker, the worst of all dispatchers: 0 closed, 1 half open, 2 open.",
    ({ active }) =>
      active.flatMap(({ name, breaker }) => (breaker === null ? [] : [[name, BREAKERS[breaker]]])),
  );
  gauge(
    "hookgate_oldest_due_seconds",
    "How long the oldest due delivery of any unpaused subscription has waited; 0 if none is due.",
    ({ dueMs }) => [[null, Math.max(0, dueMs) / 1_000]],
  );
}
