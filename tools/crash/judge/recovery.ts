import type { LedgerEntry } from "../load/ledger.ts";
import type { RunLine } from "./runs.ts";

/** How long it took after each fault until something worked again, in milliseconds, sorted. */
export interface Recovery {
  /** An edge answers, with anything. */
  edgeMs: readonly number[];
  /** A post is acknowledged. */
  acksMs: readonly number[];
  /** A post that was acknowledged after the fault has run through its handler. */
  deliveriesMs: readonly number[];
}

/** Options for {@linkcode measureRecovery}. */
export interface MeasureRecoveryOptions {
  /** When faults struck, or were lifted if nothing can work meanwhile; in milliseconds since 1970. */
  faults: readonly number[];
  entries: readonly LedgerEntry[];
  runs: readonly RunLine[];
}

/** Measures recovery by what a sender and a handler saw. Counts only posts that were sent after the fault. */
export function measureRecovery({ faults, entries, runs }: MeasureRecoveryOptions): Recovery {
  const eventOf = new Map(
    runs.flatMap(({ deliveryId, eventId }) => (eventId ? [[deliveryId, eventId]] : [])),
  );
  const doneAt = new Map<string, number>();
  for (const { kind, deliveryId, at } of runs) {
    const eventId = eventOf.get(deliveryId);
    if (kind === "done" && eventId && !doneAt.has(eventId)) doneAt.set(eventId, at);
  }
  const answered = entries
    .flatMap(({ sent, answer }) => (answer ? [{ sent, ...answer }] : []))
    .sort((a, b) => a.at - b.at);
  const since = (at: (one: (typeof answered)[number]) => number | undefined) =>
    faults
      .map((fault) => {
        let first = Number.POSITIVE_INFINITY;
        for (const one of answered) {
          if (one.sent < fault) continue;
          const time = at(one) ?? 0;
          // A repeated post may be of an event that ran before the fault.
          if (time >= fault) first = Math.min(first, time);
        }
        return first - fault;
      })
      .filter(Number.isFinite)
      .sort((a, b) => a - b);
  return {
    edgeMs: since(({ status, at }) => (status > 0 ? at : undefined)),
    acksMs: since(({ status, at }) => (status === 200 ? at : undefined)),
    deliveriesMs: since(({ status, eventId }) =>
      status === 200 ? doneAt.get(eventId) : undefined,
    ),
  };
}

/** `median 120 ms, max 340 ms`. */
export function describeMs(sorted: readonly number[]): string {
  if (sorted.length === 0) return "not measured";
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  return `median ${median} ms, max ${sorted.at(-1)} ms`;
}
