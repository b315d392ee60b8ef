import type { Metrics } from "@hookgate/telemetry";
import { TimeCounts } from "@hookgate/types";
import { RequestCounts } from "../link/request_counts.ts";
import type { EdgeContext, EdgeMiddleware } from "./stages.ts";

/** Counts requests. */
export interface RequestCounter {
  /** Counts those that pass. */
  stage: EdgeMiddleware;
  /** Counts one that does not come that far. The outcome is one of the stage's. */
  add(source: string, outcome: string, status: number): void;
  /** Everything that was counted. */
  counts: RequestCounts;
  /** How long events took from their proof to their durable commit. */
  durable: TimeCounts;
}

/** Options for {@linkcode countRequests}. */
export interface CountRequestsOptions {
  metrics: Pick<Metrics, "counted" | "times">;
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

/**
 * Counts requests by source, outcome and status, and how long those waited for their answer that were accepted. The source is
 * empty if the path names none of ours, or if the request was turned away before that was known. Made once, because a metric
 * outlives a reload.
 */
export function countRequests({ metrics, monotonic }: CountRequestsOptions): RequestCounter {
  const counts = new RequestCounts();
  const durable = new TimeCounts();
  metrics.times({
    name: "hookgate_durable_seconds",
    help: "Time from an event's whole and proven body to its durable commit.",
    read: () => [{ labels: {}, ...durable }],
  });
  metrics.counted({
    name: "hookgate_requests_total",
    help: "Requests, by source, outcome and status of the answer; without a status the client hung up.",
    labels: ["source", "outcome", "status"],
    read: () => counts.totals(),
  });
  metrics.times({
    name: "hookgate_answer_seconds",
    help: "Time from the request's headers to the answer of those that were accepted, by source.",
    labels: ["source"],
    read: () => counts.answerTimes(),
  });
  return {
    counts,
    durable,
    add: (source, outcome, status) => counts.add({ source, outcome, status: String(status) }, 0),
    async stage(ctx, next) {
      const startedAt = monotonic();
      await next(ctx);
      const source = ctx.state.source?.name ?? "";
      const status = ctx.respond === false ? "" : String(ctx.status);
      counts.add({ source, outcome: outcomeOf(ctx), status }, monotonic() - startedAt);
    },
  };
}

/** What became of a request: one of a closed list, because the names of refusals are constants. */
export function outcomeOf({ respond, status, state }: EdgeContext): string {
  if (state.outcome !== undefined) return state.outcome;
  if (respond === false) return "aborted";
  if (status === 429) return "rate_limited";
  return state.refusal?.error ?? state.fault ?? "unavailable";
}
