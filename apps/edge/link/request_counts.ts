import type { RequestCountMessage } from "@hookgate/rpc";
import { TimeCounts } from "@hookgate/types";

/** Outcomes of requests that were accepted: only they are timed. */
const ACCEPTED: ReadonlySet<string> = new Set(["stored", "duplicate", "handshake"]);

/** What a request is counted by: names of the configuration and of the code only. */
export interface CountedBy {
  /** Empty if it is not known. */
  source: string;
  outcome: string;
  /** Empty if there was no answer. */
  status: string;
}

interface Counted extends CountedBy {
  requests: number;
  /** Null if they are not timed. */
  times: TimeCounts | null;
  /** What was reported of it. */
  reported: { requests: number; timedMs: number; times: readonly number[] };
}

/** Counts requests since the start, and remembers what of it was reported. */
export class RequestCounts {
  /** By source, outcome and status: three small maps, so that a request makes no text. */
  readonly #counts = new Map<string, Map<string, Map<string, Counted>>>();

  /** Counts a request that was answered after so many milliseconds. */
  add(by: CountedBy, ms: number): void {
    const counted = this.#of(by);
    counted.requests += 1;
    counted.times?.add(ms);
  }

  /** All counts. */
  *totals(): Iterable<{ labels: CountedBy; value: number }> {
    for (const { source, outcome, status, requests } of this.#all()) {
      yield { labels: { source, outcome, status }, value: requests };
    }
  }

  /** The times of those that were accepted, by source. */
  *answerTimes(): Iterable<{ labels: { source: string }; times: number[]; timedMs: number }> {
    for (const [source, outcomes] of this.#counts) {
      const timed = [...outcomes.values()]
        .flatMap((statuses) => [...statuses.values()])
        .flatMap(({ times }) => times ?? []);
      if (timed.length === 0) continue;
      const times = timed.reduce<number[]>(
        (sums, one) => one.times.map((count, index) => count + (sums[index] ?? 0)),
        [],
      );
      const timedMs = timed.reduce((sum, one) => sum + one.timedMs, 0);
      yield { labels: { source }, times, timedMs };
    }
  }

  /** What was counted since the last call. */
  take(): RequestCountMessage[] {
    return [...this.#all()].flatMap((counted) => {
      const { source, outcome, requests, times, reported } = counted;
      if (requests === reported.requests) return [];
      const now = { requests, timedMs: times?.timedMs ?? 0, times: [...(times?.times ?? [])] };
      counted.reported = now;
      return {
        source,
        outcome,
        requests: requests - reported.requests,
        timeMs: now.timedMs - reported.timedMs,
        times: withoutZeros(now.times.map((count, index) => count - (reported.times[index] ?? 0))),
      };
    });
  }

  /** Undoes a {@linkcode take} whose report did not arrive: it is part of the next one. */
  restore(taken: readonly RequestCountMessage[]): void {
    for (const { source, outcome, ...back } of taken) {
      for (const counted of this.#counts.get(source)?.get(outcome)?.values() ?? []) {
        if (counted.reported.requests < back.requests) continue;
        const { requests, timedMs, times } = counted.reported;
        counted.reported = {
          requests: requests - back.requests,
          timedMs: timedMs - back.timeMs,
          times: times.map((count, index) => count - (back.times[index] ?? 0)),
        };
        break;
      }
    }
  }

  #of({ source, outcome, status }: CountedBy): Counted {
    const outcomes = inner(this.#counts, source);
    const statuses = inner(outcomes, outcome);
    const known = statuses.get(status);
    if (known) return known;
    const reported = { requests: 0, timedMs: 0, times: [] };
    const times = ACCEPTED.has(outcome) ? new TimeCounts() : null;
    const counted = { source, outcome, status, requests: 0, times, reported };
    statuses.set(status, counted);
    return counted;
  }

  *#all(): Iterable<Counted> {
    for (const outcomes of this.#counts.values()) {
      for (const statuses of outcomes.values()) yield* statuses.values();
    }
  }
}

function inner<Value>(map: Map<string, Map<string, Value>>, key: string): Map<string, Value> {
  const known = map.get(key);
  if (known) return known;
  const made = new Map<string, Value>();
  map.set(key, made);
  return made;
}

function withoutZeros(times: number[]): number[] {
  return times.slice(0, times.findLastIndex((count) => count > 0) + 1);
}
