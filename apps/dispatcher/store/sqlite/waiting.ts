import type { DatabaseSync } from "node:sqlite";
import type { Backlog } from "../contract/subscriptions.ts";

/** What waits in the store, subscription by subscription: each look is one step into an index, however long the queue. */
export interface Waiting {
  /** Names with waiting deliveries, save paused ones. */
  subscriptions(): string[];
  /** Those of `names` that are not paused. */
  unpaused(names: Iterable<string>): string[];
  /** The earliest time at which one of these subscriptions has a delivery due, paused ones left out. */
  nextDueAt(names: readonly string[]): number | null;
  /** The distinct seconds in which deliveries are due, earliest first. */
  dueSeconds(limit: number): number[];
  /** What waits for a subscription, counted up to `deliveriesMax`. */
  backlog(name: string, deliveriesMax: number): Backlog;
}

/** Prepares {@linkcode Waiting}. */
export function prepareWaiting(db: DatabaseSync): Waiting {
  const paused = db.prepare("SELECT name FROM subscriptions WHERE paused IS NOT NULL");
  const nextName = db.prepare(`SELECT subscription FROM deliveries INDEXED BY deliveries_due
    WHERE state = 0 AND next_at IS NOT NULL AND subscription > ? ORDER BY subscription LIMIT 1`);
  const nextTime = db.prepare(`SELECT next_at FROM deliveries INDEXED BY deliveries_due
    WHERE state = 0 AND subscription = ? AND replayed = ? AND next_at >= ? ORDER BY next_at LIMIT 1`);
  const count = db.prepare(`SELECT count(*) AS n, coalesce(sum(body_bytes), 0) AS bytes FROM
    (SELECT body_bytes FROM deliveries INDEXED BY deliveries_backlog
      WHERE state = 0 AND subscription = ? LIMIT ?)`);

  function unpaused(names: Iterable<string>): string[] {
    const left = new Set(names);
    for (const row of paused.iterate()) left.delete(row["name"] as string);
    return [...left];
  }

  function subscriptions(): string[] {
    const names: string[] = [];
    let row = nextName.get("");
    while (row) {
      const name = row["subscription"] as string;
      names.push(name);
      row = nextName.get(name);
    }
    return unpaused(names);
  }

  function dueAfter(name: string, time: number): number {
    const times = [0, 1].map((replayed) => nextTime.get(name, replayed, time)?.["next_at"]);
    return Math.min(...times.map((found) => (found as number) ?? Number.POSITIVE_INFINITY));
  }

  function nextDueAt(names: readonly string[]): number | null {
    const times = unpaused(names).map((name) => dueAfter(name, Number.MIN_SAFE_INTEGER));
    const earliest = Math.min(Number.POSITIVE_INFINITY, ...times);
    return Number.isFinite(earliest) ? earliest : null;
  }

  function dueSeconds(limit: number): number[] {
    const due = subscriptions().map((name) => ({
      name,
      time: dueAfter(name, Number.MIN_SAFE_INTEGER),
    }));
    const seconds: number[] = [];
    while (seconds.length < limit) {
      const earliest = Math.min(Number.POSITIVE_INFINITY, ...due.map(({ time }) => time));
      if (!Number.isFinite(earliest)) break;
      const second = Math.floor(earliest / 1_000) * 1_000;
      seconds.push(second);
      for (const one of due) {
        if (one.time < second + 1_000) one.time = dueAfter(one.name, second + 1_000);
      }
    }
    return seconds;
  }

  function backlog(name: string, deliveriesMax: number): Backlog {
    const waiting = count.get(name, deliveriesMax) as { n: number; bytes: number };
    const oldest = dueAfter(name, Number.MIN_SAFE_INTEGER);
    return {
      deliveries: waiting.n,
      bytes: waiting.bytes,
      oldestDueAt: Number.isFinite(oldest) ? oldest : null,
    };
  }

  return { subscriptions, unpaused, nextDueAt, dueSeconds, backlog };
}
