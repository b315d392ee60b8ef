import type { Metrics } from "@hookgate/telemetry";
import type { EdgeContext, EdgeMiddleware } from "./stages.ts";

/** Counts requests. */
export interface RequestCounter {
  /** Counts those that pass. */
  stage: EdgeMiddleware;
  /** Counts one that does not come that far. The outcome is one of the stage's. */
  add(source: string, outcome: string): void;
}

/**
 * Counts requests by source and outcome. The source is empty if the path names none of ours, or if the request was turned
 * away before that was known. Made once, because a metric outlives a reload.
 */
export function countRequests({ metrics }: { metrics: Pick<Metrics, "counter"> }): RequestCounter {
  const requests = metrics.counter({
    name: "hookgate_requests_total",
    help: "Requests, by source and outcome.",
    labels: ["source", "outcome"],
  });
  const add = (source: string, outcome: string) => requests.inc({ source, outcome });
  return {
    add,
    async stage(ctx, next) {
      await next(ctx);
      add(ctx.state.source?.name ?? "", outcomeOf(ctx));
    },
  };
}

/** One of a closed list, because the names of refusals are constants. */
function outcomeOf({ respond, status, state }: EdgeContext): string {
  if (state.outcome !== undefined) return state.outcome;
  if (respond === false) return "aborted";
  if (status === 429) return "rate_limited";
  return state.refusal?.error ?? "unavailable";
}
