import type { DatabaseSync } from "node:sqlite";
import { prepare } from "./rows.ts";
import type { SteadyTime } from "./steady_time.ts";
import type { OperationsOf } from "./wire.ts";

/** Deliveries that are counted in one call, 0.2 µs each: commits wait for it. */
const COUNTED_MAX = 5_000;

/** What waits in the store, by subscription. Each look is one step into an index, however long the queue is. */
export interface Waiting {
  /** Names of unpaused subscriptions with due or scheduled deliveries. */
  subscriptions(): string[];
  /** Those of `names` that are not paused. */
  unpaused(names: Iterable<string>): string[];
  operations: OperationsOf<"nextDueAt" | "dueSeconds" | "waitingSubscriptions" | "backlog">;
}

/** Prepares {@linkcode Waiting}. */
export function prepareWaiting(db: DatabaseSync, time: SteadyTime): Waiting {
  const paused = prepare<{ name: string }>(
    db,
    "SELECT name FROM subscriptions WHERE paused IS NOT NULL",
  );
  const nextName = prepare<{ subscription: string }>(
    db,
    `SELECT subscription FROM deliveries INDEXED BY deliveries_due
     WHERE state = 0 AND next_at IS NOT NULL AND subscription > ? ORDER BY subscription LIMIT 1`,
  );
  const nextWaiting = prepare<{ subscription: string }>(
    db,
    `SELECT subscription FROM deliveries INDEXED BY deliveries_backlog
     WHERE state = 0 AND subscription > ? ORDER BY subscription LIMIT 1`,
  );
  const nextTime = prepare<{ next_at: number }>(
    db,
    `SELECT next_at FROM deliveries INDEXED BY deliveries_due
     WHERE state = 0 AND subscription = ? AND replayed = ? AND next_at >= ?
     ORDER BY next_at LIMIT 1`,
  );
  // Of one event only one delivery waits for the same subscription.
  const count = prepare<{ deliveries: number; bytes: number; last: number | null }>(
    db,
    `SELECT count(*) AS deliveries, coalesce(sum(body_bytes), 0) AS bytes, max(event) AS last FROM
     (SELECT event, body_bytes FROM deliveries INDEXED BY deliveries_backlog
       WHERE state = 0 AND subscription = ? AND event > ? ORDER BY event LIMIT ?)`,
  );

  function unpaused(names: Iterable<string>): string[] {
    const left = new Set(names);
    for (const { name } of paused.iterate()) left.delete(name);
    return [...left];
  }

  function walk(next: typeof nextName): string[] {
    const names: string[] = [];
    for (let found = next.get(""); found; found = next.get(found.subscription)) {
      names.push(found.subscription);
    }
    return names;
  }

  function subscriptions(): string[] {
    return unpaused(walk(nextName));
  }

  /** Infinity if nothing of the subscription is due at `from` or later. */
  function dueFrom(name: string, from = Number.MIN_SAFE_INTEGER): number {
    const steady = time.whenClockShows(from);
    const live = nextTime.get(name, 0, steady)?.next_at ?? Number.POSITIVE_INFINITY;
    const replayed = nextTime.get(name, 1, steady)?.next_at ?? Number.POSITIVE_INFINITY;
    return time.onClock(Math.min(live, replayed));
  }

  function nextDueAt(_now: number, names: readonly string[]): number | null {
    return finite(Math.min(...unpaused(names).map((name) => dueFrom(name))));
  }

  function dueSeconds(_now: number, { limit }: { limit: number }): number[] {
    const due = subscriptions().map((name) => ({ name, at: dueFrom(name) }));
    const seconds: number[] = [];
    while (seconds.length < limit) {
      const earliest = finite(Math.min(...due.map(({ at }) => at)));
      if (earliest === null) break;
      const second = Math.floor(earliest / 1_000) * 1_000;
      seconds.push(second);
      for (const one of due) {
        if (one.at < second + 1_000) one.at = dueFrom(one.name, second + 1_000);
      }
    }
    return seconds;
  }

  return {
    subscriptions,
    unpaused,
    operations: {
      nextDueAt,
      dueSeconds,
      waitingSubscriptions: () => walk(nextWaiting),
      backlog(_now, name, { deliveriesMax, after = 0 }) {
        const limit = Math.min(deliveriesMax, COUNTED_MAX);
        const { deliveries = 0, bytes = 0, last = null } = count.get(name, after, limit) ?? {};
        const next = deliveries === COUNTED_MAX && deliveries < deliveriesMax ? last : null;
        return { deliveries, bytes, oldestDueAt: finite(dueFrom(name)), next };
      },
    },
  };
}

function finite(time: number): number | null {
  return Number.isFinite(time) ? time : null;
}
