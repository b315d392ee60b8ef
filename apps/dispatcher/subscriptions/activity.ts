import type { Deliveries, SubscriptionActivity } from "../store/contract/deliveries.ts";
import type { StoredSubscription } from "../store/contract/subscriptions.ts";

/** A dispatcher whose heartbeat is older than this is dead, in milliseconds. */
export const HEARTBEAT_STALE_MS = 8_000;

/** Subscriptions that a heartbeat names. Of more, those without streams, open breakers and holds are left out first. */
const REPORTED_MAX = 1_000;

/** Options for {@linkcode Activity}. */
export interface ActivityOptions {
  store: Pick<Deliveries, "activity">;
  dispatcherId: string;
  /** The followed set. */
  subscriptions: () => readonly StoredSubscription[];
  /** What this dispatcher does for a subscription. */
  activityOf: (
    definition: StoredSubscription["definition"],
  ) => Omit<SubscriptionActivity, "name" | "counted">;
}

/**
 * What all dispatchers do for each subscription: which streams are connected anywhere, which breakers are open, what was
 * counted last. This one's is in memory, and goes to the others with each heartbeat.
 */
export class Activity {
  readonly #options: ActivityOptions;
  readonly #counted = new Map<string, NonNullable<SubscriptionActivity["counted"]>>();

  constructor(options: ActivityOptions) {
    this.#options = options;
  }

  /** Remembers a count of a subscription's backlog, made at `at` of the store's clock. */
  count(name: string, counted: NonNullable<SubscriptionActivity["counted"]>): void {
    this.#counted.set(name, counted);
  }

  /** What this dispatcher does, for its heartbeat. */
  own(): SubscriptionActivity[] {
    const active = this.#own().filter(
      (one) => isUrgent(one) || one.running > 0 || one.counted !== null,
    );
    if (active.length <= REPORTED_MAX) return active;
    return active.sort((a, b) => Number(isUrgent(b)) - Number(isUrgent(a))).slice(0, REPORTED_MAX);
  }

  /** What all living dispatchers do together, by name of the subscription. */
  async all(): Promise<ReadonlyMap<string, SubscriptionActivity>> {
    const { store, dispatcherId } = this.#options;
    const reports = await store.activity({ staleMs: HEARTBEAT_STALE_MS });
    const others = reports.filter((report) => report.dispatcherId !== dispatcherId);
    const together = new Map(this.#own().map((one) => [one.name, one]));
    for (const other of others.flatMap(({ subscriptions }) => subscriptions)) {
      const known = together.get(other.name);
      together.set(other.name, known ? merge(known, other) : other);
    }
    return together;
  }

  #own(): SubscriptionActivity[] {
    const { subscriptions, activityOf } = this.#options;
    const names = new Set(subscriptions().map(({ definition }) => definition.name));
    for (const name of this.#counted.keys()) if (!names.has(name)) this.#counted.delete(name);
    return subscriptions().map(({ definition }) => ({
      name: definition.name,
      ...activityOf(definition),
      counted: this.#counted.get(definition.name) ?? null,
    }));
  }
}

/** Whether an operator has to see it, whichever dispatcher is asked. */
function isUrgent({ streams, breaker, heldUntil }: SubscriptionActivity): boolean {
  return streams > 0 || breaker === "open" || breaker === "half_open" || heldUntil !== null;
}

function merge(a: SubscriptionActivity, b: SubscriptionActivity): SubscriptionActivity {
  const breakers = [a.breaker, b.breaker];
  return {
    name: a.name,
    running: a.running + b.running,
    streams: a.streams + b.streams,
    breaker: BREAKERS.find((state) => breakers.includes(state)) ?? null,
    // One of an earlier release does not say it.
    heldUntil: Math.max(a.heldUntil ?? 0, b.heldUntil ?? 0) || null,
    counted: (a.counted?.at ?? 0) >= (b.counted?.at ?? 0) ? a.counted : b.counted,
  };
}

/** The worst first. */
const BREAKERS = ["open", "half_open", "closed"] as const;
